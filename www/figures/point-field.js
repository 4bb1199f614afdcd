// @ts-check
// <point-field>: at the nodes of a grid an arrow −ε̂, the way back that each brick is shown: the network's, the exact one,
// both, or what lies between them.
import { h } from "../lib/dom.js";
import { Figure, define, fit, palette } from "./figure.js";
import { short } from "./plot-axes.js";
import { RANGE } from "./points.js";

/**
 * @typedef {object} Field ε̂ as [x, y, …] at the nodes, in their order; there may be more behind them
 * @property {number} t
 * @property {Float32Array | null} exact null while it is being computed
 * @property {Float32Array | null} learned
 * @property {Float32Array | null} presence 0 … 1 for each node: how readily bricks come there
 * @property {number} error mean square of what the two differ by where bricks are
 */

/** Arrows along an edge. */
export const SIDE = 17;
/** Where the arrows stand, [x, y, …], row by row from the top. */
export const NODES = Float32Array.from({ length: 2 * SIDE * SIDE }, (_, i) => {
  const node = Math.floor(i / 2);
  return ((((i % 2 ? SIDE - 1 - Math.floor(node / SIDE) : node % SIDE) + 0.5) / SIDE) * 2 - 1) * RANGE;
});

export class PointField extends Figure {
  /** @type {import("./figure.js").Words} */
  static words = {
    none: ["还没有场", "No field yet"],
    home: [
      "t = 0：砖都在原位，不用指路。拖动 t，箭头就出来了。",
      "At t = 0 every brick is in its place and needs no directions. Drag t, and the arrows appear.",
    ],
    label: [
      "t = {t} 时各处的回家方向（{what}），与精确解的均方误差 {error}",
      "The way back everywhere at t = {t} ({what}); mean squared error against the exact field {error}",
    ],
    exactly: ["t = {t} 时各处的回家方向，精确解", "The way back everywhere at t = {t}, exact"],
    network: ["网络", "Network"],
    exact: ["精确", "Exact"],
    both: ["叠放", "Both"],
    difference: ["差", "Difference"],
  };

  static style = `
    point-field { display: block; }
    point-field .home {
      position: absolute;
      inset: 0;
      display: grid;
      place-content: center;
      padding: 12%;
      margin: 0;
      text-align: center;
      text-wrap: balance;
      font: 0.9rem / 1.6 var(--sans);
      color: var(--ink-2);
    }`;

  /** @type {HTMLCanvasElement} */ #canvas = h("canvas", { role: "img" });
  #home = h("p", { class: "home", "aria-hidden": "true", hidden: true });
  /** @type {Field | null} */ #field = null;
  #t = 0;
  /** @type {"network" | "exact" | "both" | "difference"} */ #mode = "network";

  build() {
    this.replaceChildren(h("div", { class: "frame" }, this.main(this.#canvas), this.#home));
  }

  /**
   * Shows the field of time t; at t = 0 there is none.
   * @param {Field | null} field
   * @param {number} t
   */
  show(field, t) {
    this.#field = field;
    this.#t = t;
    this.draw();
  }

  /** Which arrows are drawn. @param {"network" | "exact" | "both" | "difference"} mode */
  set mode(mode) {
    this.#mode = mode;
    this.draw();
  }

  draw() {
    if (!this.#canvas.clientWidth) return;
    const { context, width } = fit(this.#canvas);
    this.#canvas.setAttribute("aria-label", this.#label());
    this.#home.hidden = this.#t !== 0;
    this.#home.textContent = this.say("home");
    const [field, mode] = [this.#field, this.#mode];
    if (!field) return;
    const { exact, learned, presence } = field;
    const colour = palette(this);
    const both = mode === "both";
    const arrows = (component, style, thickness) => drawArrows(context, width, presence, component, style, thickness);
    if (exact && (mode === "exact" || both || !learned))
      arrows((i) => -exact[i], colour(both ? "cement" : "cement-ink"), both ? 3.4 : 1.4);
    if (!learned) return;
    if (mode === "network" || both) arrows((i) => -learned[i], colour("brick"), 1.4);
    if (exact && mode === "difference") arrows((i) => exact[i] - learned[i], colour("ink"), 1.4);
  }

  #label() {
    if (this.#t === 0) return this.say("home");
    if (!this.#field) return this.say("none");
    const { t, learned, error } = this.#field;
    return learned
      ? this.say("label", { what: this.say(this.#mode), t, error: Number.isFinite(error) ? short(error) : "–" })
      : this.say("exactly", { t });
  }
}

/**
 * Lengths saturate at a cell's width; where bricks never come the arrows are pale, for nobody taught them.
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {Float32Array | null} presence
 * @param {(i: number) => number} component
 * @param {string} style
 * @param {number} thickness
 */
function drawArrows(context, width, presence, component, style, thickness) {
  const cell = width / SIDE;
  context.strokeStyle = style;
  context.lineWidth = thickness;
  context.lineCap = "round";
  for (let node = 0; node < SIDE * SIDE; node++) {
    const [dx, dy] = [component(2 * node), component(2 * node + 1)],
      size = Math.hypot(dx, dy);
    if (!(size > 0.02)) continue;
    const reach = (0.9 * cell * size) / (1 + size);
    const x = ((node % SIDE) + 0.5) * cell,
      y = (Math.floor(node / SIDE) + 0.5) * cell;
    const [ux, uy] = [dx / size, -dy / size];
    const [toX, toY] = [x + (ux * reach) / 2, y + (uy * reach) / 2];
    const head = Math.min(4, 0.4 * reach);
    context.globalAlpha = 0.16 + 0.84 * (presence?.[node] ?? 0.5);
    context.beginPath();
    context.moveTo(x - (ux * reach) / 2, y - (uy * reach) / 2);
    context.lineTo(toX, toY);
    context.moveTo(toX - head * (ux + 0.6 * uy), toY - head * (uy - 0.6 * ux));
    context.lineTo(toX, toY);
    context.lineTo(toX - head * (ux - 0.6 * uy), toY - head * (uy + 0.6 * ux));
    context.stroke();
  }
  context.globalAlpha = 1;
}

define("point-field", PointField);
