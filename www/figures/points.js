// @ts-check
// Sets of points in the plane as figures show them: Float32Array [x, y, x, y, …], y upwards, the view −RANGE … RANGE.
import { placeIn } from "../lib/canvas.js";
import { fit, palette } from "./figure.js";

/** @typedef {Float32Array<ArrayBufferLike>} Points */

export const RANGE = 3; // x_T is a standard normal and the sets have variance 1: nearly everything lies within

/**
 * The place in the plane at which a pointer stands over a canvas.
 * @param {{ clientX: number, clientY: number }} event
 * @param {HTMLCanvasElement} canvas
 */
export function placeOf(event, canvas) {
  const { x, y } = placeIn(canvas, event);
  return { x: x * 2 * RANGE - RANGE, y: RANGE - y * 2 * RANGE };
}

/**
 * At most `most` of the points, evenly picked.
 * @param {Points} points
 * @param {number} most
 */
export function thinned(points, most) {
  const count = points.length / 2;
  if (count <= most) return points;
  const found = new Float32Array(2 * most);
  for (let i = 0; i < most; i++) {
    const from = 2 * Math.floor((i * count) / most);
    found.set(points.subarray(from, from + 2), 2 * i);
  }
  return found;
}

/**
 * How many of the points lie outside the view.
 * @param {Points} points
 */
export function countOutside(points) {
  let outside = 0;
  for (let i = 0; i < points.length; i += 2)
    if (!(Math.abs(points[i]) <= RANGE && Math.abs(points[i + 1]) <= RANGE)) outside++;
  return outside;
}

/**
 * Draws points into a context whose box is `size` CSS pixels wide and high; those outside are strokes at its edge, in their
 * direction, as shaders/points.wgsl has them.
 * @param {CanvasRenderingContext2D} context
 * @param {Points} points
 * @param {number} size
 * @param {{ colour: string, radius?: number, alpha?: number }} how
 */
export function drawPoints(context, points, size, { colour, radius = 1.3, alpha = 0.8 }) {
  context.fillStyle = colour;
  context.globalAlpha = alpha;
  const scale = size / (2 * RANGE),
    side = 2 * radius;
  for (let i = 0; i < points.length; i += 2) {
    const most = Math.max(Math.abs(points[i]), Math.abs(points[i + 1])) / RANGE;
    if (most > 1) {
      strokeAtEdge(context, points[i] / most, points[i + 1] / most, size, radius);
      continue;
    }
    const x = (points[i] + RANGE) * scale,
      y = (RANGE - points[i + 1]) * scale;
    if (radius < 2) {
      // a square that small looks round and is drawn faster
      context.fillRect(x - radius, y - radius, side, side);
      continue;
    }
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

/**
 * A stroke that stands upright on the edge of the box at the place (x, y), −RANGE … RANGE.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {number} radius
 */
function strokeAtEdge(context, x, y, size, radius) {
  const [wide, high] = Math.abs(x) > Math.abs(y) ? [5 * radius, radius] : [radius, 5 * radius];
  const left = Math.min(size - wide, Math.max(0, ((x + RANGE) / (2 * RANGE)) * size - wide / 2)),
    top = Math.min(size - high, Math.max(0, ((RANGE - y) / (2 * RANGE)) * size - high / 2));
  context.fillRect(left, top, wide, high);
}

/**
 * Points of a moment on a canvas of their own; `share` is Ho's ᾱ there. Gives the context and the canvas' width.
 * @param {HTMLCanvasElement} canvas
 * @param {Points} points
 * @param {number} share
 */
export function paintPoints(canvas, points, share) {
  const { context, width } = fit(canvas);
  const colour = `rgb(${blend(canvas, share)})`;
  drawPoints(context, points, width, { colour, radius: radiusFor(points.length / 2) });
  return { context, width };
}

/**
 * Larger where points are few, so that ten can be seen from the last row of a classroom.
 * @param {number} count
 */
const radiusFor = (count) => (count <= 30 ? 4 : count <= 300 ? 2.4 : 1.2);

/**
 * The colour [r, g, b] of points of which `share` stands for the tower: brick is what stands, cement what became noise.
 * @param {Element} element
 * @param {number} share
 */
export function blend(element, share) {
  const colour = palette(element);
  const parts = (/** @type {string} */ text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  const [a, b] = [parts(colour("brick")), parts(colour("cement"))];
  return a.map((value, i) => Math.round(share * value + (1 - share) * b[i]));
}
