// @ts-check
// <share-stack>: what a sum is made of at every t: the tower's share at the bottom, heaps of noise on it, the newest on
// top, and a line at 1. The bar of the t that is looked at stands out. What is higher than the plot is torn off, and its
// height is written there.
import { define } from "./figure.js";
import { PlotAxes, across, short } from "./plot-axes.js";

const HIGH = 1.6;
const BAR = 18; // CSS pixels

export class ShareStack extends PlotAxes {
  /** @type {import("./figure.js").Words} */
  static words = {
    label: [
      "t = {t}：楼占 {wall}，噪声占 {ground}，加起来 {sum}",
      "At t = {t} the tower has {wall}, the noise {ground}, together {sum}",
    ],
  };
  static style = `
    share-stack { display: block; width: 100%; height: 14rem; }
    share-stack > canvas { display: block; width: 100%; height: 100%; }`;

  margin = { left: 34, right: 34, top: 22, bottom: 4 };
  /** By t, from 0: the tower's share, then each heap's. @type {Float64Array[]} */ #rows = [];
  #t = 0;

  /** @param {Float64Array[]} rows @param {number} t */
  show(rows, t) {
    this.#rows = rows;
    this.#t = t;
    this.draw();
  }

  draw() {
    this.x = { low: 0, high: Math.max(1, this.#rows.length - 1), ticks: [] };
    this.y = { low: 0, high: HIGH, ticks: [0, 0.5, 1, 1.5], grid: false, text: String };
    const row = this.#rows[this.#t];
    if (row) {
      const sum = total(row);
      const told = { t: this.#t, wall: short(row[0]), ground: short(sum - row[0]), sum: short(sum) };
      this.label = this.say("label", told);
    }
    super.draw();
  }

  /** @param {import("./plot-axes.js").Plot} plot */
  paint = (plot) => {
    const { context, box, x, y, colour } = plot;
    const row = this.#rows[this.#t];
    if (!row) return;
    const heaps = row.length;
    this.#area(plot, heaps, colour("cement-soft"));
    this.#area(plot, 1, colour("brick-soft"));
    context.strokeStyle = colour("paper");
    for (let i = 1; i < heaps; i++) this.#edge(plot, i, () => context.stroke());
    context.strokeStyle = colour("ink");
    context.setLineDash([4, 3]);
    across(context, box, y(1));
    context.setLineDash([]);
    bar(plot, row, Math.min(Math.max(x(this.#t) - BAR / 2, box.left), box.right - BAR));
  };

  /**
   * Along the upper edge of the lowest `count` shares; `work` strokes or fills.
   * @param {import("./plot-axes.js").Plot} plot
   * @param {number} count
   * @param {() => void} work
   */
  #edge({ context, box, x, y }, count, work) {
    context.beginPath();
    for (let t = 0; t < this.#rows.length; t += 5) {
      let height = 0;
      for (let i = 0; i < count; i++) height += this.#rows[t][i];
      context.lineTo(x(t), Math.max(box.top, y(height)));
    }
    work();
  }

  /** @param {import("./plot-axes.js").Plot} plot @param {number} count @param {string} shade */
  #area(plot, count, shade) {
    const { context, box } = plot;
    context.fillStyle = shade;
    this.#edge(plot, count, () => {
      context.lineTo(box.right, box.bottom);
      context.lineTo(box.left, box.bottom);
      context.fill();
    });
  }
}

/** @param {Float64Array} row */
const total = (row) => row.reduce((sum, share) => sum + share);

/**
 * The bar of one t, with what its shares add up to.
 * @param {import("./plot-axes.js").Plot} plot
 * @param {Float64Array} row
 * @param {number} left
 */
function bar(plot, row, left) {
  const { context, box, y, colour } = plot;
  context.fillStyle = colour("paper");
  context.fillRect(left - 2, box.top, BAR + 4, box.bottom - box.top);
  let below = 0;
  row.forEach((share, i) => {
    const [bottom, top] = [y(below), Math.max(box.top, y(below + share))];
    below += share;
    if (bottom <= top) return;
    context.fillStyle = colour(i ? "cement" : "brick");
    context.fillRect(left, top, BAR, bottom - top - (bottom - top > 3 ? 1 : 0)); // a seam between the heaps
  });
  if (below > HIGH) tear(plot, left);
  context.fillStyle = colour("ink");
  context.textBaseline = "bottom";
  const late = left > (box.left + box.right) / 2;
  context.textAlign = late ? "right" : "left";
  context.fillText(`Σ = ${short(below)}`, late ? left + BAR : left, Math.max(box.top, y(below)) - 4);
}

/** The upper end of a bar that is higher than the plot. @param {import("./plot-axes.js").Plot} plot @param {number} left */
function tear({ context, box, colour }, left) {
  context.fillStyle = colour("paper");
  context.beginPath();
  context.moveTo(left, box.top - 1);
  for (let i = 0; i <= 6; i++) context.lineTo(left + (i * BAR) / 6, box.top + (i % 2 ? 7 : 1));
  context.lineTo(left + BAR, box.top - 1);
  context.fill();
}

define("share-stack", ShareStack);
