// A live chain as a tape: the frames stay on the GPU and are drawn from there.
import { Tape } from "./tape.js";

export class EngineTape extends Tape {
  #chain;
  #busy = Promise.resolve(); // steps never overlap, and free() waits for the running one
  #freed = false;

  constructor(chain, { direction, batch = 1 }, shape) {
    super();
    this.#chain = chain;
    this.direction = direction;
    this.batch = batch;
    this.shape = shape;
    this.steps = chain.length();
    const rows = chain
      .table()
      .map(({ t, alphaBar, sigma }) => ({ t, alphaBar, sigma: direction === "build" ? sigma : null }));
    this.rows = direction === "demolish" ? rows : rows.reverse();
  }

  get chain() {
    return this.#chain;
  }

  advance(count) {
    this.#busy = this.#busy
      .catch(() => {})
      .then(async () => {
        if (this.#freed || this.done) return;
        const k = Math.min(count, this.steps - this.ready);
        const started = performance.now();
        await this.#chain.step(k);
        const each = (performance.now() - started) / k;
        // the first steps warm the driver up: let the newest measurements count most
        this.msPerStep = this.msPerStep === null ? each : 0.7 * this.msPerStep + 0.3 * each;
        this.ready = this.#chain.position();
      });
    return this.#busy;
  }

  has(what, frame) {
    if (what === "x_t") return frame <= this.ready;
    return this.direction === "build" && frame >= 0 && frame < this.ready;
  }

  present(canvas, what, cells, columns) {
    this.#chain.present(canvas, what, { cells: Uint32Array.from(cells), columns });
  }

  read(frame) {
    return this.readValues("x_t", frame);
  }

  /** NCHW values of the whole batch; waits for its turn behind running steps. */
  readValues(what, frame) {
    const values = this.#busy.catch(() => {}).then(() => this.#chain.read(what, frame));
    this.#busy = values;
    return values;
  }

  free() {
    this.#freed = true;
    this.#busy.catch(() => {}).then(() => this.#chain.free());
  }
}
