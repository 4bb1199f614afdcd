// @ts-check
// The way of one point through all t, drawn over the cloud that it is one of: from the tower (a square in brick) to the
// rubble (a disc in cement), with a ring where the point is at the t that is shown.
import { clamp } from "../lib/dom.js";
import { palette } from "./figure.js";
import { RANGE } from "./points.js";

/** @typedef {{ points: Float32Array, here: number }} Path places [x, y, …] from t = 0 on, and the number of the present one */

/**
 * Draws a path into a context whose box is `size` CSS pixels wide and high.
 * @param {CanvasRenderingContext2D} context
 * @param {Path} path
 * @param {number} size
 * @param {Element} element whose colours it takes
 */
export function drawPath(context, { points, here }, size, element) {
  const colour = palette(element);
  const at = (/** @type {number} */ i, inside = false) => {
    const place = [(points[2 * i] + RANGE) / (2 * RANGE), (RANGE - points[2 * i + 1]) / (2 * RANGE)];
    return place.map((part) => size * (inside ? clamp(part, 0.02, 0.98) : clamp(part, -9, 9)));
  };
  const last = points.length / 2 - 1;
  context.lineJoin = "round";
  context.beginPath();
  for (let i = 0; i <= last; i++) context.lineTo(...pair(at(i)));
  for (const [style, width] of /** @type {const} */ ([
    ["picture-ground", 4],
    ["ink", 1.6],
  ])) {
    context.strokeStyle = colour(style);
    context.lineWidth = width;
    context.stroke();
  }
  const [towerX, towerY] = at(0);
  context.fillStyle = colour("brick");
  context.fillRect(towerX - 4, towerY - 4, 8, 8);
  disc(context, at(last), 4);
  context.fillStyle = colour("cement-ink");
  context.fill();
  for (const [style, width] of /** @type {const} */ ([
    ["picture-ground", 5],
    ["ink", 2.4],
  ])) {
    disc(context, at(here, true), 7);
    context.strokeStyle = colour(style);
    context.lineWidth = width;
    context.stroke();
  }
}

const pair = (/** @type {number[]} */ [x, y]) => /** @type {[number, number]} */ ([x, y]);

/** @param {CanvasRenderingContext2D} context @param {number[]} centre @param {number} radius */
function disc(context, [x, y], radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

/**
 * The number of the point nearest to a place; −1 where there is none.
 * @param {Float32Array} points
 * @param {{ x: number, y: number }} place
 */
export function nearest(points, { x, y }) {
  let [found, least] = [-1, Infinity];
  for (let i = 0; i < points.length / 2; i++) {
    const distance = Math.hypot(points[2 * i] - x, points[2 * i + 1] - y);
    if (distance < least) [found, least] = [i, distance];
  }
  return found;
}
