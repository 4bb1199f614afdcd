// @ts-check
// <brick-ledger>: one bar for one moment: the squared coefficients add up to one, ᾱ² + β̄² = 1 (Su) or ᾱ + (1 − ᾱ) = 1 (Ho).
import { h } from "../lib/dom.js";
import { bar, math, mi, mn, mo, sub, subsup } from "../lib/formula.js";
import { Figure, define } from "./figure.js";

export class BrickLedger extends Figure {
  /** @type {import("./figure.js").Words} */
  static words = {
    label: ["还砌在墙上的占 {wall}%，散在地上的占 {ground}%", "{wall}% still in the wall, {ground}% on the ground"],
    wall: ["墙上", "wall"],
    ground: ["地上", "ground"],
  };
  static style = `
    brick-ledger { display: block; }
    .ledger-bar { display: flex; height: 0.8rem; gap: 1px; }
    .ledger-wall { background: var(--brick); min-width: 0; }
    .ledger-ground { background: var(--cement); flex: 1 1 0; min-width: 0; }
    .ledger-words {
      display: flex;
      justify-content: space-between;
      font-size: 0.78rem;
      color: var(--ink-2);
      padding-top: 0.3rem;
      font-variant-numeric: tabular-nums;
    }
    .ledger-sum { font-size: 0.95rem; padding-bottom: 0.35rem; }`;

  #wall = h("div", { class: "ledger-wall" });
  #sum = h("div", { class: "ledger-sum" });
  #left = h("span");
  #right = h("span");
  #bar = h("div", { class: "ledger-bar", role: "img" }, this.#wall, h("div", { class: "ledger-ground" }));
  #share = 1;
  #notation = "";

  build() {
    this.replaceChildren(
      this.#sum,
      this.#bar,
      h("div", { class: "ledger-words", "aria-hidden": "true" }, this.#left, this.#right),
    );
  }

  /**
   * @param {number} share Ho's ᾱ, which is Su's ᾱ²
   * @param {"su" | "ho"} notation
   */
  show(share, notation) {
    this.#share = share;
    if (this.#notation !== notation) this.#sum.replaceChildren(sumOfShares(notation));
    this.#notation = notation;
    this.draw();
  }

  draw() {
    const [wall, ground] = [this.#share, 1 - this.#share].map((share) => (100 * share).toFixed(1));
    this.#wall.style.flex = `0 0 ${100 * this.#share}%`;
    this.#bar.setAttribute("aria-label", this.say("label", { wall, ground }));
    this.#left.textContent = `${this.say("wall")} ${wall}%`;
    this.#right.textContent = `${this.say("ground")} ${ground}%`;
  }
}

/** @param {"su" | "ho"} notation */
function sumOfShares(notation) {
  const t = () => mi("t");
  return notation === "su"
    ? math([subsup(bar("α"), t(), 2), mo("+"), subsup(bar("β"), t(), 2), mo("="), mn("1")])
    : math([sub(bar("α"), t()), mo("+"), mo("("), mn("1"), mo("−"), sub(bar("α"), t()), mo(")"), mo("="), mn("1")]);
}

define("brick-ledger", BrickLedger);
