// @ts-check
// <point-cloud>: a cloud of points that is being rebuilt; holds the newest film and shows one of its frames. Two canvases
// lie on each other, since a canvas that was drawn on by WebGPU can never be drawn on in 2-D, and a third over both, which
// the reader points at: "pick" tells the place whose brick is to be followed (detail {x, y}), "unpick" that none is.
import { h } from "../lib/dom.js";
import { drawPath } from "./brick-path.js";
import { Cross } from "./cross.js";
import { Figure, define, fit, palette } from "./figure.js";
import { placeOf } from "./points.js";

/**
 * One rebuild of a cloud, whoever computed it. Positions count from the tower.
 * @typedef {object} Film
 * @property {boolean} onGpu whether it draws by WebGPU
 * @property {(canvas: HTMLCanvasElement, position: number) => void | Promise<void>} draw
 * @property {(position: number) => Promise<Float32Array>} points
 * @property {() => Promise<Float32Array[]>} load the points at every position
 * @property {() => void} free
 */

export class PointCloud extends Figure {
  /** @type {import("./figure.js").Words} */
  static words = {
    label: ["重建的点，t = {t}", "The rebuilt points at t = {t}"],
    none: ["还没有重建的点", "Nothing rebuilt yet"],
    follow: [
      "看一块砖的路：点它；键盘用方向键移动，回车选最近的一块，Esc 收起",
      "Follow a brick: point at it; with the keyboard, arrows move, Enter takes the nearest, Escape stops",
    ],
  };

  static style = `
    point-cloud { display: block; }
    point-cloud .over { cursor: pointer; touch-action: manipulation; }`;

  /** The newest film; put() sets it. @type {Film | null} */ film = null;
  /** t at a position. @type {(position: number) => number} */ timeAt = (position) => position;
  #position = 0;
  /** @type {HTMLCanvasElement} */ #plain = h("canvas", { role: "img" });
  /** @type {HTMLCanvasElement} */ #gpu = h("canvas", { role: "img", hidden: true });

  /** @type {HTMLCanvasElement} */ #over = h("canvas", { class: "over", role: "img", tabindex: 0 });
  #cross = new Cross();
  /** @type {import("./brick-path.js").Path | null} */ #path = null;

  build() {
    this.replaceChildren(h("div", { class: "frame" }, this.main(this.#plain), this.#gpu, this.#over));
    this.#over.addEventListener("click", (event) => this.emit("pick", placeOf(event, this.#over)));
    this.#over.addEventListener("keydown", (event) => this.#key(event));
    for (const type of ["focus", "blur"]) this.#over.addEventListener(type, () => this.#drawOver());
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const moved = this.#cross.move(event);
    const follow = ["Enter", " "].includes(event.key);
    const clear = event.key === "Escape" && this.#path !== null;
    if (!moved && !follow && !clear) return;
    event.preventDefault();
    event.stopPropagation();
    const { x, y } = this.#cross;
    if (follow) this.emit("pick", { x, y });
    if (clear) this.emit("unpick");
    if (moved) this.#drawOver();
  }

  /** The way of a brick that is drawn over the cloud. @param {import("./brick-path.js").Path | null} path */
  set path(path) {
    this.#path = path;
    this.#drawOver();
  }

  #drawOver() {
    if (!this.#over.clientWidth) return;
    const { context, width } = fit(this.#over);
    this.#over.setAttribute("aria-label", this.say("follow"));
    if (this.#over.matches(":focus-visible")) this.#cross.draw(context, width, palette(this)("ink"));
    if (this.#path) drawPath(context, this.#path, width, this);
  }

  /** Takes a new film; the old one is freed. @param {Film | null} film */
  put(film) {
    if (this.film !== film) this.film?.free();
    this.film = film;
    this.emit("film");
    this.drawSoon();
  }

  /** @param {number} position */
  set position(position) {
    this.#position = position;
    this.draw();
  }

  draw() {
    this.#drawOver();
    this.paint();
  }

  /** Draws at once and gives the canvas; a WebGPU canvas keeps its picture only until the next task. */
  async paint() {
    const { film } = this;
    const position = this.#position;
    const canvas = film?.onGpu ? this.#gpu : this.#plain;
    for (const each of [this.#gpu, this.#plain]) each.hidden = each !== canvas;
    canvas.setAttribute("aria-label", this.say(film ? "label" : "none", { t: this.timeAt(position) }));
    try {
      await film?.draw(canvas, position);
    } catch (error) {
      if (this.film === film) this.emit("failed", { error }); // else it was freed while it was being read
    }
    return canvas;
  }
}

define("point-cloud", PointCloud);
