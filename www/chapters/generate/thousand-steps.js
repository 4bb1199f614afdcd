// @ts-check
// Why T is 1000: a chain of T steps on two points beside the truth, one of its steps back beside the Gaussian that it draws,
// and how much is wrong at the end by T.
import { figures } from "../../figures/figure.js";
import { PlotAxes } from "../../figures/plot-axes.js";
import { byId, number } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { T } from "../../lesson/demolition.js";
import { minus } from "../../lesson/numbers.js";
import { endOfNormal, strides } from "./chains.js";
import { bars, curve, dot, upright } from "./paint.js";
import { BINS, Crowd, REACH, backward, density, drawn, overlap, truth } from "./two-points.js";

/** @typedef {import("../../figures/plot-axes.js").Plot} Plot */

const LEAST = 1e-4; // of the axis of what is to be carried
const MANY = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 100, 200, 300, 500, 700, 1000];
const OF_NORMAL = Math.sqrt(2 / Math.PI); // E|z|: what a brick is carried when a normal heap is widened by 1
/** T at a place of the slider, 0 … PLACES, equal ratios at equal distances. */
export const PLACES = 120;
/** @param {number} place */
export const manyAt = (place) => Math.round(T ** (place / PLACES));
/** @param {number} many */
export const placeOf = (many) => Math.round((PLACES * Math.log(many)) / Math.log(T));
const KEPT = 40; // crowds at most: a drag over the slider makes many

export class ThousandSteps {
  #root;
  #site;
  /** @type {Map<number, Crowd>} by T */ #crowds = new Map();
  #seed = NaN;
  /** What is to be carried in the end, by T, for data of three kinds. @type {Record<string, [number, number][]>} */ #carried =
    {};

  /** @param {HTMLElement} root @param {import("../../lesson/site.js").Site} site */
  constructor(root, site) {
    this.#root = root;
    this.#site = site;
    const [law, step, cost] = figures(root, PlotAxes);
    this.law = law;
    this.step = step;
    this.cost = cost;
    byId("generate-many", root).addEventListener("input", ({ target }) =>
      site.set({ many: manyAt(target.valueAsNumber) }),
    );
    byId("generate-at", root).addEventListener("input", ({ target }) => site.set({ at: target.valueAsNumber }));
  }

  /** Lets go of what can be made again. */
  forget() {
    this.#crowds.clear();
  }

  /** @param {number} many */
  #crowd(many) {
    if (this.#seed !== this.#site.seed) this.#crowds.clear();
    this.#seed = this.#site.seed;
    let crowd = this.#crowds.get(many);
    if (!crowd) {
      if (this.#crowds.size >= KEPT) this.#crowds.delete(this.#crowds.keys().next().value);
      this.#crowds.set(many, (crowd = new Crowd(many, this.#seed)));
    }
    return crowd;
  }

  draw() {
    const site = this.#site;
    const [many, at] = [site.get("many"), site.get("at")];
    const crowd = this.#crowd(many);
    const k = Math.round((site.get("thousand") * many) / T);
    const [t, from] = [crowd.stops[k], Math.max(1, k)];
    const q = backward(crowd.stops[from], crowd.stops[from - 1], at);
    this.#controls(many, at);
    this.#drawLaw(crowd, k, t);
    this.#drawStep(q, crowd.stops[from], crowd.stops[from - 1], at);
    this.#drawCost(many, crowd.carried);
    const shared = (100 * overlap(q)).toFixed(1);
    byId("generate-law-told", this.#root).textContent = say("generate_law_told", {
      many,
      t: crowd.stops[from],
      s: crowd.stops[from - 1],
      shared,
      carried: number(crowd.carried < 1e-6 ? 0 : crowd.carried),
    });
  }

