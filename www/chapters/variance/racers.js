// @ts-check
// The race's part of the engine: two networks from one seed, one trained on eq. 11, one on eq. 15, both on the same points
// drawn with the same dice; and the spread of both gradients at one set of weights. Every call waits for its turn.
import { meanAndSpread } from "./gradients.js";

export const STEPS = 1000;
const RATE = 3e-3;
const NO_RATE = 1e-30; // asks for gradients and moves no weight: 1 + 1e-30 is 1
const POINTS = 2000;
const NETWORK = JSON.stringify({ _class_name: "PointMlp", width: 64, depth: 2 });
const SCHEDULER = JSON.stringify({
  _class_name: "DDIMScheduler",
  num_train_timesteps: 1000,
  beta_schedule: "linear",
  beta_start: 1e-4,
  beta_end: 0.02,
  prediction_type: "epsilon",
  clip_sample: false,
});

/** Su's eq. 11 and eq. 15. */
export const OBJECTIVES = /** @type {const} */ (["naive", "integrated"]);
/**
 * How many batches of how many samples gradients are measured with: the large ones tell the mean, which is of interest
 * while it is large itself.
 */
export const AT_START = [
  { size: 64, count: 100 },
  { size: 4096, count: 12 },
];
export const AT_END = [
  { size: 64, count: 100 },
  { size: 1024, count: 8 },
];

/** @typedef {import("../../device.js").Device} Device */
/** @typedef {{ mean: import("./gradients.js").Measured, spread: import("./gradients.js").Measured }} Spread */
/** @typedef {{ model: import("../../pkg/chailou.js").Model, trainer: import("../../pkg/chailou.js").Trainer }} Racer */

/** Two moons. @param {typeof import("../../pkg/chailou.js")} wasm @param {number} seed */
export const pointsOf = (wasm, seed) => wasm.toyData("moons", POINTS, seed);

export class Racers {
  #device;
  /** In the order of OBJECTIVES. @type {Racer[]} */ #racers = [];
  #options;

  /** @param {Device} device @param {Float32Array} data @param {{ batch: number, seed: number }} choices */
  constructor(device, data, { batch, seed }) {
    this.#device = device;
    this.#options = { data, batch, seed, lr: RATE, warmup: 50, clip: 0, sampleWith: /** @type {const} */ ("raw") };
  }

  /** Makes both. */
  async open() {
    for (const objective of OBJECTIVES)
      await this.#device.inTurn(async () => {
        const { seed } = this.#options;
        const model = await this.#device.engine.newModel(NETWORK, { seed, scheduler: SCHEDULER });
        this.#racers.push({ model, trainer: await model.trainer({ ...this.#options, objective }) });
      });
  }

  /** Both take `count` steps; their losses so far. @param {number} count */
  async step(count) {
    const losses = [];
    for (const { trainer } of this.#racers)
      losses.push(
        await this.#device.inTurn(async () => {
          const { diverged } = await trainer.step(count);
          if (diverged) throw new Error(diverged);
          return trainer.losses();
        }),
      );
    return losses;
  }

  /** What each answers. @param {Float32Array} places @param {Float32Array} times */
  async answers(places, times) {
    const found = [];
    for (const { model } of this.#racers) found.push(await this.#device.inTurn(() => model.predict(places, times)));
    return found;
  }

  /**
   * Both objectives' gradients at the weights of the network that learns by eq. 15, as they are now.
   * @param {typeof AT_START} measured
   * @param {(done: number) => boolean} onDone told the share that is done; false: stop
   * @returns {Promise<Spread[] | null>} in the order of OBJECTIVES
   */
  async spreads(measured, onDone) {
    const [, { model }] = this.#racers;
    const all = OBJECTIVES.length * measured.length;
    const found = [];
    for (const [i, objective] of OBJECTIVES.entries()) {
      const batches = [];
      for (const [j, { size, count }] of measured.entries()) {
        const done = (/** @type {number} */ share) => onDone((i * measured.length + j + share) / all);
        const norms = await this.#norms(model, { objective, batch: size }, count, done);
        if (!norms) return null;
        batches.push({ size, norms });
      }
      found.push(meanAndSpread(batches[0], batches[1]));
    }
    return found;
  }

  /** ‖g‖ of so many batches. */
  async #norms(model, choices, count, onDone) {
    const make = () => model.trainer({ ...this.#options, ...choices, lr: NO_RATE, warmup: 0 });
    const trainer = await this.#device.inTurn(make);
    const norms = [];
    try {
      while (norms.length < count) {
        await this.#device.inTurn(async () => {
          for (const end = performance.now() + 30; norms.length < count && performance.now() < end; )
            norms.push((await trainer.step(1)).gradNorm);
        });
        if (!onDone(norms.length / count)) return null;
      }
      return norms;
    } finally {
      this.#device.inTurn(() => trainer.free());
    }
  }

  free() {
    const racers = this.#racers.splice(0);
    return this.#device.inTurn(() => {
      for (const { trainer, model } of racers) {
        trainer.free();
        model.free();
      }
    });
  }
}
