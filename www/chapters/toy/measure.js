// @ts-check
// One honest number for the cloud: its sliced Wasserstein distance to fresh data, over the distance that two fresh draws
// have from each other. 1 is as good as the data themselves; there is no fresh data for points of the reader's own, so
// there both sides are drawn with replacement from the points themselves.
import { breathe } from "../../lib/dom.js";
import { drawn } from "./points.js";

const PAIRS = 3,
  SEED = 0x5eed0000; // fresh draws never share a seed with the points learned from

/** The yardstick for one data set and one number of points. */
export class Yardstick {
  /** @type {import("./engine.js").ToyEngine} */ engine;
  /** @type {Float32Array[]} */ draws = [];
  unit = NaN; // the distance of two fresh draws

  /** Measures how far fresh draws are from each other. */
  static async make(engine, dataset, count) {
    const stick = new Yardstick();
    const fresh = (i) => dataset.fresh(count, SEED + i) ?? drawn(dataset.points, count, SEED + i);
    stick.engine = engine;
    stick.draws = Array.from({ length: PAIRS + 1 }, (_, i) => fresh(i));
    stick.unit = await stick.#mean((i) => stick.draws[i + 1]);
    return stick;
  }

  /** How many times farther from fresh data than fresh data from each other; NaN where all data are one point. */
  async ratio(points) {
    return (await this.#mean(() => points)) / (this.unit || NaN);
  }

  async #mean(other) {
    let sum = 0;
    for (let i = 0; i < PAIRS; i++) {
      sum += this.engine.distance(other(i), this.draws[i], i);
      await breathe();
    }
    return sum / PAIRS;
  }
}
