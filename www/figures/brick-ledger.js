// <brick-ledger>: one bar for one moment, ᾱ² + β̄² = 1 (Su) or ᾱ + (1 − ᾱ) = 1 (Ho). No brick is ever lost.
import { h } from "../lib/dom.js";
import { bar, math, mi, mn, mo, sub, subsup } from "../lib/formula.js";
import { say } from "../lib/words.js";

class BrickLedger extends HTMLElement {
  #wall = h("div", { class: "ledger-wall" });
  #sum = h("div", { class: "ledger-sum" });
  #left = h("span");
  #right = h("span");
  #bar = h("div", { class: "ledger-bar", role: "img" }, this.#wall, h("div", { class: "ledger-ground" }));

  connectedCallback() {
    this.replaceChildren(
      this.#sum,
      this.#bar,
      h("div", { class: "ledger-words", "aria-hidden": "true" }, this.#left, this.#right),
    );
  }

  /** `share` is Ho's ᾱ, which is Su's ᾱ². */
  show(share, notation) {
    this.#wall.style.flex = `0 0 ${100 * share}%`;
    const wall = percent(share),
      ground = percent(1 - share);
    this.#bar.setAttribute("aria-label", say("ledger_label", { wall, ground }));
    this.#left.textContent = `${say("on_wall")} ${wall}%`;
    this.#right.textContent = `${say("on_ground")} ${ground}%`;
    if (this.#sum.dataset.notation !== notation) {
      this.#sum.dataset.notation = notation;
      this.#sum.replaceChildren(ledgerFormula(notation));
    }
  }
}

/** ᾱ² + β̄² = 1 (Su), ᾱ + (1 − ᾱ) = 1 (Ho): the two parts of the brick ledger. */
function ledgerFormula(notation) {
  const t = () => mi("t");
  return notation === "su"
    ? math([subsup(bar("α"), t(), 2), mo("+"), subsup(bar("β"), t(), 2), mo("="), mn("1")])
    : math([sub(bar("α"), t()), mo("+"), mo("("), mn("1"), mo("−"), sub(bar("α"), t()), mo(")"), mo("="), mn("1")]);
}

const percent = (share) => (100 * share).toFixed(1);

customElements.define("brick-ledger", BrickLedger);
