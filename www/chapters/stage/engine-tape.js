// @ts-check
// A live chain as a tape: the frames stay on the GPU and are drawn from there.
import { StepTime } from "../../device.js";
import { Tape } from "./tape.js";

export class EngineTape extends Tape {
  #device;
  #chain;
  #freed = false;
  #pace = new StepTime();

  /** @param {import("../../device.js").Device} device */
  constructor(device, chain, { direction, batch = 1, guidance = 1 }, { shape, prediction }) {
    super();
    this.#device = device;
    this.#chain = chain;
    this.direction = direction;
    this.batch = batch;
    this.shape = shape;
    this.guidance = guidance;
    this.prediction = prediction;
    this.steps = chain.length();
    const rows = chain
      .table()
      .map(({ t, alphaBar, sigma }) => ({ t, alphaBar, sigma: direction === "build" ? sigma : null }));
    this.rows = direction === "demolish" ? rows : rows.reverse();
  }

  get chain() {
    return this.#chain;
  }

  /** ms, null until a step has been computed here. */
  get msPerStep() {
    return this.#pace.ms;
  }

  advance(count) {
    return this.#device.inTurn(async () => {
      if (this.#freed || this.done) return;
      const k = Math.min(count, this.steps - this.ready);
      await this.#pace.measure(k, () => this.#chain.step(k));
      this.ready = this.#chain.position();
    });
  }

  has(what, frame) {
    if (what === "x_t") return frame <= this.ready;
    return this.direction === "build" && frame >= 0 && frame < this.ready;
  }

  present(canvas, what, cells, columns) {
    this.#device.firstDrawn ??= performance.now();
    this.#chain.present(canvas, what, { cells: Uint32Array.from(cells), columns, scale: this.scale(what, cells[0]) });
  }

  read(frame) {
    return this.readValues("x_t", frame);
  }

  /** NCHW values of the whole batch. */
  readValues(what, frame) {
    return this.#device.inTurn(() => this.#chain.read(what, frame));
  }

  free() {
    this.#freed = true;
    this.#device.inTurn(() => this.#chain.free());
  }
}
