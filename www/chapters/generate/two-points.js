// @ts-check
// Data of two points, x_0 = ±1, each as likely: everything about them is exact. Where a chain of T steps goes that knows
// E[x_0|x_t] = tanh(ᾱ x_t/β̄²), and what q(x_{t−1}|x_t) is, two normal bumps and not one.
import { normals } from "../../lib/normals.js";
import { Run, between, squares, stops, strides } from "./chains.js";

const PAIRS = 1000; // of mirrored bricks: the chain, too, is symmetric
export const BINS = 57;
export const REACH = 2.85; // of the axis: ±1 are in the middle of bins

/** E[x_0|x_t]. @param {number} x @param {number} wall @param {number} ground */
export const guess = (x, wall, ground) => Math.tanh((Math.sqrt(wall) * x) / ground);

/** A chain of n steps with σ = β̃: where its bricks are after every step. */
export class Crowd {
  /** The share of bricks in each bin, from t = 0 to t = T. @type {Float64Array[]} */
  shares = [];

  /** @param {number} n steps @param {number} seed */
  constructor(n, seed) {
    this.stops = stops(n);
    const mirrored = (/** @type {number} */ index) => {
      const half = normals(PAIRS, seed, index * PAIRS);
      return Float64Array.from({ length: 2 * PAIRS }, (_, i) => (i < PAIRS ? half[i] : -half[i - PAIRS]));
    };
    const look = (/** @type {Float64Array} */ x, /** @type {number} */ wall, /** @type {number} */ ground) =>
      x.map((value) => guess(value, wall, ground));
    const run = new Run(strides("beta_tilde", n), mirrored(0), look, (step) => mirrored(step + 1));
    this.shares.unshift(sharesOf(run.x));
    while (!run.over) this.shares.unshift(sharesOf(run.step().x));
    /** How far a brick must be carried, on average, for the chain's end to be the data: the 1-Wasserstein distance. */
    this.carried = run.x.reduce((sum, value) => sum + Math.abs(1 - Math.abs(value)), 0) / run.x.length;
  }
}

/** @param {Float64Array} x */
function sharesOf(x) {
  const shares = new Float64Array(BINS);
  for (const value of x) {
    const bin = Math.floor(((value + REACH) / (2 * REACH)) * BINS);
    if (bin >= 0 && bin < BINS) shares[bin] += 1 / x.length;
  }
  return shares;
}

/** Of a standard normal number, that it lies below z (Abramowitz and Stegun 7.1.26, to 10⁻⁷). @param {number} z */
export function below(z) {
  const k = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
  const series = 0.254829592 + k * (-0.284496736 + k * (1.421413741 + k * (-1.453152027 + k * 1.061405429)));
  const upper = (k * series * Math.exp((-z * z) / 2)) / 2;
  return z < 0 ? upper : 1 - upper;
}

/** The shares of q(x_t) in the same bins. @param {number} t */
export function truth(t) {
  const [keep, mix] = squares(t).map(Math.sqrt);
  const edge = (/** @type {number} */ i) => -REACH + (2 * REACH * i) / BINS;
  const under = (/** @type {number} */ x) =>
    [-keep, keep].reduce((sum, at) => sum + (mix ? below((x - at) / mix) : Number(x > at)) / 2, 0);
  return Float64Array.from({ length: BINS }, (_, i) => under(edge(i + 1)) - under(edge(i)));
}

/**
 * q(x_s|x_t = x): two bumps of width β̃, one for each x_0, and what a sampler draws in its place.
 * @param {number} t
 * @param {number} s
 * @param {number} x
 */
export function backward(t, s, x) {
  const [wall, ground] = squares(t);
  const { tilde2, keep, pull } = between(t, s);
  const up = (1 + guess(x, wall, ground)) / 2; // p(x_0 = 1|x_t)
  const [low, high] = [keep * x - pull, keep * x + pull];
  const mean = low + up * (high - low);
  return { up, low, high, mean, deviation: Math.sqrt(tilde2), variance: tilde2 + up * (1 - up) * (high - low) ** 2 };
}

/** @param {number} z */
const bell = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** Its density. @param {ReturnType<typeof backward>} q @param {number} y */
export const density = ({ up, low, high, deviation }, y) =>
  ((1 - up) * bell((y - low) / deviation) + up * bell((y - high) / deviation)) / deviation;

/** That of the sampler's N(μ, β̃²). @param {ReturnType<typeof backward>} q @param {number} y */
export const drawn = ({ mean, deviation }, y) => bell((y - mean) / deviation) / deviation;

const SLICES = 2000;

/**
 * What the two have in common, 1 where they are the same (1 − total variation); 0 where the step goes to the points themselves.
 * @param {ReturnType<typeof backward>} q
 */
export function overlap(q) {
  if (!q.deviation) return Number(q.variance < 1e-12);
  const [from, to] = [q.low - 6 * q.deviation, q.high + 6 * q.deviation];
  const wide = (to - from) / SLICES;
  let sum = 0;
  for (let i = 0; i < SLICES; i++) {
    const y = from + (i + 0.5) * wide;
    sum += Math.min(density(q, y), drawn(q, y)) * wide;
  }
  return sum;
}
