// @ts-check
// The arithmetic of one step as the reader sees it: what each symbol means and is worth at this moment, the step's formula
// in either notation, the same formula with its coefficients filled in, and what the picture of the tower is.
import { number } from "../../lib/dom.js";
import { bar, frac, hat, math, mi, mn, mo, named, row, sub, subsup, tilde } from "../../lib/formula.js";
import { OFF } from "../../figures/tape-picture.js";
import { eps, overStride, sigma, stepNumbers, symbols, withNumbers, x0, xAt, xs, xt, z } from "./notation.js";
import { SAMPLERS } from "./samplers.js";

/**
 * What the symbols mean and are worth: [symbol, key of its meaning in words.js, value, class].
 * @param {import("./notation.js").Row} there
 * @param {import("./notation.js").Row | undefined} here
 * @param {{ direction: string, notation: string }} choices
 * @returns {[Element, string, string, string][]}
 */
export function symbolRows(there, here, { direction, notation }) {
  const step = stepNumbers(there, here);
  const amplitude = notation === "su" ? Math.sqrt : (value) => value;
  const t = () => mi("t");
  const rest =
    notation === "su"
      ? named("bar-beta_t", sub(bar("β"), t()))
      : row(mn("1"), mo("−"), named("bar-alpha_t", sub(bar("α"), t())));
  const noisy = step && there.sigma !== null;
  return [
    [math([mi("s")]), `means_s_${direction}`, here ? String(here.t) : "—", ""],
    [math([named("bar-alpha_t", sub(bar("α"), t()))]), "means_keep", number(amplitude(there.alphaBar)), "keeps"],
    [math([rest]), "means_noise", number(amplitude(1 - there.alphaBar)), "mixes"],
    [math([overStride("α")]), "means_step_keep", step ? number(amplitude(step.alpha)) : "—", ""],
    [math([overStride("β")]), "means_step_noise", step ? number(amplitude(step.beta)) : "—", ""],
    [math([sigma()]), "means_sigma", noisy ? number(there.sigma ?? 0) : "—", ""],
    [math([z()]), "means_z", "N(0, 1)", ""],
  ];
}

/** ε̂ = ε̂_∅ + w(ε̂_c − ε̂_∅), where guidance has the network asked twice. @param {number} w */
const guided = (w) =>
  math(
    [
      eps(),
      mo("="),
      sub(hat("ε"), mi("∅")),
      mo("+"),
      mn(`${w}\u2009`),
      mo("("),
      sub(hat("ε"), mi("c")),
      mo("−"),
      sub(hat("ε"), mi("∅")),
      mo(")"),
    ],
    true,
  );

/**
 * The formulas of the step as <math> elements, first in symbols, the last one with the numbers of this position.
 * @param {any} choices the sampler's settings by name, with direction, notation and what guidance is at work
 * @param {import("./notation.js").Row} there
 * @param {import("./notation.js").Row | undefined} here
 */
export function stepFormulas({ direction, notation, ...choices }, there, here) {
  const y = symbols(notation);
  const step = stepNumbers(there, here);
  const formulas =
    direction === "build"
      ? [
          choices.guidance === 1 ? null : guided(choices.guidance),
          ...SAMPLERS[choices.sampler].formulas({ y, step, there, here, choices }),
        ]
      : [
          math([xt(), mo("="), y.stepKeep(), xs(), mo("+"), y.stepNoise(), mi("ε")], true),
          step &&
            withNumbers(xAt(there), [
              [Math.sqrt(step.alpha), xAt(here), "of-wall"],
              [Math.sqrt(step.beta), mi("ε"), "of-ground"],
            ]),
        ];
  return formulas.filter(Boolean);
}

/**
 * How ε̂ follows from what the network answers at x_t = ᾱ_t x_0 + β̄_t ε, where that is not ε̂ itself.
 * @param {string} notation
 * @param {string} prediction
 * @returns {Element | null}
 */
export function answerFormula(notation, prediction) {
  const y = symbols(notation);
  if (prediction === "v_prediction") return math([eps(), mo("="), y.noise(y.t), xt(), mo("+"), y.keep(y.t), hat("v")]);
  if (prediction !== "sample") return null;
  return math([eps(), mo("="), frac(row(xt(), mo("−"), y.keep(y.t), x0()), y.noise(y.t))]);
}

/**
 * How the picture x̃_0 comes from x̂_0: without guidance, clipped, and where ε̂ was divided by ᾱ damped by what that does to
 * its error, see figures/tape-picture.js.
 * @param {string} notation
 * @param {boolean} damped
 * @returns {Element[]} one or two, between which a line may break
 */
export function pictureFormula(notation, damped) {
  const y = symbols(notation);
  const left = [named("tilde-x_0", sub(tilde("x"), mn("0"))), mo("="), mi("clip"), mo("(")];
  if (!damped) return [math([...left, x0(), mo(")")])];
  const delta = () => sub(mi("δ"), mi("t"));
  const guess = [x0(), mo("/"), mo("("), mn("1"), mo("+"), subsup(mi("δ"), mi("t"), 2), mo(")")];
  const error = [delta(), mo("="), mn(`${OFF}\u2009`), y.noise(y.t), mo("/"), y.keep(y.t)];
  return [math([...left, ...guess, mo(")")]), math(error)];
}
