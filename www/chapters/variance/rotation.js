// @ts-check
// Eq. 10–15 in numbers: the step's own noise ε_t against all of x_t's noise ε̄_t, and the rotation that makes the latter an
// axis of its own. Both noises of x_t = ᾱ_t x_0 + α_t β̄_{t−1} ε̄_{t−1} + β_t ε_t are standard normal and independent, so
// a pair of them is a point of a round cloud, and x_t sees one direction of it.
import { T, beta2, ledger } from "../../lesson/demolition.js";

/**
 * What ε̄_t is made of: ε̄_t = sin·ε̄_{t−1} + cos·ε_t with cos = β_t/β̄_t and sin = α_t β̄_{t−1}/β̄_t.
 * @typedef {{ cos: number, sin: number }} Angle
 */

/** @param {number} t @returns {Angle} */
export function angle(t) {
  const share = beta2(t) / ledger(t).ground;
  return { cos: Math.sqrt(share), sin: Math.sqrt(Math.max(0, 1 - share)) };
}

/** Its degrees, from the axis of ε_t to that of ε̄_t. @param {number} t */
export const degrees = (t) => (Math.atan2(angle(t).sin, angle(t).cos) * 180) / Math.PI;

/** The part of ε_t that x_t does not tell, 1 − β_t²/β̄_t²: the floor of eq. 11. @param {number} t */
export const floor = (t) => angle(t).sin ** 2;

/** The floor by t, from t = 1. */
export const FLOORS = Float64Array.from({ length: T }, (_, i) => floor(i + 1));

/** Averaged over all t. */
export const MEAN_FLOOR = FLOORS.reduce((sum, value) => sum + value / T, 0);

/**
 * The coordinates of pairs (ε_t, ε̄_{t−1}) on axes turned by `theta` (radians); at the angle of t they are (ε, ω), eq. 12.
 * @param {ArrayLike<number>} noise ε_t
 * @param {ArrayLike<number>} before ε̄_{t−1}
 * @param {number} theta
 */
export function turned(noise, before, theta) {
  const [cos, sin] = [Math.cos(theta), Math.sin(theta)];
  return {
    first: Float64Array.from(noise, (value, i) => cos * value + sin * before[i]),
    second: Float64Array.from(noise, (value, i) => cos * before[i] - sin * value),
  };
}

/**
 * The straight line through the origin that guesses `goals` best from `hints`, and the mean square that it leaves.
 * @param {ArrayLike<number>} hints
 * @param {ArrayLike<number>} goals as many
 */
export function bestLine(hints, goals) {
  let [products, squares, whole] = [0, 0, 0];
  for (let i = 0; i < hints.length; i++) {
    products += hints[i] * goals[i];
    squares += hints[i] ** 2;
    whole += goals[i] ** 2;
  }
  const slope = products / squares;
  return { slope, left: Math.max(0, whole - slope * products) / hints.length };
}
