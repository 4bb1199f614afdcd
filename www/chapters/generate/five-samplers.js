// @ts-check
// The same x_T through five samplers: three heaps of bricks in the plane with the exact answer, spread and coverage at every t.
import { figures } from "../../figures/figure.js";
import { PlotAxes } from "../../figures/plot-axes.js";
import { byId } from "../../lib/dom.js";
import { normals } from "../../lib/normals.js";
import { say } from "../../lib/words.js";
import { T } from "../../lesson/demolition.js";
import { Run, SAMPLERS, endOfNormal, squares, stops, strides } from "./chains.js";
import { THREE_HEAPS, coverage, guessOf, pointsOf, reaches, spread } from "./exact.js";
import { STEPS } from "./settings.js";

/** @typedef {import("../../figures/plot-axes.js").Plot} Plot */

const BRICKS = 300;
const REACH = 2.6; // of the plane
const STD = 0.3; // of the normal data whose end is told
const OTHERS = 7919; // of the true heaps' seed: they are not made of the chains' noise

export class FiveSamplers {
  #root;
  #site;
  #of = "";
  #stops = stops(1);
  /** x by sampler and stop, from t = 0 on. @type {Float64Array[][]} */ #chains = [];
  #truth = { x0: new Float64Array(), noise: new Float32Array() };

  /** @param {HTMLElement} root @param {import("../../lesson/site.js").Site} site */
  constructor(root, site) {
    this.#root = root;
    this.#site = site;
    this.clouds = figures(root, PlotAxes);
    for (const steps of STEPS)
      byId(`generate-steps-${steps}`, root).addEventListener("click", () => site.set({ steps }));
  }

  /** Lets go of what can be made again. */
  forget() {
    this.#of = "";
    this.#chains = [];
  }

  #build() {
    const [n, seed] = [this.#site.get("steps"), this.#site.seed];
    if (this.#of === `${n} ${seed}`) return;
    this.#of = `${n} ${seed}`;
    this.#stops = stops(n);
    const size = 2 * BRICKS;
    const noise = (/** @type {number} */ step) => normals(size, seed, size * (step + 1));
    this.#chains = SAMPLERS.map((name) => {
      const run = new Run(strides(name, n), normals(size, seed), guessOf(THREE_HEAPS), noise);
      const reached = [run.x];
      while (!run.over) reached.unshift(run.step().x);
      return reached;
    });
    this.#truth = {
      x0: pointsOf(THREE_HEAPS, normals(size, seed + OTHERS)),
      noise: normals(size, seed + OTHERS, size),
    };
  }

  draw() {
    this.#build();
    const n = this.#site.get("steps");
    for (const steps of STEPS) byId(`generate-steps-${steps}`, this.#root).setAttribute("aria-pressed", steps === n);
    const k = Math.round((this.#site.get("five") * n) / T);
    const t = this.#stops[k];
    const [keep, mix] = squares(t).map(Math.sqrt);
    const { x0, noise } = this.#truth;
    const truth = x0.map((value, i) => keep * value + mix * noise[i]);
    const reach = reaches(truth);
    for (const [i, name] of SAMPLERS.entries()) {
      const x = this.#chains[i][k];
      const told = {
        spread: spread(x).toFixed(2),
        covered: Math.round(100 * coverage(truth, x, reach)),
        normal: endOfNormal(strides(name, n), STD).toFixed(name === "greedy" ? 4 : 3),
      };
      byId(`generate-five-${name}`, this.#root).textContent = say("generate_five_told", told);
      this.#draw(
        this.clouds[i],
        truth,
        x,
        say("generate_five_label", { sampler: say(`generate_${name}`), t, ...told }),
      );
    }
    const own = { t, spread: spread(truth).toFixed(2) };
    byId("generate-five-truth", this.#root).textContent = say("generate_five_truth", own);
  }

  /** @param {PlotAxes} cloud @param {Float64Array} truth @param {Float64Array} x @param {string} label */
  #draw(cloud, truth, x, label) {
    Object.assign(cloud, {
      label,
      x: { low: -REACH, high: REACH, ticks: [] },
      y: { low: -REACH, high: REACH, ticks: [], grid: false },
      margin: { left: 0, right: 0, top: 0, bottom: 0 },
      paint: (/** @type {Plot} */ plot) => {
        heap(plot, truth, "brick-soft", 3);
        heap(plot, x, "ink", 1.75);
      },
    });
    cloud.draw();
  }
}

/** @param {Plot} plot @param {Float64Array} points @param {string} shade @param {number} size */
function heap({ context, x, y, colour }, points, shade, size) {
  context.fillStyle = colour(shade);
  for (let i = 0; i < points.length; i += 2)
    context.fillRect(x(points[i]) - size / 2, y(points[i + 1]) - size / 2, size, size);
}
