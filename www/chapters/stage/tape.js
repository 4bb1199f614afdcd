// @ts-check
// A tape is one chain of frames on the timeline, whoever computed it. The stage knows only this class: a live chain
// (engine-tape.js) and a recorded one (recording-source.js) both extend it, so that the same controls play both.
//
// Positions count from the tower: 0 is x_0, `steps` is x_T. Frames count in the order of computing: when demolishing
// frame = position, when rebuilding frame = steps − position.
import { boxOf } from "../../lib/canvas.js";

import { damping } from "../../figures/tape-picture.js";

export class Tape {
  direction; // "demolish" | "build"
  steps; // number of steps; there are steps + 1 frames
  batch = 1;
  shape = { channels: 1, height: 28, width: 28 }; // of one picture
  ready = 0; // frames 0 … ready exist
  guidance = 1; // w; 1: none
  /** What is shown as the mean of what x_0 may still be. */
  mean = "x_0_unguided";
  /** What the network answers: "epsilon", "sample" or "v_prediction". */
  prediction = "epsilon";
  rows = []; // by position: {t, alphaBar, sigma}, alphaBar in Ho's sense

  /** Measured, null until a step has been computed here. @returns {number | null} */
  get msPerStep() {
    return null;
  }

  get done() {
    return this.ready >= this.steps;
  }

  /** Whether that mean is shown damped, see figures/tape-picture.js: only ε̂ is divided by ᾱ on its way to x̂_0. */
  get damped() {
    return this.prediction === "epsilon";
  }

  frameAt(position) {
    return this.direction === "demolish" ? position : this.steps - position;
  }

  positionAt(frame) {
    return this.direction === "demolish" ? frame : this.steps - frame;
  }

  /** The last frame that can be shown whole: x_t and, where a network is asked, what it says of it. */
  get reached() {
    return this.direction === "demolish" || this.done ? this.ready : this.ready - 1;
  }

  /** How many more frames must be computed before `frame` can be shown whole. */
  needs(frame) {
    const last = this.direction === "demolish" ? frame : Math.min(frame + 1, this.steps);
    return Math.max(0, last - this.ready);
  }

  /** Computes up to `count` more frames. Never more than one call at a time. */
  async advance(count) {
    throw new Error(`${this.constructor.name}.advance(${count}) is missing`);
  }

  /** Gives the canvas the resolution for a grid of pictures: whole multiples, at least as fine as the screen. */
  fit(canvas, columns, rows) {
    const { height, width } = this.shape;
    const box = boxOf(canvas);
    const scale = Math.max(1, Math.ceil((box.width * box.scale) / (columns * width)));
    if (canvas.width !== columns * width * scale) canvas.width = columns * width * scale;
    if (canvas.height !== rows * height * scale) canvas.height = rows * height * scale;
  }

  /** Resolves when everything of `frame` can be drawn at once, so that no panel is behind another. */
  fetch(frame) {
    return Promise.resolve(frame);
  }

  /** What the values are multiplied by before −1…1 becomes black…white. */
  scale(what, frame) {
    if (what === "eps") return 1 / 3; // ±3 standard deviations
    return what === this.mean && this.damped ? damping(this.rows[this.positionAt(frame)].alphaBar) : 1;
  }

  /** Draws `what` ("x_t" | "x_0" | "eps" | "x_0_unguided") of cells [frame, image, frame, image, …] into a grid on the canvas. */
  present(canvas, what, cells, columns) {
    throw new Error(`${this.constructor.name}.present(${canvas}, ${what}, ${cells}, ${columns}) is missing`);
  }

  /** Resolves when everything asked of present() is on its canvas. */
  drawn() {
    return Promise.resolve();
  }

  /** The pictures of one frame as Float32Array [batch, channels, height, width]. */
  async read(frame) {
    throw new Error(`${this.constructor.name}.read(${frame}) is missing`);
  }

  free() {}
}
