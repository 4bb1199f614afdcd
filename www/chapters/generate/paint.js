// @ts-check
// What the chapter's charts are painted of: curves, bars and a mark at the t of the timeline.

/** @typedef {import("../../figures/plot-axes.js").Plot} Plot */

/** How each sampler's line is drawn wherever it stands: colour and dashes, as colour alone tells too little. */
export const LOOKS = {
  greedy: { shade: "brick", dash: [2, 3] },
  beta: { shade: "cement-ink", dash: [] },
  beta_tilde: { shade: "cement-ink", dash: [7, 4] },
  ddim: { shade: "ink", dash: [] },
  dpm: { shade: "ink", dash: [7, 4] },
};

/**
 * @param {Plot} plot
 * @param {[x: number, y: number][]} points in the axes' values
 * @param {{ shade: string, dash?: number[], wide?: number, dots?: boolean }} look
 */
export function curve({ context, box, x, y, colour }, points, { shade, dash = [], wide = 1.75, dots = false }) {
  context.save();
  context.beginPath();
  context.rect(box.left - 4, box.top - 4, box.right - box.left + 8, box.bottom - box.top + 8);
  context.clip();
  context.strokeStyle = context.fillStyle = colour(shade);
  context.lineWidth = wide;
  context.setLineDash(dash);
  context.beginPath();
  for (const [a, b] of points) context.lineTo(x(a), y(b));
  context.stroke();
  context.restore();
  if (!dots) return;
  context.fillStyle = colour(shade);
  for (const [a, b] of points) dot(context, x(a), y(b), 2);
}

/** @param {CanvasRenderingContext2D} context @param {number} left @param {number} top @param {number} radius */
export function dot(context, left, top, radius) {
  context.beginPath();
  context.arc(left, top, radius, 0, 2 * Math.PI);
  context.fill();
}

/** An upright line. @param {Plot} plot @param {number} at @param {string} shade */
export function upright({ context, box, x, colour }, at, shade) {
  context.fillStyle = colour(shade);
  context.fillRect(Math.round(x(at)), box.top, 1, box.bottom - box.top);
}

/**
 * Bars side by side from the axis up.
 * @param {Plot} plot
 * @param {ArrayLike<number>} heights
 * @param {(i: number) => number} edge the left edge of a bar
 * @param {string} shade
 */
export function bars({ context, box, x, y, colour }, heights, edge, shade) {
  context.fillStyle = colour(shade);
  for (let i = 0; i < heights.length; i++) {
    const top = Math.max(box.top, y(heights[i]));
    context.fillRect(x(edge(i)), top, Math.max(1, x(edge(i + 1)) - x(edge(i)) - 1), box.bottom - top);
  }
}
