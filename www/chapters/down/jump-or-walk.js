// @ts-check
// Figure 3: t steps beside one jump, and whether anybody can tell them apart.
import { figure, figures } from "../../figures/figure.js";
import { PlotAxes } from "../../figures/plot-axes.js";
import { ValueHistogram } from "../../figures/value-histogram.js";
import { ValuePicture } from "../../figures/value-picture.js";
import { byId, number } from "../../lib/dom.js";
import { hear } from "../../lib/events.js";
import { lang, say } from "../../lib/words.js";
import { T, TIED, alpha2, beta2, jump, ledgers } from "../../lesson/demolition.js";
import { minus } from "../../lesson/numbers.js";
import { SiteWalk } from "../../lesson/site.js";
import { ksCritical, ksDistance } from "../../lesson/statistics.js";

const REACH = 2.6; // of the path's axis
const NINETEEN = 1.96; // deviations on either side within which 19 of 20 normal numbers lie
/** [ᾱ_t², β̄_t²] by t. */
const SQUARES = ledgers(TIED, 1);

export class JumpOrWalk {
  #root;
  #site;
  #walk;

  /** @param {HTMLElement} root @param {import("../../lesson/site.js").Site} site */
  constructor(root, site) {
    this.#root = root;
    this.#site = site;
    this.#walk = new SiteWalk(site);
    this.pictures = figures(root, ValuePicture);
    this.histogram = figure(root, ValueHistogram);
    this.path = figure(root, PlotAxes);
    for (const picture of this.pictures) hear(picture, "pick", ({ pixel }) => site.set({ pixel }));
    for (const merged of [true, false])
      byId(merged ? "down-merged" : "down-fresh", root).addEventListener("click", () => site.set({ merged }));
  }

  draw() {
    const site = this.#site;
    const [t, merged] = [site.get("jump"), site.get("merged")];
    const walk = this.#walk.to(t);
    const jumped = jump(site.x0, merged ? walk.merged() : site.noise.jump(), t);
    const [left, right] = this.pictures;
    left.show(walk.x, site.size, say("down_is_walked", { t }));
    right.show(jumped, site.size, say("down_is_jumped", { t }));
    for (const picture of this.pictures) picture.mark = site.get("pixel");
    this.histogram.show(walk.x, jumped);
    this.#follow(t, site.size ** 2 + site.get("pixel"), jumped); // its green part
    byId("down-walk-count", this.#root).textContent = t.toLocaleString(lang());
    byId("down-merged", this.#root).setAttribute("aria-pressed", merged);
    byId("down-fresh", this.#root).setAttribute("aria-pressed", !merged);
    byId("down-told", this.#root).textContent = merged ? this.#difference(walk.x, jumped) : told(walk.x, jumped);
  }

  /**
   * The walk of one value, and where a jump of it lands.
   * @param {number} t
   * @param {number} index
   * @param {Float64Array} jumped
   */
  #follow(t, index, jumped) {
    const { x0, noise } = this.#site;
    const way = [x0[index]];
    for (let j = 1; j <= t; j++)
      way.push(Math.sqrt(alpha2(j)) * way[j - 1] + Math.sqrt(beta2(j)) * noise.step(j)[index]);
    const middle = (/** @type {number} */ at) => Math.sqrt(SQUARES[at][0]) * x0[index];
    const aside = (/** @type {number} */ at) => NINETEEN * Math.sqrt(SQUARES[at][1]);
    const told = { walked: way[t], jumped: jumped[index], low: middle(t) - aside(t), high: middle(t) + aside(t) };
    const texts = Object.entries(told).map(([name, value]) => [name, minus(value.toFixed(2))]);
    Object.assign(this.path, {
      label: say("down_path_at", { t, ...Object.fromEntries(texts) }),
      x: { low: 0, high: T, ticks: [] },
      y: { low: -REACH, high: REACH, ticks: [-2, 0, 2], text: (/** @type {number} */ v) => minus(String(v)) },
      margin: { left: 34, right: 34, top: 6, bottom: 4 },
      paint: (/** @type {import("../../figures/plot-axes.js").Plot} */ plot) => {
        band(plot, middle, aside);
        curve(plot, T, 5, middle, plot.colour("brick"));
        curve(plot, t, 1, (at) => way[at], plot.colour("ink"));
        const { context, x, y, colour } = plot;
        context.strokeStyle = context.fillStyle = colour("ink");
        context.beginPath();
        context.arc(x(t), y(way[t]), 2.5, 0, 2 * Math.PI);
        context.fill();
        context.beginPath();
        context.arc(x(t), y(jumped[index]), 5, 0, 2 * Math.PI);
        context.stroke();
      },
    });
    this.path.draw();
  }

  /** @param {Float64Array} one @param {Float64Array} other */
  #difference(one, other) {
    const most = one.reduce((found, value, i) => Math.max(found, Math.abs(value - other[i])), 0);
    return say("down_same", { most: number(most) });
  }
}

/**
 * What the two-sample test says. A picture's values share no one distribution, which makes D smaller than the bound allows
 * for: it is exceeded in at most one of 20 cases.
 * @param {Float64Array} one
 * @param {Float64Array} other
 */
function told(one, other) {
  const [distance, bound] = [ksDistance(one, other), ksCritical(one.length, other.length)];
  return say(distance <= bound ? "down_alike" : "down_apart", { d: distance.toFixed(3), bound: bound.toFixed(3) });
}

/** @typedef {import("../../figures/plot-axes.js").Plot} Plot */

/** @param {Plot} plot @param {(t: number) => number} middle @param {(t: number) => number} aside */
function band({ context, x, y, colour }, middle, aside) {
  context.fillStyle = colour("cement-soft");
  context.beginPath();
  for (let t = 0; t <= T; t += 5) context.lineTo(x(t), y(middle(t) + aside(t)));
  for (let t = T; t >= 0; t -= 5) context.lineTo(x(t), y(middle(t) - aside(t)));
  context.fill();
}

/** @param {Plot} plot @param {number} last @param {number} every @param {(t: number) => number} value @param {string} shade */
function curve({ context, x, y }, last, every, value, shade) {
  context.strokeStyle = shade;
  context.lineWidth = 1.25;
  context.beginPath();
  for (let t = 0; t <= last; t += every) context.lineTo(x(t), y(value(t)));
  context.stroke();
}
