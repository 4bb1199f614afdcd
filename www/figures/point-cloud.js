// @ts-check
// <point-cloud>: a cloud of points that is being rebuilt; holds the newest film and shows one of its frames. Two canvases
// lie on each other, since a canvas that was drawn on by WebGPU can never be drawn on in 2-D.
import { h } from "../lib/dom.js";
import { Figure, define } from "./figure.js";

/**
 * One rebuild of a cloud, whoever computed it. Positions count from the tower.
 * @typedef {object} Film
 * @property {boolean} onGpu whether it draws by WebGPU
 * @property {(canvas: HTMLCanvasElement, position: number) => void | Promise<void>} draw
 * @property {(position: number) => Promise<Float32Array>} points
 * @property {() => void} free
 */

export class PointCloud extends Figure {
  /** @type {import("./figure.js").Words} */
  static words = {
    label: ["重建的点，t = {t}", "The rebuilt points at t = {t}"],
    none: ["还没有重建的点", "Nothing rebuilt yet"],
  };

  static style = "point-cloud { display: block; }";

  /** The newest film; put() sets it. @type {Film | null} */ film = null;
  /** t at a position. @type {(position: number) => number} */ timeAt = (position) => position;
  #position = 0;
  /** @type {HTMLCanvasElement} */ #plain = h("canvas", { role: "img" });
  /** @type {HTMLCanvasElement} */ #gpu = h("canvas", { role: "img", hidden: true });

  build() {
    this.replaceChildren(h("div", { class: "frame" }, this.main(this.#plain), this.#gpu));
  }

  /** Takes a new film; the old one is freed. @param {Film | null} film */
  put(film) {
    if (this.film !== film) this.film?.free();
    this.film = film;
    this.drawSoon();
  }

  /** @param {number} position */
  set position(position) {
    this.#position = position;
    this.drawSoon();
  }

  draw() {
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
