// @ts-check
// <film-strip>: one row of frames of one tape, at even distances along the timeline, drawn by a single present(); over
// each lies a button that jumps there: event "jump" with {tape, position}. After "changed" it wants to be placed again.
import { h } from "../lib/dom.js";
import { Figure, define } from "./figure.js";

/**
 * A chain of frames, whoever computed it. Positions count from the tower, frames in the order of computing.
 * @typedef {object} Tape
 * @property {"demolish" | "build"} direction
 * @property {number} steps
 * @property {number} ready frames 0 … ready exist
 * @property {number} batch
 * @property {{ channels: number, height: number, width: number }} shape of one picture
 * @property {{ t: number, alphaBar: number, sigma: number | null }[]} rows by position
 * @property {(position: number) => number} frameAt
 * @property {(frame: number) => number} positionAt
 * @property {number} reached the last frame that can be shown whole
 * @property {string} mean what is shown as the mean of what x_0 may still be
 * @property {(what: string, frame: number) => boolean} has
 * @property {(canvas: HTMLCanvasElement, columns: number, rows: number) => void} fit
 * @property {(canvas: HTMLCanvasElement, what: string, cells: number[], columns: number) => void} present
 */

const WIDE = 28,
  NARROW = 7; // frames in a row
const narrow = matchMedia("(max-width: 44rem)");

export class FilmStrip extends Figure {
  /** @type {import("./figure.js").Words} */
  static words = {
    frame: ["跳到 t = {t}", "Jump to t = {t}"],
    demolish: ["拆", "down"],
    build: ["建", "up"],
  };
  static style = `
    film-strip { display: block; position: relative; }
    film-strip.unshot { background: var(--inset); } /* its place is kept */
    film-strip.unshot > * { visibility: hidden; }
    film-strip canvas {
      display: block;
      width: 100%;
      aspect-ratio: calc(28 * var(--ratio, 1));
      image-rendering: pixelated;
      filter: var(--picture-filter);
      background: var(--picture-ground);
    }
    .strip-frames {
      position: absolute;
      inset: 0;
      display: grid;
      grid-template-columns: repeat(28, minmax(0, 1fr));
    }
    .strip-frames button { border: solid var(--paper); border-width: 0 1px; }
    .strip-frames button:hover,
    .strip-frames button:focus-visible {
      box-shadow: inset 0 0 0 2px var(--brick), inset 0 0 0 4px var(--paper); /* seen on black and on white */
      outline: none;
    }
    .strip-frames .missing { background: var(--inset); }
    .strip-head {
      position: absolute;
      inset-block: -2px;
      left: calc(var(--edge) + var(--head, 1) * (100% - 2 * var(--edge)));
      border-left: 2px solid var(--brick);
      translate: -1px 0;
      pointer-events: none;
      --edge: calc(50% / 28);
    }
    .strip-head[hidden] { display: none; }
    .strip-name {
      position: absolute;
      right: calc(100% + 0.6rem);
      top: 50%;
      translate: 0 -50%;
      font: 0.85rem / 1 var(--serif);
      color: var(--ink-2);
    }
    @media (max-width: 75rem) {
      .strip-name {
        right: auto;
        left: 0.25rem;
        top: 0;
        translate: none;
        padding: 0.1rem 0.2rem;
        background: var(--paper);
        z-index: 1;
        pointer-events: none;
      }
    }
    @media (max-width: 44rem) {
      film-strip canvas { aspect-ratio: calc(7 * var(--ratio, 1)); }
      .strip-frames { grid-template-columns: repeat(7, minmax(0, 1fr)); }
      .strip-head { --edge: calc(50% / 7); }
    }`;

  /** @type {HTMLCanvasElement} */ #canvas = h("canvas", { "aria-hidden": "true" });
  #frames = h("div", { class: "strip-frames" });
  #name = h("span", { class: "strip-name", "aria-hidden": "true" });
  #head = h("i", { class: "strip-head", hidden: true });
  /** @type {Tape | null} */ #tape = null;
  /** @type {number[]} */ #positions = [];
  #drawn = "";
  #widthChanged = () => {
    this.reword();
    this.emit("changed");
  };

  build() {
    this.append(this.#canvas, this.#frames, this.#head, this.#name);
  }

  connectedCallback() {
    super.connectedCallback();
    narrow.addEventListener("change", this.#widthChanged);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    narrow.removeEventListener("change", this.#widthChanged);
  }

  /** Shows another tape. @param {Tape} tape */
  put(tape) {
    this.#canvas = otherCanvas(this.#canvas, this.#tape, tape);
    this.#tape = tape;
    this.style.setProperty("--ratio", String(tape.shape.width / tape.shape.height));
    this.reword();
  }

  /** Its buttons are made again when the tape, the language or the width changes. */
  reword() {
    const tape = this.#tape;
    if (!tape) return;
    const count = narrow.matches ? NARROW : WIDE;
    this.#name.textContent = this.say(tape.direction);
    this.#positions = Array.from({ length: count }, (_, i) => Math.round((i * tape.steps) / (count - 1)));
    this.#frames.replaceChildren(
      ...this.#positions.map((position) =>
        h("button", {
          type: "button",
          tabindex: -1,
          "aria-label": this.say("frame", { t: tape.rows[position].t }),
          onclick: () => this.emit("jump", { tape, position }),
        }),
      ),
    );
    this.#drawn = "";
  }

  /**
   * Where the reader is, and whether it is this tape that is under the reader's hand.
   * @param {number} position
   * @param {boolean} [active]
   */
  place(position, active = true) {
    const tape = this.#tape;
    const frames = this.#positions.map((at) => tape.frameAt(at));
    const ready = frames.map((frame) => frame <= tape.reached);
    const distance = this.#positions.map((at) => Math.abs(at - position));
    const nearest = distance.indexOf(Math.min(...distance));
    [...this.#frames.children].forEach((button, i) => {
      button.classList.toggle("missing", !ready[i]);
      button.setAttribute("aria-current", String(active && i === nearest));
    });
    this.#head.hidden = !active;
    this.#head.style.setProperty("--head", String(position / tape.steps));
    this.#head.dataset.t = String(tape.rows[position].t);
    const key = [devicePixelRatio, ...ready].join();
    if (key === this.#drawn) return;
    this.#drawn = key;
    tape.fit(this.#canvas, frames.length, 1);
    const cells = frames.flatMap((frame, i) => [ready[i] ? frame : 0, 0]);
    tape.present(this.#canvas, "x_t", cells, frames.length);
  }
}

/**
 * A canvas keeps the kind of context it was first asked for, so another kind of tape needs another canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {object | null} before
 * @param {object} after
 */
export function otherCanvas(canvas, before, after) {
  if (!before || before.constructor === after.constructor) return canvas;
  const fresh = /** @type {HTMLCanvasElement} */ (canvas.cloneNode());
  canvas.replaceWith(fresh);
  return fresh;
}

define("film-strip", FilmStrip);
