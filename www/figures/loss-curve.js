// @ts-check
// <loss-curve>: the loss of a run as it is being computed. Every step's value is drawn pale, a running mean over it;
// runs before the present one stay as fainter lines, so that two settings can be compared. The axis is logarithmic.
import { define } from "./figure.js";
import { PlotAxes, across, short } from "./plot-axes.js";

/** @typedef {import("./plot-axes.js").Plot} Plot */

const FORMER = 3; // earlier runs that stay visible

export class LossCurve extends PlotAxes {
  /** @type {import("./figure.js").Words} */
  static words = {
    caption: ["损失，对数坐标", "Loss, logarithmic"],
    value: ["第 {step} 步，损失 {loss}。", "Step {step}, loss {loss}."],
    empty: ["还没有损失。", "No losses yet."],
  };

  #values = new Float32Array(1024); // by step, from step 1; NaN where a step's value was never read
  #count = 0;
  /** @type {Float32Array[]} */ #former = [];
  /** @type {{ value: number, text: string } | null} */ #floor = null;
  /** What is drawn: running means, the present run's last. @type {Float32Array[]} */ #lines = [];

  /**
   * Takes the newest losses, oldest first; the last of them is that of step number `step` (counted from 1).
   * @param {Float32Array} losses
   * @param {number} step
   */
  add(losses, step) {
    if (step > this.#values.length) {
      const larger = new Float32Array(Math.max(2 * this.#values.length, step));
      larger.set(this.#values.subarray(0, this.#count));
      this.#values = larger;
    }
    if (step > this.#count) this.#values.fill(NaN, this.#count, step);
    const first = Math.max(0, step - losses.length);
    this.#values.set(losses.subarray(losses.length - (step - first)), first);
    this.#count = step; // smaller than before when a run went back to an earlier state
    this.draw();
  }

  /** A line that no network can get under: its value, and a word for it; null takes it away. */
  set floor(/** @type {{ value: number, text: string } | null} */ floor) {
    this.#floor = floor;
    this.draw();
  }

  /** A new run begins; with `keep` the present one stays as a fainter line. */
  begin({ keep = true } = {}) {
    if (keep && this.#count > 20) this.#former = [this.#run.slice(), ...this.#former].slice(0, FORMER);
    this.#count = 0;
    this.draw();
  }

  forget() {
    this.#former = [];
    this.begin({ keep: false });
  }

  get #run() {
    return this.#values.subarray(0, this.#count);
  }

  /** The mean of the newest losses, as drawn; NaN before the first step. */
  get value() {
    return smooth(this.#run).at(-1) ?? NaN;
  }

  draw() {
    if (!this.canvas.clientWidth) return;
    const mean = smooth(this.#run);
    this.#lines = [...this.#former.map(smooth).toReversed(), mean];
    const [low, high] = bounds(this.#run, this.#lines, this.#floor?.value);
    this.x = { low: 0, high: Math.max(50, ...this.#lines.map((values) => values.length)) };
    this.y = { low, high, log: true };
    const floor = this.#floor ? ` ${this.#floor.text}: ${short(this.#floor.value)}` : "";
    this.label =
      (mean.length ? this.say("value", { step: mean.length, loss: short(mean[mean.length - 1]) }) : this.say("empty")) +
      floor;
    super.draw();
  }

  /** @param {Plot} plot */
  paint = (plot) => {
    const former = this.#lines.slice(0, -1);
    former.forEach((values, i) => {
      const alpha = (0.45 * (i + 1)) / former.length + 0.25;
      line(plot, values, plot.colour("line-strong"), 1, alpha);
    });
    band(plot, this.#run);
    this.#drawFloor(plot);
    line(plot, this.#lines[former.length], plot.colour("brick"), 1.8, 1);
  };

  /** @param {Plot} plot */
  #drawFloor({ context, box, y, colour }) {
    const floor = this.#floor;
    if (!floor || floor.value < this.y.low || floor.value > this.y.high) return;
    const at = y(floor.value);
    context.strokeStyle = context.fillStyle = colour("ink");
    context.setLineDash([4, 3]);
    across(context, box, at);
    context.setLineDash([]);
    context.textAlign = "right";
    context.textBaseline = at < box.top + 16 ? "top" : "bottom";
    context.fillText(floor.text, box.right - 2, at + (at < box.top + 16 ? 3 : -3));
    context.textBaseline = "alphabetic";
  }
}

/**
 * A running mean that looks back over a thirtieth of the run, at its beginning over less: there the loss falls fastest.
 * @param {Float32Array} values
 */
function smooth(values) {
  const longest = Math.max(8, values.length / 30);
  const mean = new Float32Array(values.length);
  let sum = 0,
    weight = 0;
  for (let i = 0; i < values.length; i++) {
    const keep = Math.exp(-1 / Math.min(longest, 4 + i / 6));
    if (Number.isFinite(values[i])) {
      sum = keep * sum + values[i];
      weight = keep * weight + 1;
    }
    mean[i] = sum / weight;
  }
  return mean;
}

/**
 * The axis' ends: all of the lines, and of the scattered values all but the most extreme.
 * @param {Float32Array} run
 * @param {Float32Array[]} lines
 * @param {number} [floor]
 */
function bounds(run, lines, floor) {
  let low = Infinity,
    high = -Infinity;
  const take = (/** @type {number} */ value) => {
    if (!(value > 0) || !Number.isFinite(value)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const values of lines)
    for (let i = 0; i < values.length; i += Math.max(1, Math.floor(values.length / 500))) take(values[i]);
  const sorted = run.filter((value) => value > 0 && Number.isFinite(value)).sort();
  take(sorted[Math.floor(0.01 * sorted.length)]);
  take(sorted[Math.floor(0.99 * sorted.length)]);
  if (low === Infinity) [low, high] = [0.1, 1];
  if (floor !== undefined) take(floor);
  const ratio = Math.max(high / low, 1.3),
    middle = Math.sqrt(high * low);
  return [middle / ratio ** 0.55, middle * ratio ** 0.55];
}

/**
 * @param {Plot} plot
 * @param {Float32Array} values
 * @param {string} style
 * @param {number} width
 * @param {number} alpha
 */
function line({ context, x, y }, values, style, width, alpha) {
  context.globalAlpha = alpha;
  context.strokeStyle = style;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.beginPath();
  const stride = Math.max(1, Math.floor(values.length / 1200));
  for (let i = 0; i < values.length; i += stride)
    if (Number.isFinite(values[i])) context.lineTo(x(i + 1), y(values[i]));
  if (values.length) context.lineTo(x(values.length), y(values[values.length - 1]));
  context.stroke();
  context.globalAlpha = 1;
}

/**
 * The scatter of the single steps: from the least to the greatest within each pixel's width.
 * @param {Plot} plot
 * @param {Float32Array} values
 */
function band({ context, box, x, y, colour }, values) {
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  context.clip();
  context.strokeStyle = colour("brick-soft");
  context.lineWidth = 1;
  context.beginPath();
  for (let i = 0; i < values.length; ) {
    const column = Math.round(x(i + 1));
    let least = Infinity,
      greatest = -Infinity;
    for (; i < values.length && Math.round(x(i + 1)) === column; i++) {
      if (!(values[i] > 0)) continue;
      least = Math.min(least, values[i]);
      greatest = Math.max(greatest, values[i]);
    }
    if (greatest < least) continue;
    context.moveTo(column + 0.5, y(least) + 0.5);
    context.lineTo(column + 0.5, y(greatest) - 0.5);
  }
  context.stroke();
  context.restore();
}

define("loss-curve", LossCurve);
