// @ts-check
// The reverse chains of chapter 5 as plain arithmetic (Su's eq. 8, 16, 17, and two younger samplers), over any number of
// steps. Each step is linear, x_s = keep·x_t + pull·x̂_0 + before·x̂_0' + σ z, where x̂_0' is the guess of the step before;
// exact guesses are exact.js's. With n < T steps a stride from t to s counts as one step: its α is ᾱ_t/ᾱ_s.
import { TIED, T, ledgers } from "../../lesson/demolition.js";

/** [ᾱ_t², β̄_t²] by t. */
const SQUARES = ledgers(TIED, 1);

/** @typedef {"greedy" | "beta" | "beta_tilde" | "ddim" | "dpm"} Sampler */

/** @type {Sampler[]} */
export const SAMPLERS = ["greedy", "beta", "beta_tilde", "ddim", "dpm"];

/**
 * One stride; `wall` and `ground` are ᾱ_t² and β̄_t².
 * @typedef {object} Stride
 * @property {number} t
 * @property {number} s
 * @property {number} wall
 * @property {number} ground
 * @property {number} keep
 * @property {number} pull
 * @property {number} before
 * @property {number} sigma
 */

/** The t's of a chain of n steps, from 0 to T. @param {number} n */
export const stops = (n) => Array.from({ length: n + 1 }, (_, i) => Math.round((T * i) / n));

/** [ᾱ_t², β̄_t²]. @param {number} t @returns {[wall: number, ground: number]} */
export const squares = (t) => [SQUARES[t][0], SQUARES[t][1]];

/**
 * What a stride from t to s costs in noise and what of it can come back: β² = 1 − ᾱ_t²/ᾱ_s², β̃² = β² β̄_s²/β̄_t², and the
 * weights of x_t and x_0 in the mean of q(x_s|x_t, x_0).
 * @param {number} t
 * @param {number} s
 */
export function between(t, s) {
  const [[wall, ground], [wallS, groundS]] = [SQUARES[t], SQUARES[s]];
  const alpha2 = wall / wallS;
  const beta2 = 1 - alpha2;
  return {
    beta2,
    tilde2: (beta2 * groundS) / ground,
    keep: (Math.sqrt(alpha2) * groundS) / ground,
    pull: (beta2 * Math.sqrt(wallS)) / ground,
  };
}

/**
 * σ² of the best Gaussian step: β̃² and what x_0 is still uncertain by.
 * @param {number} t
 * @param {number} s
 * @param {number} variance E Var(x_0|x_t)/d
 */
export function best2(t, s, variance) {
  const { tilde2, pull } = between(t, s);
  return tilde2 + pull ** 2 * variance;
}

/** The ancestral step's σ²; nothing is thrown in the last. @type {Record<string, (stride: ReturnType<typeof between>) => number>} */
const THROWN = { greedy: () => 0, beta: ({ beta2 }) => beta2, beta_tilde: ({ tilde2 }) => tilde2 };

/**
 * The strides of a chain from T to 0.
 * @param {Sampler} sampler
 * @param {number} n steps
 * @returns {Stride[]}
 */
export function strides(sampler, n) {
  const at = stops(n).reverse();
  /** @type {Stride[]} */ const chain = [];
  for (let i = 0; i < n; i++) {
    const [t, s] = [at[i], at[i + 1]];
    const [wall, ground] = SQUARES[t];
    const how = sampler in THROWN ? ancestral(t, s, sampler) : ode(t, s, sampler === "dpm" ? at[i - 1] : undefined);
    chain.push({ t, s, wall, ground, ...how });
  }
  return chain;
}

/** Eq. 17, eq. 16 where σ = 0, in x_t and x̂_0. @param {number} t @param {number} s @param {string} sampler */
function ancestral(t, s, sampler) {
  const stride = between(t, s);
  return { keep: stride.keep, pull: stride.pull, before: 0, sigma: s ? Math.sqrt(THROWN[sampler](stride)) : 0 };
}

/** log(ᾱ_t/β̄_t). @param {number} t */
const lambda = (t) => Math.log(SQUARES[t][0] / SQUARES[t][1]) / 2;

/**
 * DDIM; with the t before it the second order of DPM-Solver++(2M), except in the last step, which goes straight to x̂_0.
 * @param {number} t
 * @param {number} s
 * @param {number} [last]
 */
function ode(t, s, last) {
  const [[wall, ground], [wallS, groundS]] = [SQUARES[t], SQUARES[s]];
  const keep = Math.sqrt(groundS / ground);
  const pull = Math.sqrt(wallS) - keep * Math.sqrt(wall); // ᾱ_s (1 − e^{−h})
  if (last === undefined || !s) return { keep, pull, before: 0, sigma: 0 };
  const half = (lambda(s) - lambda(t)) / (2 * (lambda(t) - lambda(last))); // 1/2r
  return { keep, pull: pull * (1 + half), before: -pull * half, sigma: 0 };
}

/**
 * Where every chain of normal data N(0, std²) ends, with the exact x̂_0: x stays normal, so its standard deviation says all.
 * @param {Stride[]} chain
 * @param {number} std
 */
export function endOfNormal(chain, std) {
  // x = a·x_T + noise of variance v; the second order, which looks back, throws no noise
  let [a, v, guess] = [1, 0, 0];
  for (const { wall, ground, keep, pull, before, sigma } of chain) {
    const share = (Math.sqrt(wall) * std ** 2) / (wall * std ** 2 + ground); // x̂_0 = share·x_t
    const next = (keep + pull * share) * a + before * guess;
    guess = share * a;
    v = (keep + pull * share) ** 2 * v + sigma ** 2;
    a = next;
  }
  return Math.sqrt(a ** 2 + v);
}

/** A chain under way over many values at once. */
export class Run {
  /** Steps done. */
  done = 0;
  /** @type {Float64Array | null} */ #before = null;

  /**
   * @param {Stride[]} chain
   * @param {ArrayLike<number>} x x_T
   * @param {(x: Float64Array, wall: number, ground: number) => Float64Array} guess x̂_0
   * @param {(step: number) => ArrayLike<number>} noise z of a step, counted from 0
   */
  constructor(chain, x, guess, noise) {
    this.chain = chain;
    this.x = Float64Array.from(x);
    this.guess = guess;
    this.noise = noise;
  }

  get over() {
    return this.done === this.chain.length;
  }

  /** One step; gives x̂_0, z and x_{t−1}. */
  step() {
    const { wall, ground, keep, pull, before, sigma } = this.chain[this.done];
    const [x, last] = [this.x, this.#before];
    const guess = this.guess(x, wall, ground);
    const z = sigma ? this.noise(this.done) : null;
    this.x = x.map((value, i) => {
      let next = keep * value + pull * guess[i];
      if (before) next += before * last[i];
      return z ? next + sigma * z[i] : next;
    });
    this.#before = guess;
    this.done++;
    return { guess, z, x: this.x };
  }

  /** All steps that are left. */
  finish() {
    while (!this.over) this.step();
    return this.x;
  }
}
