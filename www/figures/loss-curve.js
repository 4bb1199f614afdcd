// @ts-check
// <loss-curve>: the loss of a run as it is being computed. Every step's value is drawn pale, a running mean over it; or,
// where that hardly moves any more, how far it is above its floor, as that was measured now and then. Runs before the
// present one stay as thinner lines as long as they learn from the same data; the legend names them all. The axis is
// logarithmic.
import { h } from "../lib/dom.js";
import { define } from "./figure.js";
import { PlotAxes, across, short } from "./plot-axes.js";

/** @typedef {import("./plot-axes.js").Plot} Plot */
/**
 * @typedef {object} Run
 * @property {string} group what it learns from: runs of different groups are never drawn together
 * @property {(present: any) => string} text its name in the legend, beside the present run's `made`
 * @property {any} [made] what `text` of another run is told of this one
 */

const FORMER = 3; // earlier runs that are shown
const KEPT = 12; // of all groups
/** How they are drawn, the newest first: solid, dotted, dash and dot. */
const DASHES = [[], [2, 2], [7, 2, 2, 2]];
const FLOOR_DASH = [4, 3];

class Losses {
  /** @type {Run} */ run;
  values = new Float32Array(1024); // by step, from step 1; NaN where a step's value was never read
  count = 0;
  mixed = false; // whether it learned from other data on the way
  /** How far above the floor, [step, value]. @type {[number, number][]} */ over = [];

  /** @param {Run} run */
  constructor(run) {
    this.run = run;
  }

  /** @param {Float32Array} losses @param {number} step */
  add(losses, step) {
    if (step > this.values.length) {
      const larger = new Float32Array(Math.max(2 * this.values.length, step));
      larger.set(this.known);
      this.values = larger;
    }
    if (step > this.count) this.values.fill(NaN, this.count, step);
    const first = Math.max(0, step - losses.length);
    this.values.set(losses.subarray(losses.length - (step - first)), first);
    this.count = step; // smaller than before when a run went back to an earlier state
  }

  get known() {
    return this.values.subarray(0, this.count);
  }
}

export class LossCurve extends PlotAxes {
  /** @type {import("./figure.js").Words} */
  static words = {
    caption: ["损失，对数坐标", "Loss, logarithmic"],
    over: ["损失高出下限多少，对数坐标", "Loss above its floor, logarithmic"],
    value: ["第 {step} 步，损失 {loss}。", "Step {step}, loss {loss}."],
    above: ["第 {step} 步，比下限高 {loss}。", "Step {step}, {loss} above the floor."],
    empty: ["还没有损失。", "No losses yet."],
    run: ["这一轮", "This run"],
    before: ["从前的一轮", "An earlier run"],
  };

  static style = `
    loss-curve { height: auto; }
    loss-curve > canvas { height: 9.5rem; }
    loss-curve .legend {
      display: flex;
      flex-wrap: wrap;
      gap: 0.2rem 1rem;
      margin: 0.3rem 0 0;
      padding: 0;
      list-style: none;
      font: 0.8rem / 1.4 var(--sans);
      color: var(--ink-2);
    }
    loss-curve .legend svg { width: 1.6rem; height: 0.6rem; margin-right: 0.4rem; }`;

  /** A run of which nothing is known. @type {Run} */
  #nameless = { group: "", text: (present) => this.say(present ? "before" : "run"), made: true };
  #losses = new Losses(this.#nameless);
  /** The newest first. @type {Losses[]} */ #former = [];
  /** @type {{ value: number, text: string } | null} */ #floor = null;
  #over = false;
  /** What is drawn, by step: the present run's, and the former ones', the newest first. @type {Float32Array[]} */ #lines =
    [];
  #legend = h("ul", { class: "legend" });
  #told = ""; // by the legend

