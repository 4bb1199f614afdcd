// @ts-check
// The one module of chapter 8 that knows the engine: generators, measures and the oracle run in wasm without a GPU, the
// network and its trainer on the page's own device. Calls that touch the device wait for their turn in its queue.
import { StepTime } from "../../device.js";
import { breathe } from "../../lib/dom.js";
import { joined } from "../../lib/joined.js";
import { alphaBar, frameAt, readSchedule, schedulerConfig } from "./schedule.js";

const PAIRS = 250_000; // of a point and a query in one go: about 3 ms
const CALL = 50; // ms of rebuilding in one call: whoever waits for the device waits no longer

/** config.json of the network that the choices describe. */
export const networkConfig = (width, depth) => JSON.stringify({ _class_name: "PointMlp", width, depth });

export class ToyEngine {
  #wasm;
  #device;

  /** @param {import("../../device.js").Device | null} device null where none can be had */
  constructor(wasm, device) {
    this.#wasm = wasm;
    readSchedule(wasm);
    this.#device = device;
  }

  get live() {
    return this.#device !== null;
  }

  /** Frames must be drawn from read-back values. */
  get readBack() {
    return this.#device?.readBack ?? true;
  }

  get software() {
    return this.#device?.software ?? false;
  }

  drawing() {
    this.#device.firstDrawn ??= performance.now();
  }

  toyData = (name, n, seed) => this.#wasm.toyData(name, n, seed);

  parseCsv = (table, columns, heading) => this.#wasm.parseCsv(table, columns, heading);

  distance = (a, b, seed) => this.#wasm.slicedWasserstein(a, b, seed);

  /**
   * E[ε | x_t] for these very points: no network can predict the noise better.
   * @param {Float32Array} points
   * @param {Float32Array} queries
   * @param {number} alphaBar
   */
  exactNoise(points, queries, alphaBar) {
    return inPortions(points, queries, (some) => this.#wasm.exactNoise(points, some, alphaBar));
  }

  /**
   * A step of DDIM with that noise in place of a network's, from ᾱ = `alphaBar` to `next`.
   * @param {Float32Array} points
   * @param {Float32Array} x
   * @param {number} alphaBar
   * @param {number} next
   */
  exactStep(points, x, alphaBar, next) {
    return inPortions(points, x, (some) => this.#wasm.exactStep(points, some, alphaBar, next));
  }

  /** What an objective makes of an error of ε, by t − 1: {weights, floors}. @param {Record<string, any>} choices */
  lossOfNoise({ objective, prediction }) {
    return this.#wasm.lossOfNoise(objective, prediction, schedulerConfig(prediction));
  }

  /** ε̂ from what a network answers. @type {typeof import("../../pkg/chailou.js").noiseFrom} */
  noiseFrom = (prediction, answer, x, alphaBar) => this.#wasm.noiseFrom(prediction, answer, x, alphaBar);

  inTurn(work) {
    return this.#device.inTurn(work);
  }

  /** A network with random weights and its trainer. `choices` are the toy_ settings without their prefix. */
  network(points, choices, onProgress) {
    const { width, depth, seed, prediction } = choices;
    return this.inTurn(async () => {
      const model = await this.#device.engine.newModel(networkConfig(width, depth), {
        seed,
        scheduler: schedulerConfig(prediction),
        onProgress,
      });
      return this.#trained(model, points, choices);
    });
  }

  /** A network from files that were saved here (or anywhere else in this form), to be sampled from or trained on. */
  load({ config, scheduler, weights }, points, choices) {
    return this.inTurn(async () => {
      const model = await this.#device.engine.loadModel(config, weights, {
        scheduler: scheduler ?? schedulerConfig("epsilon"),
      });
      return this.#trained(model, points, choices);
    });
  }

  async #trained(model, points, choices) {
    try {
      return new Network(this, model, await model.trainer(trainerOptions(points, choices)), choices.prediction);
    } catch (error) {
      model.free();
      throw error;
    }
  }
}

/** Computes for a portion of the queries at a time, so that the page answers now and then. */
async function inPortions(points, queries, compute) {
  const found = new Float32Array(queries.length);
  const portion = 2 * Math.max(1, Math.floor((2 * PAIRS) / points.length));
  for (let from = 0; from < queries.length; from += portion) {
    if (from) await breathe();
    found.set(compute(queries.subarray(from, from + portion)), from);
  }
  return found;
}

