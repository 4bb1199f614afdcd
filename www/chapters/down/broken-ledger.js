// @ts-check
// Figure 2: the ledger of squared coefficients at every t, which is 1 as long as α and β are tied; untied, it bursts or
// withers, and the picture with it.
import { figure } from "../../figures/figure.js";
import { ShareStack } from "../../figures/share-stack.js";
import { ValueHistogram } from "../../figures/value-histogram.js";
import { ValuePicture } from "../../figures/value-picture.js";
import { byId } from "../../lib/dom.js";
import { short } from "../../figures/plot-axes.js";
import { say } from "../../lib/words.js";
import { TIED, ledgers } from "../../lesson/demolition.js";
import { SiteWalk } from "../../lesson/site.js";
import { meanSquare } from "../../lesson/statistics.js";
import { terms } from "./settings.js";

const FACTORS = ["fade", "toss"];

export class BrokenLedger {
  #root;
  #site;
  #walk;
  #rows = ledgers();
  #rowsOf = TIED;

  /** @param {HTMLElement} root @param {import("../../lesson/site.js").Site} site */
  constructor(root, site) {
    this.#root = root;
    this.#site = site;
    this.#walk = new SiteWalk(site);
    this.stack = figure(root, ShareStack);
    this.picture = figure(root, ValuePicture);
    this.histogram = figure(root, ValueHistogram);
    for (const tied of [true, false])
      byId(tied ? "down-tied" : "down-untied", root).addEventListener("click", () => site.set({ tied }));
    for (const name of FACTORS)
      byId(`down-${name}`, root).addEventListener("input", ({ target }) =>
        site.set({ [name]: target.valueAsNumber, tied: false }),
      );
  }

  draw() {
    const site = this.#site;
    const tie = terms(site);
    const t = site.get("ledger");
    if (tie.fade !== this.#rowsOf.fade || tie.toss !== this.#rowsOf.toss) this.#rows = ledgers(tie);
    this.#rowsOf = tie;
    const { x } = this.#walk.to(t, tie);
    this.stack.show(this.#rows, t);
    this.picture.show(x, site.size, say("down_is_x", { t }));
    this.histogram.show(x);
    const [wall, ...heaps] = this.#rows[t];
    const ground = heaps.reduce((sum, share) => sum + share);
    byId("down-squares", this.#root).textContent = say("down_squares", {
      wall: short(wall),
      ground: short(ground),
      sum: short(wall + ground),
      expected: short(wall * meanSquare(site.x0) + ground),
      measured: short(meanSquare(x)),
    });
    this.#controls(tie);
  }

  /** @param {import("../../lesson/demolition.js").Terms} terms */
  #controls(terms) {
    const tied = this.#site.get("tied");
    byId("down-tied", this.#root).setAttribute("aria-pressed", tied);
    byId("down-untied", this.#root).setAttribute("aria-pressed", !tied);
    for (const name of FACTORS) {
      const input = byId(`down-${name}`, this.#root);
      input.value = terms[name];
      input.setAttribute("aria-valuetext", `× ${terms[name]}`);
      byId(`down-${name}-value`, this.#root).textContent = `× ${terms[name].toFixed(2)}`;
    }
  }
}
