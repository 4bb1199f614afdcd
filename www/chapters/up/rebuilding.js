// @ts-check
// The arithmetic of one step back (Su's eq. 8 and 17) and of a whole chain, over the schedule of the page's networks. Whoever
// answers what noise is in x_t, a network or the exact mean, ε̂ is the guess at all of it, ε̄_t; Su's ε_θ, the guess at the
// last step's part, is β_t/β̄_t of that (eq. 15).
import { T } from "../../lesson/demolition.js";
import { alpha2, beta2, ledger } from "../../lesson/ho-schedule.js";

/** @typedef {"zero" | "beta_tilde" | "beta"} Spread which σ_t a step takes */

/** σ_t. @param {number} t @param {Spread} spread */
export function sigma(t, spread) {
  if (spread === "zero" || t === 1) return 0; // the last step adds nothing
  if (spread === "beta") return Math.sqrt(beta2(t));
  return Math.sqrt((beta2(t) * ledger(t - 1).ground) / ledger(t).ground); // β̃_t = β_t β̄_{t−1}/β̄_t
}

/** What part of ε̂ Su's ε_θ is: β_t/β̄_t. @param {number} t */
export const stepsPart = (t) => Math.sqrt(beta2(t) / ledger(t).ground);

/**
 * μ(x_t) = (x_t − β_t ε_θ)/α_t (eq. 8).
 * @param {ArrayLike<number>} x x_t
 * @param {ArrayLike<number>} noise ε̂
 * @param {number} t
 */
export function mean(x, noise, t) {
  const [alpha, beta] = [Math.sqrt(alpha2(t)), Math.sqrt(beta2(t))];
  return Float64Array.from(x, (value, i) => (value - beta * stepsPart(t) * noise[i]) / alpha);
}

/**
 * The coefficients of x_t, ε̂ and z in x_{t−1} (eq. 17).
 * @param {number} t
 * @param {Spread} spread
 */
export function coefficients(t, spread) {
  const alpha = Math.sqrt(alpha2(t));
  return { x: 1 / alpha, noise: (-Math.sqrt(beta2(t)) * stepsPart(t)) / alpha, z: sigma(t, spread) };
}

/** The t at which a chain of so many calls asks, from the rubble on, and 0 at its end. @param {number} calls */
export const floors = (calls) => Array.from({ length: calls + 1 }, (_, i) => Math.round(T * (1 - i / calls)));

/**
 * x_s from x_t and what is thought of it, without new noise (DDIM): the same tower and the same noise, fewer steps down.
 * @param {ArrayLike<number>} x0 x̂_0
 * @param {ArrayLike<number>} noise ε̂
 * @param {number} s
 */
export function again(x0, noise, s) {
  const { wall, ground } = ledger(s);
  const [keep, mix] = [Math.sqrt(wall), Math.sqrt(ground)];
  return Float64Array.from(x0, (value, i) => keep * value + mix * noise[i]);
}

/**
 * What noise x_t has in it if x_0 is this (eq. 6): with E[x_0 | x_t], E[ε̄_t | x_t].
 * @param {ArrayLike<number>} x x_t
 * @param {ArrayLike<number>} x0
 * @param {{ wall: number, ground: number }} squares of t
 */
export const noiseFrom = (x, x0, { wall, ground }) =>
  Float64Array.from(x, (value, i) => (value - Math.sqrt(wall) * x0[i]) / Math.sqrt(ground));
