// @ts-check
// <plot-axes>: two axes, linear or logarithmic, and whatever is painted between them. Give it `x`, `y` and `paint`; the
// curves and bars of this folder are the same element with a painting of their own.
import { lang } from "../lib/words.js";
import { h } from "../lib/dom.js";
import { Figure, define, fit, palette, nameDrawing } from "./figure.js";

/**
 * @typedef {object} Axis
 * @property {number} low
 * @property {number} high
 * @property {boolean} [log] equal ratios take equal lengths
 * @property {number[]} [ticks] the values that are written; round ones when left out
 * @property {boolean} [grid] a line across the plot at every tick
 * @property {(value: number) => string} [text] how a value is written
 */

/**
 * What a painting gets: the context in CSS pixels, the box between the axes, value → pixel, and the page's colours.
 * @typedef {object} Plot
 * @property {CanvasRenderingContext2D} context
 * @property {{ left: number, right: number, top: number, bottom: number }} box
 * @property {(value: number) => number} x
 * @property {(value: number) => number} y
 * @property {(name: string) => string} colour
 */

const PER_ROW = 26;
const PER_COLUMN = 90; // CSS pixels that a written tick needs
const FONT = 11;

export class PlotAxes extends Figure {
  static style = `
    plot-axes, loss-curve, t-bars { display: block; width: 100%; height: 9.5rem; }
    :is(plot-axes, loss-curve, t-bars) > canvas { display: block; width: 100%; height: 100%; }`;

  margin = { left: 46, right: 10, top: 8, bottom: 20 };
  /** @type {Axis} */ x = { low: 0, high: 1 };
  /** @type {Axis} */ y = { low: 0, high: 1 };
  /** What stands between the axes. @type {(plot: Plot) => void} */ paint = () => {};
  /** What a screen reader says. */
  label = "";
  /** @type {HTMLCanvasElement} */ canvas = h("canvas");

  build() {
    this.replaceChildren(this.main(this.canvas));
  }

  draw() {
    if (!this.isConnected || !this.canvas.clientWidth) return;
    const { context, width, height } = fit(this.canvas);
    const { left, right, top, bottom } = this.margin;
    const box = { left, right: width - right, top, bottom: height - bottom };
    const plot = {
      context,
      box,
      x: scale(this.x, box.left, box.right),
      y: scale(this.y, box.bottom, box.top),
      colour: palette(this),
    };
    context.font = `${FONT}px ${plot.colour("sans")}`;
    context.lineWidth = 1;
    this.#rows(plot);
    this.#columns(plot);
    this.paint(plot);
    nameDrawing(this.canvas, this.label);
  }

  /** @param {Plot} plot */
  #rows({ context, box, y, colour }) {
    const { low, high, log, grid = true, text = short } = this.y;
    const most = Math.max(2, (box.bottom - box.top) / PER_ROW);
    context.fillStyle = colour("ink-2");
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.strokeStyle = colour(grid ? "line" : "line-strong");
    for (const value of this.y.ticks ?? (log ? logTicks : ticks)(low, high, most)) {
      const at = Math.round(y(value)) + 0.5;
      if (grid) across(context, box, at);
      context.fillText(text(value), box.left - 6, Math.max(at, box.top + 3));
    }
    if (!grid) across(context, box, box.bottom + 0.5);
  }

  /** @param {Plot} plot */
  #columns({ context, box, x, colour }) {
    const { low, high, log, text = (value) => value.toLocaleString(lang()) } = this.x;
    const most = Math.max(2, (box.right - box.left) / PER_COLUMN);
    context.fillStyle = colour("ink-2");
    context.textBaseline = "alphabetic";
    for (const value of this.x.ticks ?? (log ? logTicks : ticks)(low, high, most)) {
      const at = x(value);
      context.textAlign = at < box.left + 1 ? "left" : at > box.right - 24 ? "right" : "center";
      context.fillText(text(value), at, box.bottom + 15);
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Plot["box"]} box
 * @param {number} at
 */
export function across(context, box, at) {
  context.beginPath();
  context.moveTo(box.left, at);
  context.lineTo(box.right, at);
  context.stroke();
}

/**
 * @param {Axis} axis
 * @param {number} from
 * @param {number} to
 * @returns {(value: number) => number}
 */
function scale({ low, high, log }, from, to) {
  if (log) return (value) => from + ((to - from) * Math.log(value / low)) / Math.log(high / low);
  return (value) => from + ((to - from) * (value - low)) / (high - low);
}

/**
 * Round numbers between low and high, at most `most` of them.
 * @param {number} low
 * @param {number} high
 * @param {number} most
 */
export function ticks(low, high, most) {
  const rough = (high - low) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = power * ([1, 2, 5].find((m) => m * power >= rough) ?? 10);
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high * (1 + 1e-9); at++) found.push(at * step || 0); // never −0
  return found;
}

/**
 * Marks for a logarithmic axis: decades, with 2 and 5 between them where there is room for `most`.
 * @param {number} low
 * @param {number} high
 * @param {number} most
 */
export function logTicks(low, high, most) {
  for (const steps of [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1]]) {
    const found = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
      for (const step of steps) {
        const value = step * 10 ** power;
        if (value >= low * 0.999 && value <= high * 1.001) found.push(value);
      }
    if (found.length <= most && found.length > 1) return found;
  }
  const sparse = ticks(low, high, most).filter((value) => value > 0);
  return sparse.length ? sparse : [low, high];
}

/**
 * A value of a loss, short: 0.512, 0.0043, 12.1.
 * @param {number} value
 */
export const short = (value) => (value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3))));

define("plot-axes", PlotAxes);
