// @ts-check
// Real pictures with their classes, to demolish and to choose from.
import { drawBytes, fitExactly } from "./draw-bytes.js";

/** @typedef {{ channels: number, height: number, width: number }} Shape of one picture */

export class Pictures {
  #values;
  #labels;
  #size;

  /** @param {Shape} shape @param {Float32Array} values [n, c, h, w], −1…1 @param {Int32Array} labels one class each */
  constructor(shape, values, labels) {
    this.shape = shape;
    this.#values = values;
    this.#labels = labels;
    this.#size = shape.channels * shape.height * shape.width;
  }

  /** @param {number} i */
  picture(i) {
    return this.#values.slice(i * this.#size, (i + 1) * this.#size);
  }

  /** @param {number} i */
  label(i) {
    return this.#labels[i];
  }

  /** The numbers of those of a class. @param {number} label */
  ofClass(label) {
    return [...this.#labels.keys()].filter((i) => this.#labels[i] === label);
  }

  /** `count` of a class, or of all classes in turn for null; a class with fewer is gone through again. @param {number} count @param {number | null} label */
  several(count, label) {
    const classes = label === null ? [...new Set(this.#labels)].sort((a, b) => a - b) : [label];
    const chosen = Array.from({ length: count }, (_, i) => {
      const those = this.ofClass(classes[i % classes.length]);
      return this.picture(those[Math.floor(i / classes.length) % those.length]);
    });
    const all = new Float32Array(count * this.#size);
    chosen.forEach((picture, i) => all.set(picture, i * this.#size));
    return all;
  }

  /** Draws one as it is, CSS enlarges it. @param {HTMLCanvasElement} canvas @param {number} i */
  draw(canvas, i) {
    const { shape } = this;
    const bytes = Uint8Array.from(this.picture(i), (value) => Math.round((value + 1) * 127.5));
    canvas.classList.toggle("in-colour", shape.channels === 3);
    fitExactly(canvas, 1, 1, shape);
    drawBytes(canvas, () => bytes, [0, 0], 1, shape);
  }
}
