// @ts-check
// The package's classes where their objects live in a worker: the same methods, each a call through the link or an
// answer that came with the last reply. What a chain draws is drawn here.
import { Easel } from "./easel.js";
import { METHODS } from "./methods.js";

/** @typedef {import("./link.js").Link} Link */
/** @typedef {Record<string, { value?: any, error?: string }>} Answers */

const forgotten = new FinalizationRegistry((free) => /** @type {() => void} */ (free)());

class Remote {
  #link;
  #number;
  /** @type {Answers} */
  #answers;
  #freed = false;

  /** @param {Link} link @param {{ number: number, answers: Answers }} made */
  constructor(link, { number, answers }) {
    this.#link = link;
    this.#number = number;
    this.#answers = answers;
    forgotten.register(this, () => link.free(number), this);
  }

  get link() {
    return this.#link;
  }

  /** What the object answered last, a copy as every call gives one. @param {string} name */
  answer(name) {
    this.#held();
    const { value, error } = this.#answers[name];
    if (error !== undefined) throw new Error(error);
    return structuredClone(value);
  }

  /** @param {string} method */
  async ask(method, args) {
    this.#held();
    return this.#link.ask(this.#number, method, args, this.#hears);
  }

  /** @param {string} method */
  tell(method, args) {
    this.#held();
    this.#link.tell(this.#number, method, args, this.#hears);
  }

  #hears = (changing) => {
    Object.assign(this.#answers, changing);
  };

  /** In the words of wasm-bindgen. */
  #held() {
    if (this.#freed) throw new Error("null pointer passed to rust");
  }

  free() {
    if (this.#freed) return;
    this.#freed = true;
    forgotten.unregister(this);
    this.#link.free(this.#number);
  }
}
if (Symbol.dispose) Remote.prototype[Symbol.dispose] = Remote.prototype.free;

class Engine extends Remote {
  lost() {
    return this.link.lost;
  }

  close() {
    this.link.end("the engine was closed");
  }

  /** The processor computes in one way. */
  keptWays() {
    return "";
  }

  recallWays() {
    return false;
  }
}

class Model extends Remote {}
class Trainer extends Remote {}

class Chain extends Remote {
  /** @type {Easel} */
  easel;

  present(canvas, what, settings) {
    this.easel.pictures(canvas, what, settings, this.#now());
  }

  presentPoints(canvas, what, settings) {
    this.easel.points(canvas, what, settings, this.#now());
  }

  #now() {
    return { shape: this.answer("shape"), position: this.answer("position") };
  }
}

/** @type {Record<string, any>} */
const CLASSES = { Engine, Model, Chain, Trainer };
for (const [kind, { fixed, changing, asked, told }] of Object.entries(METHODS)) {
  const methods = {};
  for (const name of [...fixed, ...changing])
    methods[name] = /** @this {Remote} */ function () {
      return this.answer(name);
    };
  for (const name of asked)
    methods[name] = /** @this {Remote} */ function (...args) {
      return this.ask(name, args);
    };
  for (const name of told)
    methods[name] = /** @this {Remote} */ function (...args) {
      this.tell(name, args);
    };
  for (const [name, value] of Object.entries(methods))
    Object.defineProperty(CLASSES[kind].prototype, name, { value, configurable: true, writable: true });
}

/**
 * What stands for an object that was made in the worker.
 * @param {Link} link
 * @param {import("./easel.js").Drawing} drawing
 */
export function counterpart(link, drawing, made) {
  const object = new CLASSES[made.kind](link, made);
  if (made.kind === "Chain") object.easel = new Easel(drawing, (what, frame) => object.ask("read", [what, frame]));
  return object;
}
