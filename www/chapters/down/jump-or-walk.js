// @ts-check
// Figure 3: t steps beside one jump, and whether anybody can tell them apart.
import { figure, figures } from "../../figures/figure.js";
import { ValueHistogram } from "../../figures/value-histogram.js";
import { ValuePicture } from "../../figures/value-picture.js";
import { byId, number } from "../../lib/dom.js";
import { lang, say } from "../../lib/words.js";
import { jump } from "./demolition.js";
import { SiteWalk } from "./site.js";
import { ksCritical, ksDistance } from "./statistics.js";

export class JumpOrWalk {
  #root;
  #site;
  #walk;

  /** @param {HTMLElement} root @param {import("./site.js").Site} site */
  constructor(root, site) {
    this.#root = root;
    this.#site = site;
    this.#walk = new SiteWalk(site);
    this.pictures = figures(root, ValuePicture);
    this.histogram = figure(root, ValueHistogram);
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
    this.histogram.show(walk.x, jumped);
    byId("down-walk-count", this.#root).textContent = t.toLocaleString(lang());
    byId("down-jump-count", this.#root).textContent = t ? "1" : "0";
    byId("down-merged", this.#root).setAttribute("aria-pressed", merged);
    byId("down-fresh", this.#root).setAttribute("aria-pressed", !merged);
    byId("down-told", this.#root).textContent = merged ? this.#difference(walk.x, jumped) : told(walk.x, jumped);
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