function trainerOptions(points, { batch, lr, steps, objective, prediction, importance, sample, seed }) {
  return {
    data: points,
    batch,
    lr,
    warmup: Math.min(50, Math.ceil(steps / 20) || 50),
    steps,
    ema: 0.995,
    objective,
    prediction,
    importance,
    seed,
    sampleWith: sample,
  };
}

/** A network in training. */
export class Network {
  #engine;
  #freed = false;
  #pace = new StepTime(5); // of rebuilding

  /**
   * @param {ToyEngine} engine
   * @param {import("../../pkg/chailou.js").Model} model
   * @param {import("../../pkg/chailou.js").Trainer} trainer
   * @param {import("../../pkg/chailou.js").Prediction} prediction
   */
  constructor(engine, model, trainer, prediction) {
    this.#engine = engine;
    this.model = model;
    this.trainer = trainer;
    this.prediction = prediction;
  }

  /** What was asked of a network that has been thrown away meanwhile ends as an AbortError, which nobody is shown. */
  #inTurn(work) {
    return this.#engine.inTurn(() => {
      if (this.#freed) throw new DOMException("the network has been thrown away", "AbortError");
      return work();
    });
  }

  get parameters() {
    return this.model.parameterCount();
  }

  step = (k) => this.#inTurn(() => this.trainer.step(k));

  losses = () => this.#inTurn(() => this.trainer.losses());

  lossByT = () => this.#inTurn(() => this.trainer.lossByT());

  checkpoint = () => this.#inTurn(() => this.trainer.checkpoint());

  restore = (bytes) => this.#inTurn(() => this.trainer.restore(bytes));

  replaceData = (points) => this.#inTurn(() => this.trainer.replaceData(points));

  setLearningRate = (lr) => this.#inTurn(() => this.trainer.setLearningRate(lr));

  /** ε̂ at places [x, y, …], all at time t = 1 … T, whatever it is that the network predicts. */
  async predict(places, t) {
    const answer = await this.#inTurn(() =>
      this.model.predict(places, new Float32Array(places.length / 2).fill(t - 1)),
    );
    return this.#engine.noiseFrom(this.prediction, answer, places, alphaBar(t));
  }

  /**
   * The same for several t in one go. @param {{ t: number, share: number, places: Float32Array }[]} sites share: Ho's ᾱ at t
   */
  async predictAll(sites) {
    const places = joined(
      Float32Array,
      sites.map((site) => site.places),
    );
    const times = joined(
      Float32Array,
      sites.map((site) => new Float32Array(site.places.length / 2).fill(site.t - 1)),
    );
    const answer = await this.#inTurn(() => this.model.predict(places, times));
    let from = 0;
    return sites.map(({ places, share }) =>
      this.#engine.noiseFrom(this.prediction, answer.subarray(from, (from += places.length)), places, share),
    );
  }

  /** A whole rebuild of `count` bricks from the rubble of `seed`: its frames are found by frameAt; null as soon as `alive()`
   * is false. Ancestral steps with β̃, because a small network errs and DDIM never makes up for it: rings and spirals blur. */
  async rebuild(count, seed, alive) {
    const steps = frameAt(0);
    const chain = await this.#inTurn(() =>
      this.model.chain({
        direction: "build",
        sampler: "ddpm",
        sigma: "beta_tilde",
        steps,
        spacing: "trailing",
        seed,
        batch: count,
      }),
    );
    try {
      for (let done = 0; done < steps && alive(); ) {
        const k = Math.min(Math.max(1, Math.floor(CALL / this.#pace.ms)), steps - done);
        await this.#inTurn(() => this.#pace.measure(k, () => chain.step(k)));
        done += k;
      }
      if (alive()) return chain;
    } catch (error) {
      this.drop(chain);
      throw error;
    }
    this.drop(chain);
    return null;
  }

  /** Frees a chain once its last reading has ended. */
  drop = (chain) => this.#engine.inTurn(() => chain.free());

  /** Something is about to be drawn on a canvas, see Device.firstDrawn. */
  drawing = () => this.#engine.drawing();

  /** NCHW values of a frame, which for points is [x, y, …]. */
  read = (chain, frame) => this.#inTurn(() => chain.read("x_t", frame));

  /** Those of several frames, in one turn. @param {number[]} frames */
  readAll = (chain, frames) => this.#inTurn(() => Promise.all(frames.map((frame) => chain.read("x_t", frame))));

  save = () => this.#inTurn(() => this.model.save());

  config = () => JSON.stringify(this.model.config(), null, 2);

  /** Frees the device's memory once everything under way has ended. */
  free() {
    this.#freed = true;
    return this.#engine.inTurn(() => {
      this.trainer.free();
      this.model.free();
    });
  }
}
