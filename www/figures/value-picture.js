// @ts-check
// <value-picture>: numbers as a picture, −1 black and 1 white; what lies beyond is black or white too. With `pick`, the
// reader marks a pixel by pointer or arrow keys, which is told in "pick" (detail {pixel}); `mark` shows one.
import { placeIn } from "../lib/canvas.js";
import { clamp, h } from "../lib/dom.js";
import { Figure, define, nameDrawing } from "./figure.js";

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class ValuePicture extends Figure {
  /** @type {import("./figure.js").Words} */
  static words = {
    pixel: ["{label}；标出的是第 {column} 列第 {row} 行", "{label}; marked: column {column}, row {row}"],
  };
  static style = `
    value-picture { display: block; min-width: 0; }
    value-picture canvas { image-rendering: pixelated; }
    value-picture[pick] canvas { cursor: crosshair; }
    value-picture i {
      position: absolute;
      box-sizing: content-box;
      border: 2px solid var(--paper);
      outline: 2px solid var(--ink);
      pointer-events: none;
      translate: -2px -2px;
    }
    value-picture i[hidden] { display: none; }`;

  /** @type {HTMLCanvasElement} */ #canvas = h("canvas");
  #box = h("i", { hidden: true });
  /** @type {ArrayLike<number>} */ #values = new Float64Array();
  #size = 1;
  #label = "";
  #mark = -1;

  build() {
    this.replaceChildren(h("div", { class: "frame" }, this.main(this.#canvas), this.#box));
    if (!this.hasAttribute("pick")) return;
    this.#canvas.tabIndex = 0;
    this.#canvas.addEventListener("pointerdown", (event) => {
      const { x, y } = placeIn(this.#canvas, event);
      this.#pick(Math.floor(x * this.#size), Math.floor(y * this.#size));
    });
    this.#canvas.addEventListener("keydown", (event) => {
      const way = WAYS[/** @type {keyof typeof WAYS} */ (event.key)];
      if (!way) return;
      event.preventDefault();
      const at = Math.max(0, this.#mark);
      this.#pick((at % this.#size) + way[0], Math.floor(at / this.#size) + way[1]);
    });
  }

  /**
   * @param {ArrayLike<number>} values planes [channels, size, size] of one channel or three
   * @param {number} size
   * @param {string} label what a screen reader says
   */
  show(values, size, label) {
    this.#values = values;
    this.#size = size;
    this.#label = label;
    this.draw();
  }

  /** The number of the marked pixel, row by row; −1: none. @param {number} pixel */
  set mark(pixel) {
    this.#mark = pixel;
    this.#place();
  }

  /** @param {number} column @param {number} row */
  #pick(column, row) {
    const last = this.#size - 1;
    this.emit("pick", { pixel: clamp(row, 0, last) * this.#size + clamp(column, 0, last) });
  }

  #place() {
    const [size, mark] = [this.#size, this.#mark];
    this.#box.hidden = mark < 0;
    const [column, row] = [mark % size, Math.floor(mark / size)];
    const percent = (/** @type {number} */ part) => `${(100 * part) / size}%`;
    Object.assign(this.#box.style, { left: percent(column), top: percent(row), width: percent(1), height: percent(1) });
    const place = { label: this.#label, column: column + 1, row: row + 1 };
    nameDrawing(this.#canvas, mark < 0 ? this.#label : this.say("pixel", place));
  }

  draw() {
    const [size, values, canvas] = [this.#size, this.#values, this.#canvas];
    const area = size * size;
    if (canvas.width !== size) Object.assign(canvas, { width: size, height: size });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const image = context.createImageData(size, size);
    for (let i = 0; i < area; i++) {
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = 127.5 * (values[values.length > area ? c * area + i : i] + 1);
      image.data[4 * i + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    this.#place();
  }
}

define("value-picture", ValuePicture);
