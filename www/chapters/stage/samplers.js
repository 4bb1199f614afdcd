// @ts-check
// The samplers the stage offers: for each, which settings it has and what its step is, in symbols and with the numbers of a
// position. The names are the engine's and stand in links.
import { frac, math, mn, mo, row, sqrt, sub, subsup, mi } from "../../lib/formula.js";
import { eps, sigma, withNumbers, x0, xAt, xs, xt, z } from "./notation.js";

/**
 * @typedef {object} Context
 * @property {ReturnType<typeof import("./notation.js").symbols>} y the schedule's symbols
 * @property {ReturnType<typeof import("./notation.js").stepNumbers>} step null where no step is left
 * @property {import("./notation.js").Row} there
 * @property {import("./notation.js").Row} here
 * @property {any} choices the settings by name
 */

/**
 * @typedef {object} Sampler
 * @property {string} label
 * @property {string} scheduler diffusers' class of the same arithmetic
 * @property {boolean} clips whether x̂_0 is clipped where a scheduler file says so
 * @property {string[]} settings those of the stage's that it alone has
 * @property {(context: Context) => (Element | null)[]} formulas in symbols, the last one in numbers
 */

/** x̂_0 = (x_t − β̄ ε̂)/ᾱ, kept between −1 and 1 where that is chosen @param {Context} context */
function clean({ y, choices }) {
  const quotient = frac(row(xt(), mo("−"), y.noise(y.t), eps()), y.keep(y.t));
  return math([x0(), mo("="), ...(choices.clip ? [mi("clip"), mo("("), quotient, mo(")")] : [quotient])], true);
}

/** σ z at the end of a step, where there is any. @param {boolean} noisy @param {Context["step"]} step */
const tail = (noisy, step) => ({
  symbols: noisy ? [mo("+"), sigma(), z()] : [],
  numbers: /** @type {[number, Element, string][]} */ (noisy && step?.sigma ? [[step.sigma, z(), "of-ground"]] : []),
});

/** @param {Context} context */
function ddim(context) {
  const { y, step, here, choices } = context;
  const noisy = choices.eta > 0;
  const end = tail(noisy, step);
  const direct = noisy ? sqrt(y.noise2(y.s), mo("−"), subsup(mi("σ"), mi("t"), 2)) : y.noise(y.s);
  const symbolic = math([xs(), mo("="), y.keep(y.s), x0(), mo("+"), direct, eps(), ...end.symbols], true);
  const left = step && Math.sqrt(Math.max(0, 1 - step.alphaBarBefore - (step.sigma ?? 0) ** 2));
  return [
    clean(context),
    symbolic,
    step &&
      withNumbers(xAt(here), [
        [Math.sqrt(step.alphaBarBefore), x0(), "of-wall"],
        [left, eps(), "of-ground"],
        ...end.numbers,
      ]),
  ];
}

/** @param {Context} context */
function ddpm(context) {
  const { y, step, there, here, choices } = context;
  const end = tail(choices.sigma !== "zero", step);
  if (choices.clip) return posterior(context, end);
  const inside = [xt(), mo("−"), frac(y.stepNoise2(), y.noise(y.t)), eps()];
  const symbolic = [xs(), mo("="), frac(mn("1"), y.stepKeep()), mo("("), ...inside, mo(")"), ...end.symbols];
  return [
    math(symbolic, true),
    step &&
      withNumbers(xAt(here), [
        [1 / Math.sqrt(step.alpha), xAt(there), "of-wall"],
        [-step.beta / Math.sqrt((1 - step.alphaBar) * step.alpha), eps(), "of-ground"],
        ...end.numbers,
      ]),
  ];
}

/** The mean of q(x_s | x_t, x̂_0): clipping acts on x̂_0, so the step is written with it. */
function posterior(context, end) {
  const { y, step, there, here } = context;
  const fromXt = frac(row(y.stepKeep(), y.inParens(y.noise2(y.s))), y.noise2(y.t));
  const fromX0 = frac(row(y.stepNoise2(), y.keep(y.s)), y.noise2(y.t));
  const below = step && 1 - step.alphaBar;
  return [
    clean(context),
    math([xs(), mo("="), fromXt, xt(), mo("+"), fromX0, x0(), ...end.symbols], true),
    step &&
      withNumbers(xAt(here), [
        [(Math.sqrt(step.alpha) * (1 - step.alphaBarBefore)) / below, xAt(there), "of-ground"],
        [(step.beta * Math.sqrt(step.alphaBarBefore)) / below, x0(), "of-wall"],
        ...end.numbers,
      ]),
  ];
}

/**
 * DPM-Solver++ 2M: straight on along D, the line through this guess of x_0 and the one before (x̂_0′), in λ. The first and the
 * last step have D = x̂_0 alone.
 * @param {Context} context
 */
function dpmpp2m(context) {
  const { y, step, there, here } = context;
  const guess = () => mi("D");
  const shrink = () => frac(y.noise(y.s), y.noise(y.t));
  const gain = [mo("("), y.keep(y.s), mo("−"), y.keep(y.t), shrink(), mo(")")];
  const before = () => row(x0(), mo("′"));
  const slope = frac(row(x0(), mo("−"), before()), row(mn("2"), mi("r")));
  const lambda = (i) => sub(mi("λ"), i);
  const ratio = frac(row(lambda(mi("t")), mo("−"), lambda(mi("t′"))), row(lambda(mi("s")), mo("−"), lambda(mi("t"))));
  const from = step && Math.sqrt((1 - step.alphaBarBefore) / (1 - step.alphaBar));
  return [
    clean(context),
    math([guess(), mo("="), x0(), mo("+"), slope, mo(","), mi("r"), mo("="), ratio], true),
    math([lambda(mi("t")), mo("="), mi("ln"), frac(y.keep(y.t), y.noise(y.t))], true),
    math([xs(), mo("="), shrink(), xt(), mo("+"), ...gain, guess()], true),
    step &&
      withNumbers(xAt(here), [
        [from, xAt(there), "of-ground"],
        [Math.sqrt(step.alphaBarBefore) - Math.sqrt(step.alphaBar) * from, guess(), "of-wall"],
      ]),
  ];
}

/** @type {Record<string, Sampler>} */
export const SAMPLERS = {
  ddim: { label: "DDIM", scheduler: "DDIMScheduler", clips: true, settings: ["eta"], formulas: ddim },
  ddpm: { label: "DDPM", scheduler: "DDPMScheduler", clips: true, settings: ["sigma"], formulas: ddpm },
  dpmpp_2m: {
    label: "DPM-Solver++ (2M)",
    scheduler: "DPMSolverMultistepScheduler",
    clips: false,
    settings: [],
    formulas: dpmpp2m,
  },
};

/** σ of DDPM by diffusers' word for it. */
const VARIANCES = { fixed_large: "beta", fixed_small: "beta_tilde" };
/** Steps of a chain nobody says more of, as the engine takes. */
const USUAL_STEPS = 50;

/** The stage's settings that a model's scheduler asks for. @param {any} plan what `Model.scheduler()` gives */
export function settingsOf(plan) {
  const name = Object.keys(SAMPLERS).find((key) => SAMPLERS[key].scheduler === plan._class_name) ?? "ddpm";
  return {
    sampler: name,
    sigma: VARIANCES[plan.variance_type] ?? "beta_tilde",
    eta: plan.eta ?? 0,
    spacing: plan.timestep_spacing,
    clip: plan.clip_sample && SAMPLERS[name].clips,
    steps: Math.min(USUAL_STEPS, plan.num_train_timesteps),
  };
}
