// @ts-check
// <t-bars>: a mean for each stretch of t as a bar. A mark on each bar shows what no network can get under; what lies above
// it is drawn in full colour, the rest pale. A pointer under the axis stands at the t that the figures beside it show.
import { define } from "./figure.js";
import { PlotAxes, short } from "./plot-axes.js";

/** @typedef {{ t: number, mean: number, count?: number }} Row */

export class TBars extends PlotAxes {
  /** @type {import("./figure.js").Words} */
  static words = {
    caption: ["各个 t 上的损失；短横线以下谁也到不了", "Loss by t; nothing can get under the small lines"],
    over: ["各个 t 上比下限高出多少", "How far above its floor, by t"],
    value: [
      "各个 t 上的损失：t = {t} 处 {here}；t 小时 {low}，居中 {middle}，t 大时 {high}",
      "Loss by t: {here} at t = {t}; {low} at small t, {middle} in the middle, {high} at large t",
    ],
    empty: ["还没有各个 t 上的损失", "No losses by t yet"],
  };

  margin = { left: 44, right: 4, top: 8, bottom: 20 };
  #last = 1000; // the axis ends at this t
  #t = 0;
  #buckets = 1; // stretches of t, a bar each
  /** @type {Row[]} */ #rows = [];
  /** @type {{ t: number, floor: number }[]} */ #floors = [];

  /** The largest t there is. @param {number} last */
  set last(last) {
    this.#last = last;
    this.draw();
  }

  /** The t that the figures beside it show: its bar stands out. @param {number} t */
  set t(t) {
    this.#t = t;
    this.draw();
  }

  /**
   * The bars, evenly spread over t, and a mark for each; rows that hold no number are left out.
   * @param {Row[]} rows
   * @param {{ t: number, floor: number }[]} floors
   */
  show(rows, floors = []) {
    this.#buckets = Math.max(rows.length, floors.length, 1);
    this.#rows = rows.filter(({ count = 1, mean }) => count > 0 && Number.isFinite(mean));
    this.#floors = floors;
    this.draw();
  }

  draw() {
    const high = Math.max(1e-6, ...this.#rows.map(({ mean }) => mean), ...this.#floors.map(({ floor }) => floor));
    const last = this.#last;
    this.y = { low: 0, high, ticks: [high, 0], grid: false };
    this.x = {
      low: 0,
      high: last,
      ticks: [0, last / 2, last],
      text: (t) => (t === 0 ? "t = 0" : String(t)),
    };
    this.label = this.#words();
    super.draw();
  }

  /** @param {import("./plot-axes.js").Plot} plot */
  paint = ({ context, box, x, y, colour }) => {
    const wide = (box.right - box.left) / this.#buckets;
    const here = x(this.#t);
    context.fillStyle = colour("ink");
    context.beginPath();
    for (const [dx, dy] of /** @type {const} */ ([
      [0, 1],
      [-4, 7],
      [4, 7],
    ]))
      context.lineTo(here + dx, box.bottom + dy);
    context.fill();
    context.globalAlpha = 0.35;
    context.fillRect(here - 0.5, box.top, 1, box.bottom - box.top);
    context.globalAlpha = 1;
    for (const { t, mean } of this.#rows) {
      const floor = Math.min(mean, this.#floorAt(t));
      const bar = (/** @type {number} */ from, /** @type {number} */ to) =>
        context.fillRect(x(t) - 0.5 * wide + 0.5, y(to), Math.max(1, wide - 1), y(from) - y(to));
      context.fillStyle = colour("brick-soft");
      bar(0, floor);
      context.fillStyle = colour("brick");
      bar(floor, mean);
    }
    context.fillStyle = colour("ink");
    for (const { t, floor } of this.#floors) context.fillRect(x(t) - 0.5 * wide, y(floor) - 0.75, wide, 1.5);
  };

  /** @param {number} t */
  #floorAt(t) {
    return this.#floors.find((row) => Math.abs(row.t - t) <= this.#last / this.#buckets / 2)?.floor ?? 0;
  }

  #words() {
    if (!this.#rows.length) return this.say("empty");
    const at = (/** @type {number} */ t) =>
      short(this.#rows.reduce((best, row) => (Math.abs(row.t - t) < Math.abs(best.t - t) ? row : best)).mean);
    const [low, middle, high] = [0, this.#last / 2, this.#last].map(at);
    return this.say("value", { t: this.#t, here: at(this.#t), low, middle, high });
  }
}

define("t-bars", TBars);
