// @ts-check
// Which σ is best: σ*² = β̃² + (β² ᾱ_s/β̄_t²)² Var(x_0|x_t) between β̃ and β, for normal data of any spread, and how wide the
// tower's bricks lie in the end with each of them.
import { figures } from "../../figures/figure.js";
import { PlotAxes } from "../../figures/plot-axes.js";
import { byId } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { T } from "../../lesson/demolition.js";
import { best2, between, endOfNormal, squares, stops, strides } from "./chains.js";
import { known, normalData } from "./exact.js";
import { bars, curve, dot, upright } from "./paint.js";
import { STRIDES } from "./settings.js";

/** @typedef {import("../../figures/plot-axes.js").Plot} Plot */

/** What stands in the chart of ends, in this order. */
const ENDS = ["σ = 0", "β̃", "σ*", "β"];

export class BestSigma {
  #root;
  #site;

  /** @param {HTMLElement} root @param {import("../../lesson/site.js").Site} site */
  constructor(root, site) {
    this.#root = root;
    this.#site = site;
    const [ratios, ends] = figures(root, PlotAxes);
    this.ratios = ratios;
    this.ends = ends;
    for (const strides of STRIDES)
      byId(`generate-strides-${strides}`, root).addEventListener("click", () => site.set({ strides }));
    byId("generate-spread", root).addEventListener("input", ({ target }) => site.set({ spread: target.valueAsNumber }));
  }

  draw() {
    const site = this.#site;
    const [n, std] = [site.get("strides"), site.get("spread")];
    for (const strides of STRIDES)
      byId(`generate-strides-${strides}`, this.#root).setAttribute("aria-pressed", strides === n);
    const slider = byId("generate-spread", this.#root);
    slider.value = std;
    byId("generate-spread-value", this.#root).textContent = std.toFixed(2);
    const at = stops(n);
    const k = Math.max(1, Math.round((site.get("sigma") * n) / T));
    const here = sigmas(at[k], at[k - 1], std);
    const ends = endsOf(n, std);
    this.#drawRatios(at, at[k], std, here);
    this.#drawEnds(ends, std);
    const [tilde, star, beta] = [here.tilde, here.star, here.beta].map((value) => value.toFixed(4));
    const t = at[k];
    byId("generate-sigma-told", this.#root).textContent = say("generate_sigma_told", {
      t,
      s: at[k - 1],
      tilde,
      star,
      beta,
    });
  }

  /**
   * @param {number[]} at
   * @param {number} t
   * @param {number} std
   * @param {ReturnType<typeof sigmas>} here
   */
  #drawRatios(at, t, std, here) {
    const rows = at.slice(1).map((to, i) => ({ t: to, ...sigmas(to, at[i], std) }));
    const part = (/** @type {"tilde" | "star"} */ name) =>
      rows.map((row) => /** @type {[number, number]} */ ([row.t, row[name] / row.beta]));
    Object.assign(this.ratios, {
      label: say("generate_ratio_label", {
        t,
        tilde: (here.tilde / here.beta).toFixed(3),
        star: (here.star / here.beta).toFixed(3),
      }),
      x: { low: 0, high: T, ticks: [] },
      y: { low: 0, high: 1.05, ticks: [0, 0.25, 0.5, 0.75, 1], text: (/** @type {number} */ v) => String(v) },
      margin: { left: 34, right: 34, top: 8, bottom: 6 },
      paint: (/** @type {Plot} */ plot) => {
        upright(plot, t, "line-strong");
        const dots = rows.length <= 50;
        curve(
          plot,
          [
            [0, 1],
            [T, 1],
          ],
          { shade: "cement-ink", dash: [2, 3] },
        );
        curve(plot, part("tilde"), { shade: "cement-ink", dots });
        curve(plot, part("star"), { shade: "brick", wide: 2.5, dots });
        plot.context.fillStyle = plot.colour("brick");
        dot(plot.context, plot.x(t), plot.y(here.star / here.beta), 4);
      },
    });
    this.ratios.draw();
  }

  /** @param {number[]} ends @param {number} std */
  #drawEnds(ends, std) {
    const most = 1.15 * Math.max(std, ...ends, 0.02);
    const texts = ends.map((end) => end.toFixed(3));
    Object.assign(this.ends, {
      label: say("generate_ends_label", {
        std: std.toFixed(2),
        zero: texts[0],
        tilde: texts[1],
        star: texts[2],
        beta: texts[3],
      }),
      x: { low: 0, high: 4, ticks: [0.5, 1.5, 2.5, 3.5], text: (/** @type {number} */ v) => ENDS[Math.floor(v)] },
      y: { low: 0, high: most, ticks: [0], grid: false, text: String },
      margin: { left: 20, right: 8, top: 16, bottom: 20 },
      paint: (/** @type {Plot} */ plot) => {
        const { context, x, y, colour } = plot;
        for (const [i, end] of ends.entries()) {
          bars(plot, [end], (edge) => i + (edge ? 0.8 : 0.2), i === 2 ? "brick" : "cement");
          context.fillStyle = colour("ink");
          context.textAlign = "center";
          context.textBaseline = "bottom";
          context.fillText(texts[i], x(i + 0.5), y(Math.max(end, std)) - 3);
        }
        curve(
          plot,
          [
            [0, std],
            [4, std],
          ],
          { shade: "ink", dash: [6, 4] },
        );
      },
    });
    this.ends.draw();
  }
}

/** β̃, σ* and β of a stride. @param {number} t @param {number} s @param {number} std of the data */
function sigmas(t, s, std) {
  const [wall, ground] = squares(t);
  const { beta2, tilde2 } = between(t, s);
  const { variance } = known(normalData(std), Float64Array.of(0), wall, ground); // the same wherever x_t is
  return { tilde: Math.sqrt(tilde2), star: Math.sqrt(best2(t, s, variance)), beta: Math.sqrt(beta2) };
}

/** The standard deviation that each σ ends with, as ENDS has them. @param {number} n @param {number} std */
function endsOf(n, std) {
  const best = strides("beta_tilde", n).map((stride) => {
    return { ...stride, sigma: sigmas(stride.t, stride.s, std).star }; // in the last step too: there something is unknown yet
  });
  const [zero, tilde, beta] = /** @type {const} */ (["greedy", "beta_tilde", "beta"]).map((name) => strides(name, n));
  return [zero, tilde, best, beta].map((chain) => endOfNormal(chain, std));
}
