// @ts-check
// <signed-sum>: a sum as bars laid end to end from 0, to the right what is positive, to the left what is negative, each in
// the colour of its quantity; a mark shows where they end.
import { Figure, define, fit, palette } from "./figure.js";
import { h } from "../lib/dom.js";

const REACH = 3; // the ends of the scale
const BAR = 9; // CSS pixels
const MARGIN = 8;

/** @typedef {{ value: number, colour: string }} Term colour: by its name in tokens.css */

export class SignedSum extends Figure {
  /** @type {import("./figure.js").Words} */
  static words = {
    label: ["{terms}，合起来 {sum}", "{terms}, together {sum}"],
  };
  static style = `
    signed-sum { display: block; height: 3.4rem; min-width: 0; }
    signed-sum > canvas { display: block; width: 100%; height: 100%; }`;

  /** @type {HTMLCanvasElement} */ #canvas = h("canvas", { role: "img" });
  /** @type {Term[]} */ #terms = [];

  build() {
    this.replaceChildren(this.main(this.#canvas));
  }

  /** @param {Term[]} terms in the order in which they are laid */
  show(terms) {
    this.#terms = terms;
    this.draw();
  }

  draw() {
    if (!this.isConnected || !this.#canvas.clientWidth) return;
    const { context, width, height } = fit(this.#canvas);
    const colour = palette(this);
    const x = (/** @type {number} */ value) =>
      MARGIN + ((Math.min(REACH, Math.max(-REACH, value)) + REACH) / (2 * REACH)) * (width - 2 * MARGIN);
    const floor = height - 16;
    context.font = `11px ${colour("sans")}`;
    context.textAlign = "center";
    context.fillStyle = colour("ink-2");
    for (const value of [-2, -1, 0, 1, 2]) {
      context.fillText(String(value).replace("-", "−"), x(value), height - 3);
      context.fillRect(Math.round(x(value)), value ? floor - 3 : 0, 1, value ? 3 : floor);
    }
    context.fillRect(MARGIN, floor, width - 2 * MARGIN, 1);
    let end = 0;
    for (const [i, { value, colour: name }] of this.#terms.entries()) {
      const [from, to] = [x(end), x((end += value))];
      context.fillStyle = colour(name);
      context.fillRect(Math.min(from, to), 3 + i * (BAR + 3), Math.max(1, Math.abs(to - from)), BAR);
    }
    context.fillStyle = colour("ink");
    context.fillRect(x(end) - 1, 0, 2, floor);
    const written = (/** @type {number} */ value) => value.toFixed(3).replace("-", "−");
    const terms = this.#terms.map(({ value }) => written(value)).join(" + ");
    this.#canvas.setAttribute("aria-label", this.say("label", { terms, sum: written(end) }));
  }
}

define("signed-sum", SignedSum);
