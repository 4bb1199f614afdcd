// @ts-check
// The arithmetic of one step as the reader sees it: the numbers of a position on the timeline, the step's formula in
// either notation, and the same formula with its coefficients filled in.
import { number } from "../../lib/dom.js";
import { bar, math, mi, mn, mo, row, sub } from "../../lib/formula.js";
import { stepNumbers, symbols, withNumbers, xAt, xs, xt } from "./notation.js";
import { SAMPLERS } from "./samplers.js";

/**
 * [symbol, value] rows for the table of numbers.
 * @param {import("./notation.js").Row} there
 * @param {import("./notation.js").Row | undefined} here
 * @param {string} notation
 * @returns {[Element, string][]}
 */
export function numberRows(there, here, notation) {
  const step = stepNumbers(there, here);
  const amplitude = notation === "su" ? Math.sqrt : (value) => value;
  const t = mi("t");
  const rest = notation === "su" ? sub(bar("β"), t) : row(mn("1"), mo("−"), sub(bar("α"), t.cloneNode(true)));
  return [
    [math([mi("t")]), String(there.t)],
    [math([sub(bar("α"), mi("t"))]), number(amplitude(there.alphaBar))],
    [math([rest]), number(amplitude(1 - there.alphaBar))],
    [math([sub(mi("α"), mi("t"))]), step ? number(amplitude(step.alpha)) : "—"],
    [math([sub(mi("β"), mi("t"))]), step ? number(amplitude(step.beta)) : "—"],
    [math([sub(mi("σ"), mi("t"))]), step && there.sigma !== null ? number(there.sigma) : "—"],
  ];
}

/**
 * The formulas of the step as <math> elements, first in symbols, the last one with the numbers of this position.
 * @param {any} choices the sampler's settings by name, with direction and notation
 * @param {import("./notation.js").Row} there
 * @param {import("./notation.js").Row | undefined} here
 */
export function stepFormulas({ direction, notation, ...choices }, there, here) {
  const y = symbols(notation);
  const step = stepNumbers(there, here);
  const formulas =
    direction === "build"
      ? SAMPLERS[choices.sampler].formulas({ y, step, there, here, choices })
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
