// @ts-check
// The row of data sets, each drawn small by its own generator, and a last one for the reader's own points.
import { byId, h } from "../../lib/dom.js";
import { hear } from "../../lib/events.js";
import { say } from "../../lib/words.js";
import { fit, palette, redrawn } from "../../figures/figure.js";
import { drawPoints, thinned } from "../../figures/points.js";
import { OWN, SETS } from "./settings.js";

const POINTS = 500;

export class Presets {
  #place = byId("toy-sets");
  /** By name, as many as are drawn. @type {Map<string, Float32Array>} */ #points = new Map();
  /** @type {import("./engine.js").ToyEngine["toyData"] | null} */ #toyData = null;

  /** @param {import("./dataset.js").Dataset} dataset @param {(name: string) => void} choose */
  constructor(dataset, settings, choose) {
    this.dataset = dataset;
    this.settings = settings;
    this.#place.replaceChildren(
      ...[...SETS, OWN].map((name) =>
        h(
          "button",
          { type: "button", value: name, "data-testid": `toy-set-${name}`, onclick: () => choose(name) },
          h("canvas", { "aria-hidden": "true" }),
          h("span", { "data-i18n": `toy_set_${name}` }),
        ),
      ),
    );
    redrawn(this.#place, () => this.draw());
    settings.addEventListener("change", ({ names }) => names.has("toy") && this.mark());
    hear(dataset, "change", ({ live }) => !live && this.#drawOne(OWN));
    this.mark();
  }

  open(toyData) {
    this.#toyData = toyData;
    this.draw();
  }

  mark() {
    for (const button of this.#place.children)
      button.setAttribute("aria-pressed", String(button.value === this.settings.get("toy")));
  }

  draw() {
    for (const name of [...SETS, OWN]) this.#drawOne(name);
  }

  #drawOne(name) {
    const canvas = byId(`toy-set-${name}`, this.#place).firstChild;
    if (!this.#toyData || !canvas.clientWidth) return;
    const { context, width } = fit(canvas);
    const style = palette(canvas)("ink");
    if (name === OWN) return this.#drawOwn(context, width, style);
    if (!this.#points.has(name)) this.#points.set(name, this.#toyData(name, POINTS, 3));
    drawPoints(context, this.#points.get(name), width, { colour: style, radius: 0.6 });
  }

  /** The reader's points, or a pencil as long as there are none. */
  #drawOwn(context, width, style) {
    if (this.dataset.own && this.dataset.count)
      return drawPoints(context, thinned(this.dataset.points, POINTS), width, { colour: style, radius: 0.7 });
    const at = (x) => (x * width) / 16;
    context.strokeStyle = style;
    context.lineWidth = 1.3;
    context.lineJoin = "round";
    context.stroke(
      new Path2D(
        `M${at(3)} ${at(13)}L${at(3.8)} ${at(9.8)}L${at(10.5)} ${at(3.1)}L${at(12.9)} ${at(5.5)}L${at(6.2)} ${at(12.2)}ZM${at(8.8)} ${at(4.8)}L${at(11.2)} ${at(7.2)}`,
      ),
    );
  }
}

/** The name of a data set in the reader's language. */
export const setName = (name) => say(`toy_set_${name}`);
