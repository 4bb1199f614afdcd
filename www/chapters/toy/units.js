// @ts-check
// The way from the chapter's plane back to the numbers of the reader's own table. No DOM.

/**
 * A point of the table is point · scale + mean; names of x and y, "" without.
 * @typedef {{ mean: [number, number], scale: number, names: [string, string] }} Units
 */

const DIGITS = 6; // behind those that the scale has: f32 knows no more

/**
 * Points as a table in their own units, a line each under the names of x and y.
 * @param {Float32Array} points
 * @param {Units | null} units null: the plane's own
 */
export function toCsv(points, units) {
  const { mean, scale, names } = units ?? { mean: [0, 0], scale: 1, names: ["", ""] };
  const decimals = Math.min(100, Math.max(0, DIGITS - 1 - Math.floor(Math.log10(scale))));
  const lines = [names.map((name, axis) => quoted(name || "xy"[axis])).join()];
  for (let i = 0; i < points.length; i += 2)
    lines.push([0, 1].map((axis) => (points[i + axis] * scale + mean[axis]).toFixed(decimals)).join());
  return `${lines.join("\n")}\n`;
}

/** @param {string} name */
const quoted = (name) => (/[",\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
