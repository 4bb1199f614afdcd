// @ts-check
// The arithmetic of one step as the reader sees it: the numbers of a position on the timeline, the step's formula in
// either notation, and the same formula with its coefficients filled in. Positions count from the tower: 0 is x_0.
// Su writes amplitudes, Ho writes variances: Su α² = Ho α, Su β² = Ho β, Su ᾱ² = Ho ᾱ, Su β̄² = 1 − Ho ᾱ.
import { math, mi, mo, mn, row, sub, subsup, frac, sqrt, bar, hat } from "../../lib/formula.js";
import { number } from "../../lib/dom.js";

/** What the step between positions p and p−1 uses, in Ho's variances. `there` is position p, `here` p−1. */
export function stepNumbers(there, here) {
  if (!here) return null;
  const alpha = there.alphaBar / here.alphaBar; // a strided step's α is a quotient, as in DDIM's sub-chains
  return { alpha, beta: 1 - alpha, alphaBar: there.alphaBar, alphaBarBefore: here.alphaBar, sigma: there.sigma };
}

/** [symbol, value] rows for the table of numbers. */
export function numberRows(there, here, notation) {
  const step = stepNumbers(there, here);
  const amplitude = notation === "su" ? Math.sqrt : (value) => value;
  const t = mi("t");
  const rest = notation === "su" ? sub(bar("β"), t) : row(mn("1"), mo("−"), sub(bar("α"), t.cloneNode(true)));
  const one = (symbol, value) => [math([symbol]), value];
  return [
    one(mi("t"), String(there.t)),
    one(sub(bar("α"), mi("t")), number(amplitude(there.alphaBar))),
    one(rest, number(amplitude(1 - there.alphaBar))),
    one(sub(mi("α"), mi("t")), step ? number(amplitude(step.alpha)) : "—"),
    one(sub(mi("β"), mi("t")), step ? number(amplitude(step.beta)) : "—"),
    one(sub(mi("σ"), mi("t")), step && there.sigma !== null ? number(there.sigma) : "—"),
  ];
}

const xt = () => sub(mi("x"), mi("t"));
const xs = () => sub(mi("x"), mi("s"));
const x0 = () => sub(hat("x"), mn("0"));
const eps = () => hat("ε");
const z = () => mi("z");

/** Symbols of the schedule in one notation: amplitude of what is left, of the noise, and of one step's two parts. */
function symbols(notation) {
  const su = notation === "su";
  const t = () => mi("t"),
    s = () => mi("s");
  return {
    keep: (i) => (su ? sub(bar("α"), i()) : sqrt(sub(bar("α"), i()))), // ᾱ | √ᾱ
    noise: (i) => (su ? sub(bar("β"), i()) : sqrt(mn("1"), mo("−"), sub(bar("α"), i()))), // β̄ | √(1−ᾱ)
    noise2: (i) => (su ? subsup(bar("β"), i(), 2) : row(mn("1"), mo("−"), sub(bar("α"), i()))), // β̄² | 1−ᾱ
    stepKeep: () => (su ? sub(mi("α"), t()) : sqrt(sub(mi("α"), t()))),
    stepNoise: () => (su ? sub(mi("β"), t()) : sqrt(sub(mi("β"), t()))),
    stepNoise2: () => (su ? subsup(mi("β"), t(), 2) : sub(mi("β"), t())),
    inParens: (node) => (su ? node : row(mo("("), node, mo(")"))),
    t,
    s,
  };
}

/** The formulas of the step as <math> elements, first in symbols, the last one with the numbers of this position. */
export function stepFormulas({ direction, sampler, clip, eta, sigma, notation }, there, here) {
  const y = symbols(notation);
  const step = stepNumbers(there, here);
  const name = (position) => sub(mi("x"), mn(String(position.t)));
  if (direction === "demolish") {
    const symbolic = [xt(), mo("="), y.stepKeep(), xs(), mo("+"), y.stepNoise(), mi("ε")];
    return [
      math(symbolic, true),
      step &&
        withNumbers(name(there), [
          [Math.sqrt(step.alpha), name(here), "of-wall"],
          [Math.sqrt(step.beta), mi("ε"), "of-ground"],
        ]),
    ].filter(Boolean);
  }
  const noisy = sampler === "ddim" ? eta > 0 : sigma !== "zero";
  const tail = noisy ? [mo("+"), sub(mi("σ"), mi("t")), z()] : [];
  const tailNumbers = noisy && step?.sigma ? [[step.sigma, z(), "of-ground"]] : [];
  const clean = math([x0(), mo("="), frac(row(xt(), mo("−"), y.noise(y.t), eps()), y.keep(y.t))], true);
  if (sampler === "ddim") {
    const direct = noisy ? sqrt(y.noise2(y.s), mo("−"), subsup(mi("σ"), mi("t"), 2)) : y.noise(y.s);
    const symbolic = math([xs(), mo("="), y.keep(y.s), x0(), mo("+"), direct, eps(), ...tail], true);
    const left = step && Math.sqrt(Math.max(0, 1 - step.alphaBarBefore - (step.sigma ?? 0) ** 2));
    return [
      clean,
      symbolic,
      step &&
        withNumbers(name(here), [
          [Math.sqrt(step.alphaBarBefore), x0(), "of-wall"],
          [left, eps(), "of-ground"],
          ...tailNumbers,
        ]),
    ].filter(Boolean);
  }
  if (clip) {
    // the mean of q(x_s | x_t, x̂_0): clipping acts on x̂_0, so the step is written with it
    const symbolic = math(
      [
        xs(),
        mo("="),
        frac(row(y.stepKeep(), y.inParens(y.noise2(y.s))), y.noise2(y.t)),
        xt(),
        mo("+"),
        frac(row(y.stepNoise2(), y.keep(y.s)), y.noise2(y.t)),
        x0(),
        ...tail,
      ],
      true,
    );
    const below = step && 1 - step.alphaBar;
    return [
      clean,
      symbolic,
      step &&
        withNumbers(name(here), [
          [(Math.sqrt(step.alpha) * (1 - step.alphaBarBefore)) / below, name(there), "of-ground"],
          [(step.beta * Math.sqrt(step.alphaBarBefore)) / below, x0(), "of-wall"],
          ...tailNumbers,
        ]),
    ].filter(Boolean);
  }
  const symbolic = math(
    [
      xs(),
      mo("="),
      frac(mn("1"), y.stepKeep()),
      mo("("),
      xt(),
      mo("−"),
      frac(y.stepNoise2(), y.noise(y.t)),
      eps(),
      mo(")"),
      ...tail,
    ],
    true,
  );
  return [
    symbolic,
    step &&
      withNumbers(name(here), [
        [1 / Math.sqrt(step.alpha), name(there), "of-wall"],
        [-step.beta / Math.sqrt((1 - step.alphaBar) * step.alpha), eps(), "of-ground"],
        ...tailNumbers,
      ]),
  ].filter(Boolean);
}

function withNumbers(left, terms) {
  const parts = terms.flatMap(([value, symbol, className], index) => {
    const sign = value < 0 ? "−" : index ? "+" : null;
    return [sign && mo(sign), mn(`${number(Math.abs(value))}\u2009`, className), symbol].filter(Boolean);
  });
  return math([left, mo("="), ...parts], true);
}
