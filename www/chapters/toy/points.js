// @ts-check
// Arithmetic on sets of 2-D points, Float32Array [x, y, x, y, …]; how they are drawn stands in figures/points.js.
import { thinned } from "../../figures/points.js";
import { dice } from "../../lib/dice.js";
import { normals } from "../../lib/normals.js";

/**
 * √ᾱ x_0 + √(1−ᾱ) ε, the demolition in one jump (Su's eq. 6).
 * @param {Float32Array} points
 * @param {Float32Array} noise
 * @param {number} share Ho's ᾱ
 */
export function demolished(points, noise, share) {
  const keep = Math.sqrt(share),
    mix = Math.sqrt(1 - share);
  return points.map((value, i) => keep * value + mix * noise[i]);
}

/**
 * `count` points drawn with replacement.
 * @param {Float32Array} points
 * @param {number} count
 * @param {number} seed
 */
export function drawn(points, count, seed) {
  const random = dice(seed),
    found = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const from = 2 * Math.floor((random() * points.length) / 2);
    found[2 * i] = points[from];
    found[2 * i + 1] = points[from + 1];
  }
  return found;
}

const SHOWN = 6000; // points on the pad; more only make the picture darker
const NOISE_SEED = 9;
/** @type {Float32Array | undefined} */
let noise;
const padNoise = () => (noise ??= normals(2 * SHOWN, NOISE_SEED));

/**
 * What the pad shows: at most SHOWN of the points, demolished by the noise that each keeps.
 * @param {Float32Array} points
 * @param {number} share Ho's ᾱ
 */
export function shownOnPad(points, share) {
  const some = thinned(points, SHOWN);
  if (share === 1) return some;
  return demolished(some, padNoise(), share);
}

/**
 * The way of one of the points on the pad, by the noise that it keeps: a place for each of the shares.
 * @param {Float32Array} points
 * @param {number} index among those shown
 * @param {number[]} shares Ho's ᾱ
 */
export function wayDown(points, index, shares) {
  const some = thinned(points, SHOWN).subarray(2 * index, 2 * index + 2);
  const its = padNoise().subarray(2 * index, 2 * index + 2);
  return Float32Array.from(shares.flatMap((share) => [...demolished(some, its, share)]));
}
