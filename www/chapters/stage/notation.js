// @ts-check
// The symbols of a step in either notation, and its numbers. Positions on the timeline count from the tower: 0 is x_0.
// Su writes amplitudes, Ho writes variances: Su α² = Ho α, Su β² = Ho β, Su ᾱ² = Ho ᾱ, Su β̄² = 1 − Ho ᾱ. A step goes from
// t to s, over many floors where a chain has few steps, so its α and β are written t|s.
import { number } from "../../lib/dom.js";
import { bar, hat, math, mi, mn, mo, named, row, sqrt, sub, subsup } from "../../lib/formula.js";

/** @typedef {{ t: number, alphaBar: number, sigma: number | null }} Row a position of the timeline, ᾱ as Ho means it */

/**
 * What the step between positions p and p−1 uses, in Ho's variances.
 * @param {Row} there position p
 * @param {Row} [here] p−1; without it there is no step
 */
export function stepNumbers(there, here) {
  if (!here) return null;
  const alpha = there.alphaBar / here.alphaBar; // a strided step's α is a quotient, as in DDIM's sub-chains
  return { alpha, beta: 1 - alpha, alphaBar: there.alphaBar, alphaBarBefore: here.alphaBar, sigma: there.sigma };
}

export const xt = () => named("x_t", sub(mi("x"), mi("t")));
export const xs = () => named("x_s", sub(mi("x"), mi("s")));
export const x0 = () => named("hat-x_0", sub(hat("x"), mn("0")));
export const eps = () => named("hat-epsilon", hat("ε"));
export const z = () => named("z", mi("z"));
const stride = () => row(mi("t"), mo("|"), mi("s"));
/** α_{t|s} or β_{t|s} @param {string} letter */
export const overStride = (letter) => named(letter === "α" ? "alpha_t" : "beta_t", sub(mi(letter), stride()));
export const sigma = () => named("sigma_t", sub(mi("σ"), mi("t")));
/** @param {Row} row the x of this very t */
export const xAt = (row) => sub(mi("x"), mn(String(row.t)));

/**
 * Symbols of the schedule: amplitude of what is left, of the noise, and of one step's two parts.
 * @param {string} notation "su" or "ho"
 */
export function symbols(notation) {
  const su = notation === "su";
  const t = () => mi("t"),
    s = () => mi("s");
  /** @param {Element} index @param {(letter: Element, index: Element) => Element} [set] */
  const barAlpha = (index, set = sub) => named(`bar-alpha_${index.textContent}`, set(bar("α"), index));
  /** @param {Element} index @param {(letter: Element, index: Element) => Element} [set] */
  const barBeta = (index, set = sub) => named(`bar-beta_${index.textContent}`, set(bar("β"), index));
  const squared = (letter, index) => subsup(letter, index, 2);
  return {
    keep: (i) => (su ? barAlpha(i()) : sqrt(barAlpha(i()))), // ᾱ | √ᾱ
    noise: (i) => (su ? barBeta(i()) : sqrt(mn("1"), mo("−"), barAlpha(i()))), // β̄ | √(1−ᾱ)
    noise2: (i) => (su ? barBeta(i(), squared) : row(mn("1"), mo("−"), barAlpha(i()))), // β̄² | 1−ᾱ
    stepKeep: () => (su ? overStride("α") : sqrt(overStride("α"))),
    stepNoise: () => (su ? overStride("β") : sqrt(overStride("β"))),
    stepNoise2: () => (su ? named("beta_t", squared(mi("β"), stride())) : overStride("β")),
    inParens: (node) => (su ? node : row(mo("("), node, mo(")"))),
    t,
    s,
  };
}

/**
 * `left` = a sum of [value, symbol, class]. The class says whose share it is: of-wall or of-ground.
 * @param {Element} left
 * @param {[number, Element, string][]} terms
 */
export function withNumbers(left, terms) {
  const parts = terms.flatMap(([value, symbol, className], index) => {
    const sign = value < 0 ? "−" : index ? "+" : null;
    return [sign && mo(sign), mn(`${number(Math.abs(value))}\u2009`, className), symbol].filter(Boolean);
  });
  return math([left, mo("="), ...parts], true);
}
