// @ts-check
// The main thread's end of the way to the conductor (worker.js): calls of methods by the number of their object, and
// everything that is to happen when a worker is gone.

/**
 * @typedef {object} Call
 * @property {(value: any) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {(changing: any) => void} hears
 * @property {Record<string, Function>} listeners
 */

/** A copy with memory of its own, which may move: the caller's array stays whole, and of a view only its part goes. */
const copied = (value) =>
  ArrayBuffer.isView(value) && "slice" in value ? /** @type {Uint8Array} */ (value).slice() : value;

const areOptions = (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** Arguments as they can be sent: functions stay here, arrays are copied; so are both in options. */
function sendable(given) {
  const listeners = {};
  const places = [];
  const moved = [];
  const copy = (value) => {
    const own = copied(value);
    if (own !== value) moved.push(own.buffer);
    return own;
  };
  const args = given.map((value, at) => {
    if (!areOptions(value)) return copy(value);
    const options = {};
    for (const [key, part] of Object.entries(value)) {
      options[key] = copy(part);
      if (typeof part !== "function") continue;
      options[key] = null;
      listeners[key] = part;
      places.push([at, key]);
    }
    return options;
  });
  return { args, places, listeners, moved };
}

/** A listener that throws stops nothing. */
function hear(listener, heard) {
  try {
    listener?.(...heard);
  } catch {
    // As on WebGPU, where Rust calls it.
  }
}

export class Link {
  #conductor;
  #workers;
  /** @type {Map<number, Call>} */
  #calls = new Map();
  #next = 0;
  /** Calls that are about to be sent. @type {{ content: any, moved: ArrayBuffer[] }[]} */
  #letters = [];
  /** Counterparts that have not been freed. */
  #objects = 0;
  /** Why everything is over. @type {string | null} */
  #reason = null;
  #lose;
  #counterpart;
  /** Resolves with the reason when a worker is gone. @type {Promise<string>} */
  lost;

  /**
   * @param {Worker[]} workers the conductor first
   * @param {(made: any) => any} counterpart what stands for an object that was made in the worker
   */
  constructor(workers, counterpart) {
    [this.#conductor] = this.#workers = workers;
    this.#counterpart = counterpart;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    for (const worker of workers) {
      worker.onmessage = ({ data }) => this.#hear(data);
      worker.onerror = (event) => {
        event.preventDefault();
        this.end(`a worker stopped${event.message ? `: ${event.message}` : ""}`);
      };
      worker.onmessageerror = () => this.end("a worker sent what cannot be read");
    }
  }

  /** What stands for an object that was made in the worker. */
  counterpart(made) {
    this.#objects++;
    return this.#counterpart(made);
  }

  /** Calls a method in the worker; `hears` gets what the object answers without waiting, from then on. */
  ask(number, method, given, hears = (_changing) => {}) {
    return new Promise((resolve, reject) => this.#send({ number, method }, given, hears, { resolve, reject }));
  }

  /** The same where nobody waits: what goes wrong comes out at the next call that is awaited. */
  tell(number, method, given, hears = (_changing) => {}) {
    if (this.#reason) return;
    const nobody = () => {};
    this.#send({ number, method, told: true }, given, hears, { resolve: nobody, reject: nobody });
  }

  /** Frees an object in the worker. */
  free(number) {
    this.tell(number, "free", []);
    this.#objects--;
    this.#rest();
  }

  /** Stops the workers; whoever waits is told why. @param {string} reason */
  end(reason) {
    if (this.#reason) return;
    this.#stop(reason);
    this.#lose(reason);
  }

  #stop(reason) {
    this.#reason = reason;
    for (const worker of this.#workers) worker.terminate();
    for (const { reject } of this.#calls.values()) reject(this.#over());
    this.#calls.clear();
  }

  /** Workers in which nothing is left are not needed. */
  #rest() {
    if (!this.#reason && !this.#objects && !this.#calls.size) this.#stop("everything in them was freed");
  }

  #over() {
    return new Error(`the workers are gone: ${this.#reason}`);
  }

  #send(message, given, hears, { resolve, reject }) {
    if (this.#reason) return reject(this.#over());
    const call = this.#next++;
    const { args, places, listeners, moved } = sendable(given);
    if (message.method !== "free") this.#calls.set(call, { listeners, hears, resolve, reject });
    this.#letters.push({ content: { ...message, call, args, listeners: places }, moved });
    if (this.#letters.length === 1) queueMicrotask(() => this.#post(this.#letters.splice(0)));
  }

  /** Calls that were made together go together, so that the worker sees which of them overlap. */
  #post(letters) {
    try {
      const contents = letters.map(({ content }) => content);
      this.#conductor.postMessage(
        contents,
        letters.flatMap(({ moved }) => moved),
      );
    } catch (error) {
      if (letters.length > 1) return letters.forEach((letter) => this.#post([letter]));
      const [{ content }] = letters;
      const reason = `${content.method}: an argument cannot be sent to a worker (${error.message})`;
      this.#hear({ call: content.call, error: reason });
    }
  }

  #hear(data) {
    if (data.stopped) return this.end(`a worker stopped: ${data.stopped}`);
    const call = this.#calls.get(data.call);
    if (!call) return;
    if (data.heard) return hear(call.listeners[data.key], data.heard);
    this.#calls.delete(data.call);
    call.hears(data.changing);
    if ("error" in data) call.reject(new Error(data.error));
    else call.resolve(data.made ? this.counterpart(data.value) : data.value);
    this.#rest();
  }
}
