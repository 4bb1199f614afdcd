// Sets of 2-D points as Float32Array [x, y, x, y, …], y upwards, and how they are drawn. The view shows −RANGE … RANGE.

import { dice } from "../../lib/dice.js";

export const RANGE = 3; // x_T is a standard normal and the sets have variance 1: nearly everything lies within

/** `count` standard normal numbers from a seed (Box–Muller). */
export function normals(count, seed) {
  const random = dice(seed),
    found = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random())),
      angle = 2 * Math.PI * random();
    found[i] = radius * Math.cos(angle);
    if (i + 1 < count) found[i + 1] = radius * Math.sin(angle);
  }
  return found;
}

/** √ᾱ x_0 + √(1−ᾱ) ε, the demolition in one jump (Su's eq. 6). */
export function demolished(points, noise, share) {
  const keep = Math.sqrt(share),
    mix = Math.sqrt(1 - share);
  return points.map((value, i) => keep * value + mix * noise[i]);
}

/** At most `most` of the points, evenly picked. */
export function thinned(points, most) {
  const count = points.length / 2;
  if (count <= most) return points;
  const found = new Float32Array(2 * most);
  for (let i = 0; i < most; i++)
    found.set(points.subarray(2 * Math.floor((i * count) / most), 2 * Math.floor((i * count) / most) + 2), 2 * i);
  return found;
}

/** `count` points drawn with replacement. */
export function drawn(points, count, seed) {
  const random = dice(seed),
    found = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const from = 2 * Math.floor((random() * points.length) / 2);
    found[2 * i] = points[from];
    found[2 * i + 1] = points[from + 1];
  }
  return found;
}

/** How large a part of the points lies outside the view. */
export function shareOutside(points) {
  let outside = 0;
  for (let i = 0; i < points.length; i += 2)
    if (!(Math.abs(points[i]) < RANGE && Math.abs(points[i + 1]) < RANGE)) outside++;
  return outside / (points.length / 2);
}

/** Draws points into a context whose box is `size` CSS pixels wide and high. */
export function drawPoints(context, points, size, { colour, radius = 1.3, alpha = 0.8 }) {
  context.fillStyle = colour;
  context.globalAlpha = alpha;
  const scale = size / (2 * RANGE),
    side = 2 * radius;
  for (let i = 0; i < points.length; i += 2) {
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

/** Larger where points are few, so that ten can be seen from the last row of a classroom. */
export const radiusFor = (count) => (count <= 30 ? 4 : count <= 300 ? 2.4 : 1.2);

/** Mixes two CSS colours "#rrggbb"; share 1 gives the first. Brick is what stands, cement what has become noise. */
export function blend(first, second, share) {
  const parts = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  const [a, b] = [parts(first), parts(second)];
  return a.map((value, i) => Math.round(share * value + (1 - share) * b[i]));
}
