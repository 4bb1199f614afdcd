// @ts-check
// <value-histogram>: how often each value occurs in one heap of numbers or two, as densities on one pair of axes: the first
// filled, the second an outline over it. A dashed line is the standard normal density. What lies outside is not drawn but
// said.
import { define } from "./figure.js";
import { PlotAxes } from "./plot-axes.js";

const BINS = 64;
const RANGE = 4;

/**
 * Densities over −RANGE … RANGE in BINS bins, and the share of what lies outside.
 * @param {ArrayLike<number>} values
 */
export function densities(values) {
  const bins = new Float64Array(BINS);
  const wide = (2 * RANGE) / BINS;
  let outside = 0;
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor((values[i] + RANGE) / wide);
    if (bin >= 0 && bin < BINS) bins[bin]++;
    else outside++;
  }
  return { bins: bins.map((count) => count / values.length / wide), outside: outside / values.length };
}

export class ValueHistogram extends PlotAxes {
  /** @type {import("./figure.js").Words} */
  static words = {
    one: ["直方图：{spread}", "Histogram: {spread}"],
    two: ["两份直方图叠在一起：{spread}；{other}", "Two histograms on top of each other: {spread}; {other}"],
    spread: ["均值 {mean}，标准差 {deviation}", "mean {mean}, standard deviation {deviation}"],
    outside: ["{share}% 在画外", "{share}% lie outside"],
  };
  static style = `
    value-histogram { display: block; width: 100%; height: 9.5rem; }
    value-histogram > canvas { display: block; width: 100%; height: 100%; }`;

  margin = { left: 8, right: 8, top: 8, bottom: 20 };
  /** @type {{ bins: Float64Array, outside: number }[]} */ #heaps = [];
  /** @type {ArrayLike<number>[]} */ #values = [];

  /** @param {...ArrayLike<number>} heaps one or two */
  show(...heaps) {
    this.#values = heaps;
    this.#heaps = heaps.map(densities);
    this.draw();
  }

  draw() {
    this.x = {
      low: -RANGE,
      high: RANGE,
      ticks: [-2, 0, 2],
      text: (value) => String(value).replace("-", "−"),
    };
    this.y = { low: 0, high: 1, ticks: [], grid: false };
    if (this.#values.length) {
      const [spread, other] = this.#values.map((values) => this.#spread(values));
      this.label = this.say(other ? "two" : "one", { spread, other });
    }
    super.draw();
  }

  /** @param {ArrayLike<number>} values */
  #spread(values) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      sum += values[i];
      squares += values[i] ** 2;
    }
    const mean = sum / values.length;
    const deviation = Math.sqrt(squares / values.length - mean ** 2);
    return this.say("spread", { mean: mean.toFixed(2), deviation: deviation.toFixed(2) });
  }

  /** @param {import("./plot-axes.js").Plot} plot */
  paint = (plot) => {
    const { context, box, x, y, colour } = plot;
    const wide = (2 * RANGE) / BINS;
    const [one, other] = this.#heaps;
    if (one) {
      context.fillStyle = colour("cement");
      one.bins.forEach((density, i) => {
        const [left, right] = [x(-RANGE + i * wide), x(-RANGE + (i + 1) * wide)];
        const top = Math.max(box.top, y(density));
        context.fillRect(left, top, right - left, box.bottom - top);
      });
    }
    this.#normal(plot);
    if (other) {
      context.strokeStyle = colour("ink");
      context.lineWidth = 1.5;
      context.beginPath();
      other.bins.forEach((density, i) => {
        const top = Math.max(box.top, y(density));
        context.lineTo(x(-RANGE + i * wide), top);
        context.lineTo(x(-RANGE + (i + 1) * wide), top);
      });
      context.stroke();
    }
    const outside = Math.max(0, ...this.#heaps.map((heap) => heap.outside));
    if (outside < 0.0005) return;
    context.fillStyle = colour("brick");
    context.textAlign = "right";
    context.textBaseline = "top";
    context.fillText(
      this.say("outside", { share: (100 * outside).toFixed(outside < 0.1 ? 1 : 0) }),
      box.right,
      box.top,
    );
  };

  /** @param {import("./plot-axes.js").Plot} plot */
  #normal({ context, x, y, colour }) {
    context.strokeStyle = colour("ink-2");
    context.lineWidth = 1;
    context.setLineDash([4, 3]);
    context.beginPath();
    for (let value = -RANGE; value <= RANGE; value += 0.1)
      context.lineTo(x(value), y(Math.exp((-value * value) / 2) / Math.sqrt(2 * Math.PI)));
    context.stroke();
    context.setLineDash([]);
  }
}

define("value-histogram", ValueHistogram);
