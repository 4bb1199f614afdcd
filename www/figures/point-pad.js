// @ts-check
// <point-pad>: shows points and is drawn on with mouse, pen, finger or keys. It keeps no points: what the reader does is
// told in "begin", "spray" and "erase" (detail {x, y, radius}), "end" and "undo", and show() is given what came of it.
import { clamp, h } from "../lib/dom.js";
import { Figure, define, palette } from "./figure.js";
import { RANGE, paintPoints } from "./points.js";

const SPRAY = 0.16,
  ERASER = 0.22; // radii of the tools, in the units of the points
const EVERY = 40; // ms between two puffs while the pen rests
const APART = 0.07; // between two puffs of a stroke
const PUFFS = 4; // of one press of a key

/** @typedef {{ x: number, y: number }} Place */

export class PointPad extends Figure {
  /** @type {import("./figure.js").Words} */
  static words = {
    label: [
      "要学的 {count} 个点，拆到 t = {t}。可以用鼠标、笔或手指画；键盘用方向键移动，空格撒砖，退格键擦除，Ctrl+Z 撤销",
      "{count} points to learn from, demolished to t = {t}. Draw with mouse, pen or finger; with the keyboard, arrows move, Space sprays, Backspace erases, Ctrl+Z undoes",
    ],
  };
  static style = `
    point-pad { display: block; }
    point-pad canvas { cursor: crosshair; touch-action: none; }`;

  /** Whether the pen erases. */
  erasing = false;
  /** @type {HTMLCanvasElement} */ #canvas = h("canvas", { role: "img", tabindex: 0 });
  /** @type {{ points: Float32Array, share: number, count: number, t: number }} */
  #shown = { points: new Float32Array(), share: 1, count: 0, t: 0 };
  /** Of a stroke under way: where it is, whether it erases, and its timer. @type {Place & { erase: boolean, timer: ReturnType<typeof setInterval> } | null} */
  #pen = null;
  #cross = { x: 0, y: 0 }; // where the keyboard's pen stands

  build() {
    const canvas = this.main(this.#canvas);
    this.replaceChildren(h("div", { class: "frame" }, canvas));
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"])
      canvas.addEventListener(type, () => this.#end());
    canvas.addEventListener("keydown", (event) => this.#key(event));
    for (const type of ["focus", "blur"]) canvas.addEventListener(type, () => this.drawSoon());
  }

  /**
   * Shows `points`, of which `share` (Ho's ᾱ) stands for the tower at time t; `count` is what a reader is told.
   * @param {Float32Array} points
   * @param {{ share: number, count: number, t: number }} moment
   */
  show(points, { share, count, t }) {
    this.#shown = { points, share, count, t };
    this.drawSoon();
  }

  draw() {
    if (!this.#canvas.clientWidth) return;
    const { points, share, count, t } = this.#shown;
    const { context, width } = paintPoints(this.#canvas, points, share);
    if (document.activeElement === this.#canvas && this.#canvas.matches(":focus-visible"))
      this.#drawCross(context, width, palette(this)("ink"));
    this.#canvas.setAttribute("aria-label", this.say("label", { count, t }));
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} width
   * @param {string} style
   */
  #drawCross(context, width, style) {
    const scale = width / (2 * RANGE),
      x = (this.#cross.x + RANGE) * scale,
      y = (RANGE - this.#cross.y) * scale;
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

  /** @param {{ clientX: number, clientY: number }} event @returns {Place} */
  #at({ clientX, clientY }) {
    const box = this.#canvas.getBoundingClientRect();
    return {
      x: ((clientX - box.left) / box.width) * 2 * RANGE - RANGE,
      y: RANGE - ((clientY - box.top) / box.height) * 2 * RANGE,
    };
  }

  /** @param {Place} place @param {boolean} erase */
  #puff({ x, y }, erase) {
    this.emit(erase ? "erase" : "spray", { x, y, radius: erase ? ERASER : SPRAY });
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (event.button > 0 && event.button !== 5) return; // 5: the other end of a pen
    event.preventDefault();
    this.#canvas.focus({ preventScroll: true });
    this.#canvas.setPointerCapture(event.pointerId);
    this.emit("begin");
    const erase = this.erasing || event.button === 5 || event.buttons === 32;
    const timer = setInterval(() => this.#pen && this.#puff(this.#pen, erase), EVERY);
    this.#pen = { ...this.#at(event), erase, timer };
    this.#puff(this.#pen, erase);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#pen) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) this.#stroke(this.#at(each));
  }

  #end() {
    if (!this.#pen) return;
    clearInterval(this.#pen.timer);
    this.#pen = null;
    this.emit("end");
  }

  /** Along the way from where the pen was, evenly: a fast stroke is as dense as a slow one is long. @param {Place} to */
  #stroke(to) {
    const from = this.#pen;
    const puffs = Math.floor(Math.hypot(to.x - from.x, to.y - from.y) / APART);
    if (!puffs) return;
    for (let i = 1; i <= puffs; i++) {
      const [x, y] = [from.x + ((to.x - from.x) * i) / puffs, from.y + ((to.y - from.y) * i) / puffs];
      this.#puff({ x, y }, from.erase);
    }
    this.#pen = { ...from, ...to };
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const erase = ["Delete", "Backspace"].includes(event.key) || (event.key === " " && this.erasing);
    const undo = event.key === "z" && (event.ctrlKey || event.metaKey);
    if (!move && !erase && !undo && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (undo) return this.emit("undo");
    if (move) {
      const step = event.shiftKey ? 0.4 : 0.1;
      const [x, y] = [this.#cross.x + step * move[0], this.#cross.y + step * move[1]];
      this.#cross = { x: clamp(x, -RANGE, RANGE), y: clamp(y, -RANGE, RANGE) };
      return this.drawSoon();
    }
    this.emit("begin");
    for (let i = 0; i < PUFFS; i++) this.#puff(this.#cross, erase);
    this.emit("end");
  }
}

define("point-pad", PointPad);
