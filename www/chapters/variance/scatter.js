// @ts-check
// A cloud of pairs of standard normal numbers as both scatter plots of the chapter draw it.
import { minus } from "../../lesson/numbers.js";

/** @typedef {import("../../figures/plot-axes.js").Plot} Plot */

export const REACH = 3.2; // of the axes

/** @type {import("../../figures/plot-axes.js").Axis} */
export const normalAxis = { low: -REACH, high: REACH, ticks: [-2, 0, 2], text: (value) => minus(String(value)) };

/** The green part of a picture's planes. @param {Float32Array | Float64Array} values @param {number} size */
export const green = (values, size) => values.subarray(size ** 2, 2 * size ** 2);

/**
 * @param {Plot} plot
 * @param {ArrayLike<number>} across
 * @param {ArrayLike<number>} upwards
 * @param {(index: number) => string} shade
 * @param {number} [size] in CSS pixels
 */
export function dots({ context, x, y }, across, upwards, shade, size = 2) {
  context.globalAlpha = 0.7;
  for (let i = 0; i < across.length; i++) {
    context.fillStyle = shade(i);
    context.fillRect(x(across[i]) - size / 2, y(upwards[i]) - size / 2, size, size);
  }
  context.globalAlpha = 1;
}

/** The marked pair. @param {Plot} plot @param {number} across @param {number} upwards */
export function ring({ context, x, y, colour }, across, upwards) {
  context.strokeStyle = colour("ink");
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x(across), y(upwards), 5, 0, 2 * Math.PI);
  context.stroke();
}

/** @param {Plot} plot @param {number} slope @param {string} shade */
export function throughOrigin({ context, x, y }, slope, shade) {
  context.strokeStyle = shade;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x(-REACH), y(-REACH * slope));
  context.lineTo(x(REACH), y(REACH * slope));
  context.stroke();
}
