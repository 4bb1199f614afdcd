// What no network can get under. Given x_t, the noise is not determined: several points may have led here. The exact
// E[ε | x_t] is the best possible answer, and its own mean square error is the floor of the loss at this t.
import { nextFrame } from "../../lib/dom.js";
import { T, alphaBar, beta } from "./schedule.js";
import { demolished, drawn, normals } from "./points.js";

export const BUCKETS = 50;
const SAMPLES = 256;

export const bucketTime = (bucket) => Math.round(((bucket + 0.5) * T) / BUCKETS);

/** By how much each objective counts an error of ε at time t, and what it adds that is unpredictable altogether. */
export function counted(t, { objective, prediction }) {
  const share = alphaBar(t),
    variance = beta(t);
  const scale = { epsilon: 1, sample: (1 - share) / share, v_prediction: 1 / share }[prediction];
  if (objective === "naive") {
    // eq. 11: ‖ε_t − k ε_θ‖², k² = β_t²/β̄_t² (Su); 1 − k² of ε_t cannot be seen in x_t
    const k2 = variance / (1 - share);
    return { weight: k2, rest: 1 - k2 };
  }
  const weight = objective === "vlb" ? variance / (2 * (1 - variance) * (1 - share)) : 1; // β_t²/(2σ_t² α_t (1−ᾱ_t)), σ_t² = β_t (Ho)
  return { weight: weight * (objective === "vlb" ? 1 : scale), rest: 0 };
}

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

/** The floor of the loss by bucket, from `leastErrors` and what the objective makes of them. */
export const floorByT = (errors, choices) =>
  errors.map((error, bucket) => {
    const { weight, rest } = counted(bucketTime(bucket), choices);
    return weight * error + rest;
  });

/** The floor of the mean loss. */
export const meanFloor = (floors) => floors.reduce((sum, value) => sum + value, 0) / floors.length;