  /** @param {number} many @param {number} at */
  #controls(many, at) {
    const set = (/** @type {string} */ id, /** @type {number} */ value, /** @type {string} */ text) => {
      byId(id, this.#root).value = value;
      byId(id, this.#root).setAttribute("aria-valuetext", text);
      byId(`${id}-value`, this.#root).textContent = text;
    };
    set("generate-many", placeOf(many), String(many));
    set("generate-at", at, minus(at.toFixed(1)));
  }

  /** @param {Crowd} crowd @param {number} k @param {number} t */
  #drawLaw(crowd, k, t) {
    const [found, wanted] = [crowd.shares[k], truth(t)];
    const most = Math.max(...found, ...wanted) * 1.05;
    const edge = (/** @type {number} */ i) => -REACH + (2 * REACH * i) / BINS;
    Object.assign(this.law, {
      label: say("generate_law_label", { t, middle: Math.round(100 * inTheMiddle(found)) }),
      x: { low: -REACH, high: REACH, ticks: [-1, 0, 1], text: (/** @type {number} */ v) => minus(String(v)) },
      y: { low: 0, high: most, ticks: [], grid: false },
      margin: { left: 8, right: 8, top: 8, bottom: 20 },
      paint: (/** @type {Plot} */ plot) => {
        bars(plot, found, edge, "cement");
        const outline = [...wanted].flatMap(
          (share, i) =>
            /** @type {[number, number][]} */ ([
              [edge(i), share],
              [edge(i + 1), share],
            ]),
        );
        curve(plot, outline, { shade: "brick", wide: 2 });
      },
    });
    this.law.draw();
  }

  /** @param {ReturnType<typeof backward>} q @param {number} t @param {number} s @param {number} at */
  #drawStep(q, t, s, at) {
    const wide = q.deviation || 0.02; // to the points themselves: drawn as thin as can be seen
    const shown = { ...q, deviation: wide };
    const [low, high] = [q.low - 4.5 * wide, q.high + 4.5 * wide];
    const ys = Array.from({ length: 241 }, (_, i) => low + ((high - low) * i) / 240);
    const most = Math.max(...ys.map((y) => Math.max(density(shown, y), drawn(shown, y)))) * 1.05;
    Object.assign(this.step, {
      label: say("generate_step_label", { t, s, at: minus(at.toFixed(1)), shared: (100 * overlap(q)).toFixed(1) }),
      x: {
        low,
        high,
        ticks: [q.low, q.high].filter((v, i, all) => i === 0 || v - all[0] > 1.5 * wide),
        text: (/** @type {number} */ v) => minus(v.toFixed(2)),
      },
      y: { low: 0, high: most, ticks: [], grid: false },
      margin: { left: 8, right: 8, top: 8, bottom: 20 },
      paint: (/** @type {Plot} */ plot) => {
        curve(
          plot,
          ys.map((y) => [y, density(shown, y)]),
          { shade: "brick", wide: 2 },
        );
        curve(
          plot,
          ys.map((y) => [y, drawn(shown, y)]),
          { shade: "ink", dash: [6, 4] },
        );
      },
    });
    this.step.draw();
  }

  /** @param {number} many @param {number} carried */
  #drawCost(many, carried) {
    const normal = (/** @type {number} */ std) => (/** @type {number} */ n) =>
      OF_NORMAL * (1 - endOfNormal(strides("beta_tilde", n), std) / std);
    const [coarse, fine] = [normal(0.3), normal(0.03)];
    this.#carried.coarse ??= MANY.map((n) => [n, coarse(n)]);
    this.#carried.fine ??= MANY.map((n) => [n, fine(n)]);
    const few = MANY.filter((n) => n <= 30); // beyond, there is nothing left to carry
    this.#carried.points ??= few.map((n) => [n, this.#crowd(n).carried]);
    const { coarse: one, fine: other, points } = this.#carried;
    Object.assign(this.cost, {
      label: say("generate_cost_label", {
        many,
        coarse: percent(coarse(many)),
        fine: percent(fine(many)),
        points: percent(carried),
      }),
      x: { low: 1, high: T, log: true, ticks: [1, 10, 100, 1000] },
      y: {
        low: LEAST,
        high: 1,
        log: true,
        ticks: [0.001, 0.01, 0.1, 1],
        text: (/** @type {number} */ v) => `${100 * v} %`.replace(" ", ""),
      },
      margin: { left: 42, right: 10, top: 8, bottom: 20 },
      paint: (/** @type {Plot} */ plot) => {
        upright(plot, many, "line-strong");
        curve(plot, points, { shade: "brick", wide: 2 });
        curve(plot, one, { shade: "ink" });
        curve(plot, other, { shade: "ink", dash: [6, 4] });
        for (const value of [carried, coarse(many), fine(many)]) {
          plot.context.fillStyle = plot.colour(value === carried ? "brick" : "ink");
          if (value >= LEAST) dot(plot.context, plot.x(many), plot.y(value), 3);
        }
      },
    });
    this.cost.draw();
  }
}

/** The share of bricks between −½ and ½, where x_0 never is. @param {Float64Array} shares */
const inTheMiddle = (shares) =>
  shares.reduce((sum, share, i) => sum + (Math.abs((i + 0.5) / BINS - 0.5) * 2 * REACH < 0.5 ? share : 0), 0);

/** @param {number} value */
const percent = (value) => `${Number((100 * value).toPrecision(2))}%`;
