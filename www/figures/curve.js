// <loss-curve>: the loss of a run as it is being computed. Every step's value is drawn pale, a running mean over it;
// runs before the present one stay as fainter lines, so that two settings can be compared. The axis is logarithmic.
import { h } from "../lib/dom.js";
import { lang, say } from "../lib/words.js";
import { fit, logTicks, palette, redrawn, short, ticks } from "./plot.js";

const MARGIN = { left: 46, right: 10, top: 8, bottom: 20 };
const FORMER = 3; // earlier runs that stay visible

class LossCurve extends HTMLElement {
  #canvas = h("canvas", { role: "img" });
  #values = new Float32Array(1024); // by step, from step 1; NaN where a step's value was never read
  #count = 0;
  #former = [];
  #floor = null;
  #end = () => {};

  connectedCallback() {
    this.replaceChildren(this.#canvas);
    this.#end = redrawn(this, () => this.draw());
  }

  disconnectedCallback() {
    this.#end();
  }

  /** Takes the newest losses, oldest first; the last of them is that of step number `step` (counted from 1). */
  append(losses, step) {
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
  set floor(floor) {
    this.#floor = floor;
    this.draw();
  }

  /** A new run begins; with `keep` the present one stays as a fainter line. */
  begin({ keep = true } = {}) {
    if (keep && this.#count > 20) this.#former = [this.#values.slice(0, this.#count), ...this.#former].slice(0, FORMER);
    this.#count = 0;
    this.draw();
  }

  forget() {
    this.#former = [];
    this.begin({ keep: false });
  }

  /** The mean of the newest losses, as drawn; NaN before the first step. */
  get value() {
    return smooth(this.#values.subarray(0, this.#count)).at(-1) ?? NaN;
  }

  draw() {
    if (!this.isConnected || !this.#canvas.clientWidth) return;
    const { context, width, height } = fit(this.#canvas);
    const colour = palette(this);
    const run = this.#values.subarray(0, this.#count);
    const mean = smooth(run),
      former = this.#former.map(smooth);
    const last = Math.max(50, this.#count, ...former.map((values) => values.length));
    const [low, high] = bounds(run, [mean, ...former], this.#floor?.value);
    const box = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
    const x = (step) => box.left + ((box.right - box.left) * step) / last;
    const y = (value) => box.bottom - ((box.bottom - box.top) * Math.log(value / low)) / Math.log(high / low);
    this.#axes(context, colour, box, { x, y, low, high, last });
    former
      .toReversed()
      .forEach((values, i) =>
        line(context, values, { x, y }, colour("line-strong"), 1, (0.45 * (i + 1)) / former.length + 0.25),
      );
    band(context, run, { x, y }, box, colour("brick-soft"));
    if (this.#floor && this.#floor.value >= low && this.#floor.value <= high) this.#drawFloor(context, colour, box, y);
    line(context, mean, { x, y }, colour("brick"), 1.8, 1);
    this.#label(mean);
  }

  #axes(context, colour, box, { x, y, low, high, last }) {
    context.font = `11px ${palette(this)("sans")}`;
    context.fillStyle = colour("ink-2");
    context.strokeStyle = colour("line");
    context.lineWidth = 1;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const value of logTicks(low, high, Math.max(2, (box.bottom - box.top) / 26))) {
      const at = Math.round(y(value)) + 0.5;
      context.beginPath();
      context.moveTo(box.left, at);
      context.lineTo(box.right, at);
      context.stroke();
      context.fillText(short(value), box.left - 6, at);
    }
    context.textBaseline = "alphabetic";
    for (const step of ticks(0, last, Math.max(2, (box.right - box.left) / 90))) {
      context.textAlign = step === 0 ? "left" : x(step) > box.right - 24 ? "right" : "center";
      context.fillText(step.toLocaleString(lang()), x(step), box.bottom + 15);
    }
  }

  #drawFloor(context, colour, box, y) {
    const at = y(this.#floor.value);
    context.strokeStyle = colour("ink");
    context.setLineDash([4, 3]);
    context.beginPath();
    context.moveTo(box.left, at);
    context.lineTo(box.right, at);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = colour("ink");
    context.textAlign = "right";
    context.textBaseline = at < box.top + 16 ? "top" : "bottom";
    context.fillText(this.#floor.text, box.right - 2, at + (at < box.top + 16 ? 3 : -3));
    context.textBaseline = "alphabetic";
  }

  #label(mean) {
    const floor = this.#floor ? ` ${this.#floor.text}: ${short(this.#floor.value)}` : "";
    this.#canvas.setAttribute(
      "aria-label",
      (mean.length ? say("curve_value", { step: mean.length, loss: short(mean.at(-1)) }) : say("curve_empty")) + floor,
    );
  }
}

/** A running mean that looks back over a thirtieth of the run, at its beginning over less: there the loss falls fastest. */
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

/** The axis' ends: all of the lines, and of the scattered values all but the most extreme. */
function bounds(run, lines, floor) {
  let low = Infinity,
    high = -Infinity;
  const take = (value) => {
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
  take(floor);
  const ratio = Math.max(high / low, 1.3),
    middle = Math.sqrt(high * low);
  return [middle / ratio ** 0.55, middle * ratio ** 0.55];
}

function line(context, values, { x, y }, style, width, alpha) {
  context.globalAlpha = alpha;
  context.strokeStyle = style;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.beginPath();
  const stride = Math.max(1, Math.floor(values.length / 1200));
  for (let i = 0; i < values.length; i += stride)
    if (Number.isFinite(values[i])) context.lineTo(x(i + 1), y(values[i]));
  if (values.length) context.lineTo(x(values.length), y(values.at(-1)));
  context.stroke();
  context.globalAlpha = 1;
}

/** The scatter of the single steps: from the least to the greatest within each pixel's width. */
function band(context, values, { x, y }, box, style) {
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  context.clip();
  context.strokeStyle = style;
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

customElements.define("loss-curve", LossCurve);
