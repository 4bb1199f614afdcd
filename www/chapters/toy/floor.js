// @ts-check
// What no network can get under. Given x_t, the noise is not determined: several points may have led here. The exact
// E[ε | x_t] is the best possible answer, and its own mean square error is the floor of the loss at this t.
import { nextFrame } from "../../lib/dom.js";
import { tell } from "../../lib/events.js";
import { normals } from "../../lib/normals.js";
import { demolished, drawn } from "./points.js";
import { obstacle } from "./rules.js";
import { T, alphaBar } from "./schedule.js";

export const BUCKETS = 50;
const SAMPLES = 256;

export const bucketTime = (bucket) => Math.round(((bucket + 0.5) * T) / BUCKETS);

/** The least mean square error of ε by bucket of t; null as soon as `alive()` is false. One bucket a frame of the page. */
export async function leastErrors(engine, points, alive) {
  const found = new Float32Array(BUCKETS);
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const share = alphaBar(bucketTime(bucket));
    const noise = normals(2 * SAMPLES, 100 + bucket);
    const exact = await engine.exactNoise(
      points,
      demolished(drawn(points, SAMPLES, 200 + bucket), noise, share),
      share,
    );
    found[bucket] = meanSquareError(noise, exact);
    await nextFrame();
    if (!alive()) return null;
  }
  return found;
}

/**
 * The mean of (ε − ε*)². Two things beside it are known to average to nothing, ε² − 1 and, since ε* is a conditional mean,
 * ε*(ε − ε*); taking out what they explain of the scatter makes a few hundred samples do for several thousand.
 */
function meanSquareError(noise, exact) {
  const count = noise.length,
    mean = [0, 0, 0],
    rows = [];
  for (let i = 0; i < count; i++) {
    const rest = noise[i] - exact[i];
    rows.push([rest * rest, noise[i] * noise[i] - 1, exact[i] * rest]);
    rows[i].forEach((value, k) => (mean[k] += value / count));
  }
  const moment = (j, k) => rows.reduce((sum, row) => sum + (row[j] - mean[j]) * (row[k] - mean[k]), 0) / count;
  const [aa, ab, bb, ya, yb] = [moment(1, 1), moment(1, 2), moment(2, 2), moment(0, 1), moment(0, 2)];
  const determinant = aa * bb - ab * ab;
  if (!(determinant > 1e-12)) return mean[0];
  const [a, b] = [(ya * bb - yb * ab) / determinant, (yb * aa - ya * ab) / determinant]; // least squares of the first on both
  return Math.max(0, mean[0] - a * mean[1] - b * mean[2]);
}

/** The floor under the present points' losses. Event "changed". */
export class Floor extends EventTarget {
  /** By t, as the objective counts it; empty while it is not known. @type {{ t: number, floor: number }[]} */ byT = [];
  #toy;
  #newest = 0; // a number for the newest floor wanted
  /** Least errors by bucket of t. @type {Float32Array | null} */ #errors = null;

  /** @param {import("./chapter.js").Chapter} toy */
  constructor(toy) {
    super();
    this.#toy = toy;
  }

  get mean() {
    return this.byT.reduce((sum, { floor }) => sum + floor, 0) / this.byT.length;
  }

  /** Other points have another floor. */
  async update() {
    const { engine, dataset } = this.#toy;
    const wanted = ++this.#newest;
    this.#errors = null;
    this.count();
    if (!dataset.count) return;
    const errors = await leastErrors(engine, dataset.points, () => wanted === this.#newest);
    if (!errors) return;
    this.#errors = errors;
    this.count();
  }

  /** Counts the errors as the network's objective does, or the one that is chosen. */
  count() {
    const { engine, dataset, session, choices } = this.#toy;
    const made = session.network ? session.made : choices;
    const errors = obstacle(made, dataset.count) ? [] : Array.from(this.#errors ?? []);
    const counted = errors.length && engine.lossOfNoise(made);
    this.byT = errors.map((error, bucket) => {
      const t = bucketTime(bucket);
      return { t, floor: counted.weights[t - 1] * error + counted.floors[t - 1] };
    });
    tell(this, "changed");
  }
}
