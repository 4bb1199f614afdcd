// @ts-check
// The drawing pad. Mouse, pen and touch draw freely; on the keyboard the arrows move a pen over a grid of 14×14 and the
// space bar sets it down or lifts it. Beside it stands what the network will be given.
import { fit, redrawn } from "../../figures/figure.js";
import { placeIn } from "../../lib/canvas.js";
import { byId, clamp } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { picture, PIXELS, show } from "./strokes.js";

const GRID = 14; // the keyboard's pen stands in the middle of such a cell

export class Pad {
  #canvas = byId("teach-pad");
  #cursor = byId("teach-cursor");
  #strokes = [];
  #current = null; // the stroke that a pointer or the keyboard's pen is drawing
  #cell = [6, 6];
  #down = false; // whether the keyboard's pen touches the paper
  #drawing = 0;

  /** `onChange()` after every change; `onEnter()` when the keyboard asks to add; `announce(text)` is read aloud. */
  constructor({ onChange, onEnter, announce }) {
    this.onChange = onChange;
    this.onEnter = onEnter;
    this.announce = announce;
    const canvas = this.#canvas;
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel"]) canvas.addEventListener(type, (event) => this.#end(event));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => this.#lift());
    redrawn(canvas, () => this.#draw());
    this.#draw();
  }

  get empty() {
    return !this.#strokes.length;
  }

  /** The drawing as the network sees it, null when there is none. */
  picture() {
    return picture(this.#strokes);
  }

  clear() {
    this.#strokes = [];
    this.#current = null;
    this.#lift();
    this.#changed();
  }

  put(strokes) {
    this.clear();
    this.#strokes = strokes;
    this.#changed();
  }

  #point(event) {
    const { x, y } = placeIn(this.#canvas, event);
    return [clamp(x, 0, 1), clamp(y, 0, 1)];
  }

  #begin(event) {
    if (event.button !== 0 || this.#current) return; // a second finger draws nothing
    event.preventDefault();
    this.#canvas.focus({ preventScroll: true });
    this.#lift();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#current = { pointer: event.pointerId, stroke: [this.#point(event)] };
    this.#strokes.push(this.#current.stroke);
    this.#canvas.dataset.by = "pointer";
    this.#changed();
  }

  #move(event) {
    if (this.#current?.pointer !== event.pointerId) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) this.#current.stroke.push(this.#point(each));
    this.#changed();
  }

  #end(event) {
    if (this.#current?.pointer === event.pointerId) this.#current = null;
  }

  #lift() {
    if (!this.#down) return;
    this.#down = false;
    this.#current = null;
    this.#showCursor();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) this.#walk(step);
    else if (event.key === " ") this.#toggle();
    else if (event.key === "Enter") this.onEnter();
    else if (event.key === "Backspace") this.#takeBack();
    else if (event.key === "Escape") this.#lift();
    else return;
    event.preventDefault();
    this.#canvas.dataset.by = "keyboard";
    this.#showCursor();
  }

  get #here() {
    return this.#cell.map((at) => (at + 0.5) / GRID);
  }

  #walk([right, down]) {
    this.#cell = [clamp(this.#cell[0] + right, 0, GRID - 1), clamp(this.#cell[1] + down, 0, GRID - 1)];
    if (this.#down) {
      this.#current.stroke.push(this.#here);
      this.#changed();
    }
    this.announce(say("teach_pen_at", { column: this.#cell[0] + 1, row: this.#cell[1] + 1 }));
  }

  #toggle() {
    if (this.#down) this.#lift();
    else {
      this.#down = true;
      this.#current = { pointer: null, stroke: [this.#here] };
      this.#strokes.push(this.#current.stroke);
      this.#changed();
    }
    this.announce(say(this.#down ? "teach_pen_down" : "teach_pen_up"));
  }

  #takeBack() {
    this.#lift();
    this.#strokes.pop();
    this.#changed();
  }

  #showCursor() {
    const [x, y] = this.#here;
    this.#cursor.style.left = `${100 * x}%`;
    this.#cursor.style.top = `${100 * y}%`;
    this.#cursor.classList.toggle("down", this.#down);
  }

  #changed() {
    cancelAnimationFrame(this.#drawing);
    this.#drawing = requestAnimationFrame(() => this.#draw());
    this.onChange();
  }

  #draw() {
    const { context, width: side } = fit(this.#canvas);
    context.fillStyle = "black"; // white on black as in the data; CSS turns it into ink on paper where the page is light
    context.fillRect(0, 0, side, side);
    Object.assign(context, { strokeStyle: "white", lineWidth: 0.075 * side, lineCap: "round", lineJoin: "round" });
    for (const stroke of this.#strokes) {
      context.beginPath();
      stroke.forEach(([x, y], i) => (i ? context.lineTo(x * side, y * side) : context.moveTo(x * side, y * side)));
      // a tap; a line of no length at all would not be drawn
      if (stroke.length === 1) context.lineTo(stroke[0][0] * side + 0.01, stroke[0][1] * side);
      context.stroke();
    }
    show(byId("teach-seen"), this.picture() ?? new Float32Array(PIXELS).fill(-1));
  }
}
