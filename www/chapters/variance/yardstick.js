// @ts-check
// How good a network of the race really is, without the scatter of its own loss: its distance from the exact E[ε | x_t] of
// the points that it learns, weighted over t as eq. 15 weighs it. And the floor under that loss, which the exact answer has.
import { T } from "../../lesson/demolition.js";
import { beta2, ledger } from "../../lesson/ho-schedule.js";
import { joined } from "../../lib/joined.js";
import { normals } from "../../lib/normals.js";

const SAMPLES = 128; // of each t
/** Times at which it is measured, denser where eq. 15 weighs most; between them straight lines. */
export const TIMES = [1, 2, 3, 4, 6, 8, 12, 18, 27, 40, 60, 90, 140, 210, 320, 480, 720, 1000];

/** β_t²/β̄_t² of the networks' schedule. @param {number} t */
export const factor = (t) => beta2(t) / ledger(t).ground;

/** Σ_t f_t · factor(t) / T for f that is known at TIMES. */
export const WEIGHTS = weights();

function weights() {
  const found = new Float64Array(TIMES.length);
  for (let t = 1, next = 1; t <= T; t++) {
    if (t > TIMES[next]) next++;
    const share = (t - TIMES[next - 1]) / (TIMES[next] - TIMES[next - 1]);
    found[next - 1] += ((1 - share) * factor(t)) / T;
    found[next] += (share * factor(t)) / T;
  }
  return found;
}

/** Of all t: the part of the naive target that nobody can guess. */
export const MEAN_FLOOR = 1 - WEIGHTS.reduce((sum, weight) => sum + weight, 0);

/** @typedef {(points: Float32Array, x: Float32Array, wall: number) => Float32Array} ExactNoise */

export class Yardstick {
  /**
   * @param {Float32Array} points x, y, …
   * @param {ExactNoise} exactNoise
   */
  constructor(points, exactNoise) {
    const noises = TIMES.map((_, j) => normals(2 * SAMPLES, 300 + j));
    const sites = noises.map((noise, j) => site(points, noise, j));
    const exact = sites.map((x, j) => exactNoise(points, x, ledger(TIMES[j]).wall));
    /** Places x_t of all TIMES, and the t of each as the engine counts them, from 0. */
    this.places = joined(Float32Array, sites);
    this.times = Float32Array.from({ length: this.places.length / 2 }, (_, i) => TIMES[Math.floor(i / SAMPLES)] - 1);
    this.#exact = exact;
    /** What eq. 15 leaves to the exact answer; no network gets lower. */
    this.floor = WEIGHTS.reduce((sum, weight, j) => sum + weight * leastError(noises[j], exact[j]), 0);
  }

  /** @type {Float32Array[]} */
  #exact;

  /** How far above the floor a network is that answers so at `places`. @param {Float32Array} answers */
  above(answers) {
    return WEIGHTS.reduce((sum, weight, j) => {
      const [exact, from] = [this.#exact[j], 2 * SAMPLES * j];
      return sum + weight * mean(exact, (value, i) => (answers[from + i] - value) ** 2);
    }, 0);
  }
}

/** @param {Float32Array} values @param {(value: number, i: number) => number} each */
const mean = (values, each) => values.reduce((sum, value, i) => sum + each(value, i), 0) / values.length;

/**
 * E(ε − ε*)² of a number. That E ε² = 1 is known: where ε* explains little, hardly anything but ε² scatters.
 * @param {Float32Array} noise
 * @param {Float32Array} exact ε*
 */
function leastError(noise, exact) {
  const open = Math.max(0, 1 - mean(exact, (value) => value ** 2));
  return mean(exact, (value, i) => (noise[i] - value) ** 2 + open * (1 - noise[i] ** 2));
}

/** Demolished points. @param {Float32Array} points @param {Float32Array} noise @param {number} j number of t among TIMES */
function site(points, noise, j) {
  const { wall, ground } = ledger(TIMES[j]);
  const count = points.length / 2;
  return noise.map((value, i) => {
    const point = ((i >> 1) * 7919 + 613 * j) % count; // spread over all of them
    return Math.sqrt(wall) * points[2 * point + (i % 2)] + Math.sqrt(ground) * value;
  });
}