  build() {
    super.build();
    this.append(this.#legend);
  }

  /**
   * Takes the newest losses, oldest first; the last of them is that of step number `step` (counted from 1).
   * @param {Float32Array} losses
   * @param {number} step
   */
  add(losses, step) {
    this.#losses.add(losses, step);
    this.draw();
  }

  /** How far above its floor the loss was measured to be at a step. @param {number} step @param {number} value */
  measure(step, value) {
    const { over } = this.#losses;
    this.#losses.over = [...over.filter(([at]) => at < step), [step, value]];
    this.draw();
  }

  /** Whether it is drawn how far above the floor the loss is. @param {boolean} over */
  set over(over) {
    this.#over = over;
    this.draw();
  }

  /** A line that no network can get under: its value, and a word for it; null takes it away. */
  set floor(/** @type {{ value: number, text: string } | null} */ floor) {
    this.#floor = floor;
    this.draw();
  }

  /** What the present run is, where that changes on the way. @param {Run} run */
  set run(run) {
    this.#losses.mixed ||= this.#losses.count > 0 && run.group !== this.#losses.run.group;
    this.#losses.run = run;
    this.draw();
  }

  /** A new run begins; the present one stays, if there is anything to see of it. @param {Run} [run] */
  begin(run = this.#nameless) {
    if (this.#losses.count > 20 && !this.#losses.mixed) this.#former = [this.#losses, ...this.#former].slice(0, KEPT);
    this.#losses = new Losses(run);
    this.draw();
  }

  /** The mean of the newest losses, as drawn; NaN before the first step. */
  get value() {
    return smooth(this.#losses.known).at(-1) ?? NaN;
  }

  draw() {
    if (!this.canvas.clientWidth) return;
    const { run, known } = this.#losses;
    const former = this.#former.filter((losses) => losses.run.group === run.group).slice(0, FORMER);
    const shown = [this.#losses, ...former];
    this.#lines = shown.map((losses) => (this.#over ? sparse(losses.over) : smooth(losses.known)));
    const floor = this.#over ? null : this.#floor;
    const [low, high] = bounds(this.#over ? new Float32Array() : known, this.#lines, floor?.value);
    this.x = { low: 0, high: Math.max(50, ...this.#lines.map((values) => values.length)) };
    this.y = { low, high, log: true };
    this.label = this.#words() + (floor ? ` ${floor.text}: ${short(floor.value)}` : "");
    super.draw();
    this.#name(former);
  }

  #words() {
    const [line] = this.#lines;
    const loss = line.findLast((value) => Number.isFinite(value));
    if (loss === undefined) return this.say("empty");
    const values = { step: line.length, loss: short(loss) };
    return this.#over ? this.say("above", values) : this.say("value", values);
  }

  /** The legend. @param {Losses[]} former */
  #name(former) {
    const { run } = this.#losses;
    /** @type {[string, string, number[]][]} text, colour, dashes */
    const rows = [[run.text(null), "brick", []]];
    former.forEach((losses, i) => rows.push([losses.run.text(run.made), "cement-ink", DASHES[i]]));
    if (this.#floor && !this.#over) rows.push([`${this.#floor.text} ${short(this.#floor.value)}`, "ink", FLOOR_DASH]);
    if (rows.length === 1 && run === this.#nameless) rows.pop();
    const told = JSON.stringify(rows);
    if (told === this.#told) return;
    this.#told = told;
    this.#legend.replaceChildren(...rows.map(([text, colour, dashes]) => h("li", {}, swatch(colour, dashes), text)));
  }

  /** @param {Plot} plot */
  paint = (plot) => {
    const { context, colour } = plot;
    const [present, ...former] = this.#lines;
    former.forEach((values, i) => {
      context.setLineDash(DASHES[i]);
      line(plot, values, colour("cement-ink"), 1);
    });
    context.setLineDash([]);
    if (!this.#over) band(plot, this.#losses.known);
    this.#drawFloor(plot);
    line(plot, present, colour("brick"), 1.8);
    if (this.#over) dots(plot, present, colour("brick"));
  };

  /** @param {Plot} plot */
  #drawFloor({ context, box, y, colour }) {
    const floor = this.#over ? null : this.#floor;
    if (!floor || floor.value < this.y.low || floor.value > this.y.high) return;
    context.strokeStyle = colour("ink");
    context.setLineDash(FLOOR_DASH);
    across(context, box, y(floor.value));
    context.setLineDash([]);
  }
}

/**
 * A piece of line as it is drawn.
 * @param {string} colour
 * @param {number[]} dashes
 */
const swatch = (colour, dashes) =>
  h(
    "svg:svg",
    { viewBox: "0 0 26 10", "aria-hidden": "true" },
    h("svg:path", {
      d: "M0 5h26",
      stroke: `var(--${colour})`,
      "stroke-width": 2,
      "stroke-dasharray": dashes.join(" "),
    }),
  );

/** Measured values by step, NaN between them. @param {[number, number][]} measured */
function sparse(measured) {
  const values = new Float32Array(measured.at(-1)?.[0] ?? 0).fill(NaN);
  for (const [step, value] of measured) if (step) values[step - 1] = value;
  return values;
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
  for (const values of lines) for (const value of values) take(value);
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
 * A line through the values there are.
 * @param {Plot} plot
 * @param {Float32Array} values
 * @param {string} style
 * @param {number} width
 */
function line({ context, x, y }, values, style, width) {
  context.strokeStyle = style;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.beginPath();
  for (let i = 0, drawn = -1; i < values.length; i++) {
    const at = x(i + 1);
    if (!Number.isFinite(values[i]) || (at < drawn + 0.5 && i < values.length - 1)) continue;
    context.lineTo(at, y(values[i]));
    drawn = at;
  }
  context.stroke();
}

/**
 * A dot on each value.
 * @param {Plot} plot
 * @param {Float32Array} values
 * @param {string} style
 */
function dots({ context, x, y }, values, style) {
  context.fillStyle = style;
  values.forEach((value, i) => {
    if (Number.isFinite(value)) context.fillRect(x(i + 1) - 2, y(value) - 2, 4, 4);
  });
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
