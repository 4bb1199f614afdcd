// @ts-check
// Figure 1: the step's own noise against all the noise of x_t. They go together, because one is part of the other; drawn
// independently they do not, and there is nothing left to learn.
import { figures } from "../../figures/figure.js";
import { PlotAxes } from "../../figures/plot-axes.js";
import { ValuePicture } from "../../figures/value-picture.js";
import { byId } from "../../lib/dom.js";
import { hear } from "../../lib/events.js";
import { say } from "../../lib/words.js";
import { T, jump } from "../../lesson/demolition.js";
import { minus } from "../../lesson/numbers.js";
import { SiteWalk } from "../../lesson/site.js";
import { meanSquare, strayingOfR } from "../../lesson/statistics.js";
import { FLOORS, MEAN_FLOOR, angle, bestLine, floor } from "./rotation.js";
import { dots, green, normalAxis, ring, throughOrigin } from "./scatter.js";

const APART = 4; // number of the noise that knows nothing of the walk's

export class StepBack {
  #root;
  #site;
  #walk;

  /** @param {HTMLElement} root @param {import("../../lesson/site.js").Site} site */
  constructor(root, site) {
    this.#root = root;
    this.#site = site;
    this.#walk = new SiteWalk(site);
    this.pictures = figures(root, ValuePicture);
    const [scatter, left] = figures(root, PlotAxes);
    this.scatter = scatter;
    this.left = left;
    for (const picture of this.pictures) hear(picture, "pick", ({ pixel }) => site.set({ pixel }));
    for (const apart of [false, true])
      byId(apart ? "variance-apart" : "variance-joint", root).addEventListener("click", () => site.set({ apart }));
  }

  draw() {
    const site = this.#site;
    const [t, apart, pixel] = [site.get("step"), site.get("apart"), site.get("pixel")];
    const walk = this.#walk.to(t);
    const [own, whole] = [site.noise.step(t), apart ? site.noise.jump(APART) : walk.merged()];
    const x = apart ? jump(site.x0, whole, t) : walk.x;
    for (const [i, values] of [x, whole, own].entries()) {
      const key = ["variance_is_x", "variance_is_whole", "variance_is_own"][i];
      this.pictures[i].show(values, site.size, say(key, { t }));
      this.pictures[i].mark = pixel;
    }
    const { slope, left: mean } = bestLine(whole, own);
    const exact = apart ? { slope: 0, left: 1 } : { slope: angle(t).cos, left: floor(t) };
    const told = {
      slope: minus(slope.toFixed(3)),
      exact: exact.slope.toFixed(3),
      left: (apart ? meanSquare(own) : mean).toFixed(3),
      floor: exact.left.toFixed(3),
      strays: (strayingOfR(whole.length) * Math.sqrt(exact.left)).toFixed(3),
    };
    this.#scatter(
      [whole, own].map((values) => green(values, site.size)),
      exact.slope,
      pixel,
      told,
    );
    this.#floors(t, apart, exact.left);
    byId("variance-told", this.#root).textContent = say(apart ? "variance_told_apart" : "variance_told", told);
    byId("variance-joint", this.#root).setAttribute("aria-pressed", !apart);
    byId("variance-apart", this.#root).setAttribute("aria-pressed", apart);
  }

  /** @param {ArrayLike<number>[]} pairs ε̄_t, ε_t @param {number} slope @param {number} pixel @param {Record<string, string>} told */
  #scatter([whole, own], slope, pixel, told) {
    Object.assign(this.scatter, {
      x: normalAxis,
      y: normalAxis,
      label: say("variance_scatter", told),
      margin: { left: 26, right: 6, top: 6, bottom: 20 },
      paint: (/** @type {import("../../figures/plot-axes.js").Plot} */ plot) => {
        const shade = plot.colour("cement-ink");
        dots(plot, whole, own, () => shade);
        throughOrigin(plot, slope, plot.colour("ink"));
        ring(plot, whole[pixel], own[pixel]);
      },
    });
    this.scatter.draw();
  }

  /** What a guess leaves of ε_t, by t. @param {number} t @param {boolean} apart @param {number} here */
  #floors(t, apart, here) {
    Object.assign(this.left, {
      x: { low: 1, high: T, log: true, ticks: [1, 10, 100, 1000] },
      y: { low: 0, high: 1.05, ticks: [0, 0.5, 1] },
      label: say(apart ? "variance_floor_apart" : "variance_floor_at", { t, floor: here.toFixed(3) }),
      margin: { left: 30, right: 14, top: 6, bottom: 20 },
      paint: (/** @type {import("../../figures/plot-axes.js").Plot} */ { context, box, x, y, colour }) => {
        const value = (/** @type {number} */ at) => (apart ? 1 : FLOORS[at - 1]);
        context.beginPath();
        context.moveTo(x(1), box.bottom);
        for (let at = 1; at <= T; at++) context.lineTo(x(at), y(value(at)));
        context.lineTo(x(T), box.bottom);
        context.fillStyle = colour("cement-soft");
        context.fill();
        context.beginPath();
        for (let at = 1; at <= T; at++) context.lineTo(x(at), y(value(at)));
        context.strokeStyle = colour("cement-ink");
        context.lineWidth = 2;
        context.stroke();
        context.beginPath();
        context.arc(x(t), y(here), 4.5, 0, 2 * Math.PI);
        context.fillStyle = colour("ink");
        context.fill();
      },
    });
    this.left.draw();
    byId("variance-mean-floor", this.#root).textContent = (apart ? 1 : MEAN_FLOOR).toFixed(3);
  }
}
