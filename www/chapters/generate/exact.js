// @ts-check
// What can be known of x_0 from x_t, exactly, where the data are a few centres with the same normal spread around each (0 for
// bare points, or for pictures), and how well one heap of points in the plane stands for another.
import { posterior } from "../../lesson/posterior.js";

/**
 * @typedef {object} Data
 * @property {ArrayLike<number>[]} centres
 * @property {number} std around each
 */

/** Normal data on a line. @param {number} std @returns {Data} */
export const normalData = (std) => ({ centres: [[0]], std });

/** Two points on a line. @type {Data} */
export const TWO_POINTS = { centres: [[-1], [1]], std: 0 };

/** Three heaps in the plane, of variance 1 along either axis all together. @type {Data} */
export const THREE_HEAPS = heaps(3, 0.3);

/** @param {number} count on a circle @param {number} std @returns {Data} */
function heaps(count, std) {
  const radius = Math.sqrt(2 * (1 - std ** 2));
  const turn = (/** @type {number} */ i) => 2 * Math.PI * (i / count + 1 / 12);
  return {
    centres: Array.from({ length: count }, (_, i) => [radius * Math.cos(turn(i)), radius * Math.sin(turn(i))]),
    std,
  };
}

/**
 * E[x_0|x_t] of each of the x_t's, [m, d], and the mean over them and over the dimensions of Var(x_0|x_t).
 * @param {Data} data
 * @param {Float64Array} x
 * @param {number} wall ᾱ_t²
 * @param {number} ground β̄_t²
 */
export function known({ centres, std }, x, wall, ground) {
  const [keep, d] = [Math.sqrt(wall), centres[0].length];
  const around = wall * std ** 2 + ground; // of x_t about ᾱ_t·centre
  const share = (keep * std ** 2) / around; // of what x_t says beyond the centre
  const mean = new Float64Array(x.length);
  let squares = 0;
  for (let from = 0; from < x.length; from += d) {
    const beliefs = posterior(x.subarray(from, from + d), centres, keep, around);
    for (let i = 0; i < beliefs.length; i++) {
      const [belief, centre] = [beliefs[i], centres[i]];
      if (belief < 1e-30) continue;
      for (let k = 0; k < d; k++) {
        const at = centre[k] + share * (x[from + k] - keep * centre[k]);
        mean[from + k] += belief * at;
        squares += belief * at * at;
      }
    }
    for (let k = 0; k < d; k++) squares -= mean[from + k] ** 2;
  }
  return { mean, variance: squares / x.length + (std ** 2 * ground) / around };
}

/** E[x_0|x_t], as a chain asks for it. @param {Data} data */
export const guessOf =
  (data) => (/** @type {Float64Array} */ x, /** @type {number} */ wall, /** @type {number} */ ground) =>
    known(data, x, wall, ground).mean;

/**
 * As many points of the data as there are pairs of normal numbers, the centres in turn.
 * @param {Data} data in the plane
 * @param {ArrayLike<number>} noise
 */
export const pointsOf = ({ centres, std }, noise) =>
  Float64Array.from(noise, (z, i) => centres[(i >> 1) % centres.length][i & 1] + std * z);

/** Root mean square distance from 0 along an axis. @param {ArrayLike<number>} x */
export function spread(x) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] ** 2;
  return Math.sqrt(sum / x.length);
}

const NEIGHBOURS = 5;

/**
 * The squared distance from each point to its fifth neighbour in its own heap.
 * @param {ArrayLike<number>} points [n, 2]
 */
export function reaches(points) {
  const [found, far] = [new Float64Array(points.length / 2), new Float64Array(points.length / 2)];
  for (let i = 0; i < found.length; i++) {
    for (let j = 0; j < far.length; j++) far[j] = square(points, i, points, j);
    found[i] = far.sort()[NEIGHBOURS]; // the nearest is the point itself
  }
  return found;
}

/**
 * Coverage (Naeem et al. 2020): the share of true points that have one of the others within their reach. Two heaps of one
 * source have 1 − 2⁻⁵ or nearly.
 * @param {ArrayLike<number>} truth [n, 2]
 * @param {ArrayLike<number>} others
 * @param {Float64Array} [reach] of the true points
 */
export function coverage(truth, others, reach = reaches(truth)) {
  let covered = 0;
  for (let i = 0; i < reach.length; i++)
    for (let j = 0; j < others.length / 2; j++)
      if (square(truth, i, others, j) <= reach[i]) {
        covered++;
        break;
      }
  return covered / reach.length;
}

/** Squared distance. @param {ArrayLike<number>} a @param {number} i @param {ArrayLike<number>} b @param {number} j */
function square(a, i, b, j) {
  const [x, y] = [a[2 * i] - b[2 * j], a[2 * i + 1] - b[2 * j + 1]];
  return x * x + y * y;
}
