// @ts-check
// <t-bars>: a mean for each stretch of t as a bar. A mark on each bar shows what no network can get under.
import { define } from "./figure.js";
import { PlotAxes, short } from "./plot-axes.js";

/** @typedef {{ t: number, mean: number, count?: number }} Row */

export class TBars extends PlotAxes {
  /** @type {import("./figure.js").Words} */
  static words = {
    caption: ["各个 t 上的损失；短横线以下谁也到不了", "Loss by t; nothing can get under the small lines"],
    value: [
      "各个 t 上的损失：t 小时 {low}，居中 {middle}，t 大时 {high}",
      "Loss by t: {low} at small t, {middle} in the middle, {high} at large t",
    ],
    empty: ["还没有各个 t 上的损失", "No losses by t yet"],
  };

  margin = { left: 44, right: 4, top: 8, bottom: 20 };
  #last = 1000; // the axis ends at this t
  #buckets = 1; // stretches of t, a bar each
  /** @type {Row[]} */ #rows = [];
  /** @type {{ t: number, floor: number }[]} */ #floors = [];

  /** The largest t there is. @param {number} last */
  set last(last) {
    this.#last = last;
    this.draw();
  }

  /** The bars, evenly spread over t; rows that hold no number are left out. @param {Row[]} rows */
  set rows(rows) {
    this.#buckets = Math.max(rows.length, this.#buckets);
    this.#rows = rows.filter(({ count = 1, mean }) => count > 0 && Number.isFinite(mean));
    this.draw();
  }

  /** The marks, one a bar. @param {{ t: number, floor: number }[]} floors */
  set floors(floors) {
    this.#buckets = Math.max(floors.length, this.#buckets);
    this.#floors = floors;
    this.draw();
  }

  draw() {
    const high = Math.max(1e-3, ...this.#rows.map(({ mean }) => mean), ...this.#floors.map(({ floor }) => floor));
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
    context.fillStyle = colour("brick");
    for (const { t, mean } of this.#rows)
      context.fillRect(x(t) - 0.5 * wide + 0.5, y(mean), Math.max(1, wide - 1), box.bottom - y(mean));
    context.fillStyle = colour("ink");
    for (const { t, floor } of this.#floors) context.fillRect(x(t) - 0.5 * wide, y(floor) - 0.75, wide, 1.5);
  };

  #words() {
    if (!this.#rows.length) return this.say("empty");
    const at = (/** @type {number} */ t) =>
      this.#rows.reduce((best, row) => (Math.abs(row.t - t) < Math.abs(best.t - t) ? row : best)).mean;
    return this.say("value", {
      low: short(at(0)),
      middle: short(at(this.#last / 2)),
      high: short(at(this.#last)),
    });
  }
}

define("t-bars", TBars);
