// The pad: shows the points, demolished as far as the timeline says, and is drawn on with mouse, pen, finger or keys.
import { byId, clamp } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { fit, palette, redrawn } from "../../figures/plot.js";
import { alphaBar } from "./schedule.js";
import { RANGE, blend, demolished, drawPoints, normals, radiusFor, thinned } from "./points.js";

const SHOWN = 6000; // points drawn; more only make the picture darker
const SPRAY = 0.16,
  ERASER = 0.22; // radii of the tools, in the units of the points
const EVERY = 40; // ms between two puffs while the pen rests

export class Pad {
  #canvas = byId("toy-pad");
  #noise = new Float32Array();
  #due = 0;
  #pen = null; // {x, y} of a stroke under way
  #cross = { x: 0, y: 0 }; // where the keyboard's pen stands
  erasing = false;

  /** `toTower()` brings the timeline to the points themselves, which alone can be drawn on. */
  constructor(dataset, { position, toTower }) {
    Object.assign(this, { dataset, position, toTower });
    this.#listen();
    redrawn(this.#canvas, () => this.draw());
    dataset.addEventListener("change", () => this.draw());
  }

  draw() {
    this.#due ||= requestAnimationFrame(() => {
      this.#due = 0;
      this.#paint();
    });
  }

  /** What is shown: at most SHOWN points, demolished by the noise that each keeps. */
  shown(share) {
    const points = thinned(this.dataset.points, SHOWN);
    if (share === 1) return points;
    if (this.#noise.length < points.length) this.#noise = normals(2 * SHOWN, 9);
    return demolished(points, this.#noise, share);
  }

  #paint() {
    if (!this.#canvas.clientWidth) return;
    const { context, width } = fit(this.#canvas);
    const colour = palette(this.#canvas);
    const share = alphaBar(this.position());
    const points = this.shown(share);
    drawPoints(context, points, width, {
      colour: `rgb(${blend(colour("brick"), colour("cement"), share)})`,
      radius: radiusFor(points.length / 2),
    });
    if (document.activeElement === this.#canvas && this.#canvas.matches(":focus-visible"))
      this.#drawCross(context, width, colour("ink"));
    this.#canvas.setAttribute("aria-label", say("toy_pad_label", { count: this.dataset.count, t: this.position() }));
  }

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

  #at(event) {
    const box = this.#canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * 2 * RANGE - RANGE,
      y: RANGE - ((event.clientY - box.top) / box.height) * 2 * RANGE,
    };
  }

  #puff({ x, y }, erase) {
    if (erase) this.dataset.erase(x, y, ERASER);
    else this.dataset.spray(x, y, SPRAY, 2);
  }

  #listen() {
    const canvas = this.#canvas;
    let resting = 0,
      erase = false;
    const end = () => {
      if (!this.#pen) return;
      clearInterval(resting);
      this.#pen = null;
      this.dataset.endStroke();
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button > 0 && event.button !== 5) return; // 5: the other end of a pen
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      this.toTower();
      erase = this.erasing || event.button === 5 || event.buttons === 32;
      this.dataset.beginStroke();
      this.#pen = this.#at(event);
      this.#puff(this.#pen, erase);
      resting = setInterval(() => this.#puff(this.#pen, erase), EVERY);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.#pen) return;
      for (const each of event.getCoalescedEvents?.() ?? [event]) this.#stroke(this.#at(each), erase);
    });
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(type, end);
    canvas.addEventListener("keydown", (event) => this.#key(event));
    for (const type of ["focus", "blur"]) canvas.addEventListener(type, () => this.draw());
  }

  /** Along the way from where the pen was, evenly: a fast stroke is as dense as a slow one is long. */
  #stroke(to, erase) {
    const from = this.#pen,
      distance = Math.hypot(to.x - from.x, to.y - from.y),
      puffs = Math.floor(distance / 0.07);
    if (!puffs) return;
    for (let i = 1; i <= puffs; i++)
      this.#puff({ x: from.x + ((to.x - from.x) * i) / puffs, y: from.y + ((to.y - from.y) * i) / puffs }, erase);
    this.#pen = to;
  }

  #key(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const erase = ["Delete", "Backspace"].includes(event.key) || (event.key === " " && this.erasing);
    const undo = event.key === "z" && (event.ctrlKey || event.metaKey);
    if (!move && !erase && !undo && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (undo) return this.dataset.undo();
    if (move) {
      const step = event.shiftKey ? 0.4 : 0.1;
      this.#cross = {
        x: clamp(this.#cross.x + step * move[0], -RANGE, RANGE),
        y: clamp(this.#cross.y + step * move[1], -RANGE, RANGE),
      };
      return this.draw();
    }
    this.toTower();
    this.dataset.beginStroke();
    for (let i = 0; i < 4; i++) this.#puff(this.#cross, erase);
    this.dataset.endStroke();
  }
}
