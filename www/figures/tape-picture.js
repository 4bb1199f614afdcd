// @ts-check
// <tape-picture what="x_t | mean | eps">: one picture of a tape at one moment, with its symbol and caption: what stands
// now, or what the network makes of it. It is drawn straight from the tape; a picture that does not exist says so
// instead of showing another moment's. Whatever stands inside the figure comes to lie on the picture.
import { h } from "../lib/dom.js";
import { hat, math, mi, mn, sub, tilde } from "../lib/formula.js";
import { Figure, define } from "./figure.js";
import { otherCanvas } from "./film-strip.js";

/** @typedef {import("./film-strip.js").Tape} Tape */

/** By how much a network's ε̂ is taken to be off, of a deviation of 1. */
export const OFF = 0.02;

/**
 * What x̂_0 is multiplied by where it is shown as the mean of what x_0 may still be. x̂_0 = (x_t − β̄ε̂)/ᾱ, so ε̂'s error
 * becomes δ = 0.02 β̄/ᾱ, which is 2.6 near x_T. Of a pixel with mean square 1, seen with an error of deviation δ, the
 * best linear estimate is the 1/(1 + δ²)th part (Wiener's).
 * @param {number} alphaBar Ho's ᾱ
 */
export const damping = (alphaBar) => alphaBar / (alphaBar + OFF * OFF * (1 - alphaBar));

/** @type {Record<string, () => Element>} */
const SYMBOLS = {
  x_t: () => sub(mi("x"), mi("t")),
  mean: () => sub(tilde("x"), mn("0")),
  eps: () => hat("ε"),
  tower: () => sub(mi("x"), mn("0")),
};

export class TapePicture extends Figure {
  /** @type {import("./figure.js").Words} */
  static words = {
    x_t: ["眼前的画面", "What stands now"],
    tower: ["楼", "The tower"],
    rubble: ["一地砖瓦", "Rubble"],
    mean: ["可能的楼", "What may still stand"],
    eps: ["网络猜的噪声", "Guessed noise"],
    x_0_true: ["原来的楼", "The tower it was"],
    mean_end: ["不用再猜了", "Nothing left to guess"],
    eps_end: ["噪声已经去尽", "No noise is left"],
    eps_none: ["拆的时候用不着网络", "Demolition needs no network"],
    not_yet: ["还没走到这一步", "Not computed yet"],
    label: ["{name}，t = {t}", "{name}, t = {t}"],
  };
  static style = `
    tape-picture { display: block; min-width: 0; }
    tape-picture canvas { object-fit: contain; image-rendering: pixelated; filter: var(--picture-filter); }
    tape-picture .blank {
      position: absolute;
      inset: 0;
      display: grid;
      place-content: center;
      text-align: center;
      padding: 1rem;
      background: var(--inset);
      color: var(--ink-2);
      font: 0.85rem / 1.5 var(--sans);
      text-wrap: balance;
    }
    tape-picture .blank[hidden] { display: none; }
    tape-picture figcaption .symbol { color: var(--ink); font-size: 1.1rem; margin-right: 0.3em; }`;

  /** @type {HTMLCanvasElement} */ #canvas = h("canvas", { role: "img" });
  #blank = h("p", { class: "blank", hidden: true });
  #symbol = h("span", { class: "symbol" });
  #caption = h("span");
  #written = ""; // captions are looked at on every frame and written only when they change
  /** @type {Tape | null} */ #tape = null;
  #position = 0;

  build() {
    const given = [...this.childNodes];
    this.setAttribute("role", "figure");
    this.replaceChildren(
      h("div", { class: "frame" }, this.main(this.#canvas), this.#blank, given),
      h("figcaption", {}, this.#symbol, " ", this.#caption),
    );
  }

  /** Shows a position of a tape. @param {Tape} tape @param {number} position */
  show(tape, position) {
    this.#canvas = otherCanvas(this.#canvas, this.#tape, tape);
    this.#tape = tape;
    this.#position = position;
    const { from, frame } = this.#write(tape);
    if (frame === null) return;
    const columns = Math.ceil(Math.sqrt(tape.batch));
    tape.fit(this.#canvas, columns, Math.ceil(tape.batch / columns));
    const cells = Array.from({ length: tape.batch }, (_, image) => [frame, image]).flat();
    tape.present(this.#canvas, from, cells, columns);
  }

  reword() {
    this.#written = "";
    if (this.#tape) this.#write(this.#tape);
  }

  /** What is drawn, or why nothing is, in words. @param {Tape} tape */
  #write(tape) {
    const content = this.#content(tape);
    const { symbol, caption, frame, blank = "" } = content;
    const { t } = tape.rows[this.#position];
    this.dataset.t = String(t);
    const label = frame === null ? blank : this.say("label", { name: caption, t });
    this.#canvas.setAttribute("aria-label", label);
    this.#blank.hidden = frame !== null;
    const key = [symbol, caption, blank].join("|");
    if (key === this.#written) return content;
    this.#written = key;
    this.#blank.textContent = blank;
    this.#symbol.replaceChildren(math([SYMBOLS[symbol]()]));
    this.#caption.textContent = caption;
    return content;
  }

  /**
   * @param {Tape} tape
   * @returns {{ from: string, frame: number | null, symbol: string, caption: string, blank?: string }}
   */
  #content(tape) {
    const what = this.getAttribute("what") ?? "x_t";
    const position = this.#position;
    const frame = tape.frameAt(position);
    if (what === "x_t") {
      const standing = position === 0 ? "tower" : position === tape.steps ? "rubble" : "x_t";
      return { from: "x_t", frame, symbol: "x_t", caption: this.say(standing) };
    }
    const symbol = what;
    if (tape.direction === "demolish") {
      // the one who demolishes knows the tower; no network is asked
      if (what === "mean") return { from: "x_t", frame: 0, symbol: "tower", caption: this.say("x_0_true") };
      return { from: what, frame: null, symbol, caption: "", blank: this.say("eps_none") };
    }
    if (position === 0) {
      // x_0 stands, and the network is not asked about it
      if (what === "mean") return { from: "x_t", frame, symbol: "tower", caption: this.say("mean_end") };
      return { from: what, frame: null, symbol, caption: "", blank: this.say("eps_end") };
    }
    const from = what === "mean" ? tape.mean : what;
    const caption = this.say(what);
    if (tape.has(from, frame)) return { from, frame, symbol, caption };
    return { from, frame: null, symbol, caption, blank: this.say("not_yet") };
  }
}

define("tape-picture", TapePicture);
