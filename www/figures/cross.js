// @ts-check
// The keyboard's pen over a figure of points: a cross that arrow keys move and whoever shows it draws.
import { clamp } from "../lib/dom.js";
import { RANGE } from "./points.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Cross {
  x = 0;
  y = 0;

  /** Goes where an arrow key points; false for other keys. @param {KeyboardEvent} event */
  move({ key, shiftKey }) {
    const way = STEPS[/** @type {keyof typeof STEPS} */ (key)];
    if (!way) return false;
    const step = shiftKey ? 0.4 : 0.1;
    this.x = clamp(this.x + step * way[0], -RANGE, RANGE);
    this.y = clamp(this.y + step * way[1], -RANGE, RANGE);
    return true;
  }

  /**
   * Into a context whose box is `size` CSS pixels wide and high.
   * @param {CanvasRenderingContext2D} context
   * @param {number} size
   * @param {string} style
   */
  draw(context, size, style) {
    const scale = size / (2 * RANGE),
      x = (this.x + RANGE) * scale,
      y = (RANGE - this.y) * scale;
    context.strokeStyle = style;
    context.lineWidth = 1;
    context.beginPath();
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      context.moveTo(x + 3 * dx, y + 3 * dy);
      context.lineTo(x + 11 * dx, y + 11 * dy);
    }
    context.stroke();
  }
}
