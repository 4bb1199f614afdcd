// @ts-check
// The race in two charts over the steps: both losses with the floors under them, and how far each network really is above
// the floor, by the exact answer.
import { across, short } from "../../figures/plot-axes.js";
import { say } from "../../lib/words.js";
import { STEPS } from "./racers.js";
import { MEAN_FLOOR } from "./yardstick.js";

const COLOURS = ["cement-ink", "guess"]; // of eq. 11 and eq. 15
const LONGEST = 60; // steps that the running mean looks back over
const TOP = 1.5; // of the losses' axis

/** @typedef {import("../../figures/plot-axes.js").Plot} Plot */
/** @typedef {import("../../figures/plot-axes.js").PlotAxes} PlotAxes */

export class RaceCharts {
  /** @param {PlotAxes} losses @param {PlotAxes} above */
  constructor(losses, above) {
    this.losses = losses;
    this.above = above;
  }

  /** @param {import("./race.js").Known} known @param {number} floor of eq. 15's loss, NaN while unknown */
  show(known, floor) {
    this.#losses(known, floor);
    this.#above(known);
  }

  /** @param {import("./race.js").Known} known @param {number} floor */
  #losses({ losses }, floor) {
    const smoothed = losses.map(smooth);
    const told = smoothed.map((line) => short(line.at(-1) ?? NaN));
    Object.assign(this.losses, {
      x: { low: 0, high: STEPS },
      y: { low: 0, high: TOP, ticks: [0, 0.5, 1] },
      label: losses.length
        ? say("variance_losses_at", { naive: told[0], integrated: told[1], steps: losses[0].length })
        : say("variance_losses_none"),
      paint: (/** @type {Plot} */ plot) => {
        losses.forEach((line, i) => scattered(plot, line, plot.colour(COLOURS[i])));
        smoothed.forEach((line, i) => {
          const points = Array.from(line, (value, step) => /** @type {[number, number]} */ ([step + 1, value]));
          drawLine(plot, points, plot.colour(COLOURS[i]));
        });
        if (Number.isFinite(floor))
          [MEAN_FLOOR + floor, floor].forEach((value) => floorLine(plot, value, plot.colour("ink")));
      },
    });
    this.losses.draw();
  }

  /** @param {import("./race.js").Known} known */
  #above({ above }) {
    const values = above.flat().map(([, value]) => value);
    const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [1e-4, 1e-2];
    const last = above.map((row) => short(row.at(-1)?.[1] ?? NaN));
    Object.assign(this.above, {
      x: { low: 0, high: STEPS },
      y: { low: low / 1.4, high: high * 1.4, log: true },
      label: values.length
        ? say("variance_above_at", { naive: last[0], integrated: last[1] })
        : say("variance_losses_none"),
      paint: (/** @type {Plot} */ plot) => above.forEach((row, i) => drawLine(plot, row, plot.colour(COLOURS[i]))),
    });
    this.above.draw();
  }
}

/** A running mean. @param {Float32Array} values */
function smooth(values) {
  const mean = new Float32Array(values.length);
  let [sum, weight] = [0, 0];
  for (const [i, value] of values.entries()) {
    const keep = Math.exp(-1 / Math.min(LONGEST, 4 + i / 6));
    sum = keep * sum + value;
    weight = keep * weight + 1;
    mean[i] = sum / weight;
  }
  return mean;
}

/** Every step's loss as a dot. @param {Plot} plot @param {Float32Array} values @param {string} shade */
function scattered({ context, box, x, y }, values, shade) {
  context.fillStyle = shade;
  context.globalAlpha = 0.25;
  for (const [i, value] of values.entries())
    context.fillRect(x(i + 1) - 0.75, Math.max(box.top, y(value)) - 0.75, 1.5, 1.5);
  context.globalAlpha = 1;
}

/** @param {Plot} plot @param {[number, number][]} points @param {string} shade */
function drawLine({ context, x, y }, points, shade) {
  context.strokeStyle = shade;
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.beginPath();
  for (const [step, value] of points) context.lineTo(x(step), y(value));
  context.stroke();
}

/** @param {Plot} plot @param {number} value @param {string} shade */
function floorLine({ context, box, y }, value, shade) {
  context.strokeStyle = shade;
  context.lineWidth = 1;
  context.setLineDash([4, 3]);
  across(context, box, y(value));
  context.setLineDash([]);
}
