// @ts-check
// <point-pad>: shows points and is drawn on with mouse, pen, finger or keys. It keeps no points: what the reader does is
// told in "begin", "spray" and "erase" (detail {x, y, radius}), "end" and "undo", and show() is given what came of it. A
// place whose brick is to be followed is told in "pick" (detail {x, y}), that none is in "unpick".
import { h } from "../lib/dom.js";
import { drawPath } from "./brick-path.js";
import { Cross } from "./cross.js";
import { Figure, define, palette } from "./figure.js";
import { paintPoints, placeOf } from "./points.js";

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
      "要学的 {count} 个点，拆到 t = {t}。可以用鼠标、笔或手指画；键盘用方向键移动，空格撒砖，退格键擦除，Ctrl+Z 撤销，回车看最近一块砖的路，Esc 收起",
      "{count} points to learn from, demolished to t = {t}. Draw with mouse, pen or finger; with the keyboard, arrows move, Space sprays, Backspace erases, Ctrl+Z undoes, Enter follows the nearest brick, Escape stops that",
    ],
  };
  static style = `
    point-pad { display: block; }
    point-pad canvas { cursor: crosshair; touch-action: none; }`;

  /** What the pen does. @type {"spray" | "erase" | "follow"} */
  tool = "spray";
  /** @type {HTMLCanvasElement} */ #canvas = h("canvas", { role: "img", tabindex: 0 });
  /** @type {{ points: Float32Array, share: number, count: number, t: number }} */
  #shown = { points: new Float32Array(), share: 1, count: 0, t: 0 };
  /** Of a stroke under way: where it is, whether it erases, and its timer. @type {Place & { erase: boolean, timer: ReturnType<typeof setInterval> } | null} */
  #pen = null;
  #cross = new Cross();
  /** @type {import("./brick-path.js").Path | null} */ #path = null;

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

  /** The way of a brick that is drawn over the points. @param {import("./brick-path.js").Path | null} path */
  set path(path) {
    this.#path = path;
    this.draw();
  }

  draw() {
    if (!this.#canvas.clientWidth) return;
    const { points, share, count, t } = this.#shown;
    const { context, width } = paintPoints(this.#canvas, points, share);
    if (document.activeElement === this.#canvas && this.#canvas.matches(":focus-visible"))
      this.#cross.draw(context, width, palette(this)("ink"));
    if (this.#path) drawPath(context, this.#path, width, this);
    this.#canvas.setAttribute("aria-label", this.say("label", { count, t }));
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
    if (this.tool === "follow") return this.emit("pick", placeOf(event, this.#canvas));
    this.#canvas.setPointerCapture(event.pointerId);
    this.emit("begin");
    const erase = this.tool === "erase" || event.button === 5 || event.buttons === 32;
    const timer = setInterval(() => this.#pen && this.#puff(this.#pen, erase), EVERY);
    this.#pen = { ...placeOf(event, this.#canvas), erase, timer };
    this.#puff(this.#pen, erase);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#pen) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) this.#stroke(placeOf(each, this.#canvas));
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
    const { key } = event;
    const moved = this.#cross.move(event);
    const follow = key === "Enter" || (key === " " && this.tool === "follow");
    const erase = ["Delete", "Backspace"].includes(key) || (key === " " && this.tool === "erase");
    const undo = key === "z" && (event.ctrlKey || event.metaKey);
    const clear = key === "Escape" && this.#path !== null;
    if (!moved && !follow && !erase && !undo && !clear && key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (moved) return this.drawSoon();
    if (undo) return this.emit("undo");
    if (clear) return this.emit("unpick");
    const { x, y } = this.#cross;
    if (follow) return this.emit("pick", { x, y });
    this.emit("begin");
    for (let i = 0; i < PUFFS; i++) this.#puff({ x, y }, erase);
    this.emit("end");
  }
}

define("point-pad", PointPad);
