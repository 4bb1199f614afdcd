// @ts-check
// <tape-picture what="x_t | x_0 | eps">: one picture of a tape at one moment, with its symbol and caption: what stands
// now, or what the network makes of it. It is drawn straight from the tape; a picture that does not exist yet says so
// instead of showing something else. Whatever stands inside the figure comes to lie on the picture.
import { h } from "../lib/dom.js";
import { hat, math, mi, mn, sub } from "../lib/formula.js";
import { Figure, define } from "./figure.js";
import { otherCanvas } from "./film-strip.js";

/** @typedef {import("./film-strip.js").Tape} Tape */

/** @type {Record<string, () => Element>} */
const SYMBOLS = {
  x_t: () => sub(mi("x"), mi("t")),
  x_0: () => sub(hat("x"), mn("0")),
  eps: () => hat("ε"),
  tower: () => sub(mi("x"), mn("0")),
};

export class TapePicture extends Figure {
  /** @type {import("./figure.js").Words} */
  static words = {
    x_t: ["眼前的画面", "What stands now"],
    tower: ["楼", "The tower"],
    rubble: ["一地砖瓦", "Rubble"],
    x_0: ["网络猜的楼", "Guessed tower"],
    eps: ["网络猜的噪声", "Guessed noise"],
    x_0_true: ["原来的楼", "The tower it was"],
    eps_none: ["拆的时候用不着网络", "Demolition needs no network"],
    not_yet: ["还没走到这一步", "Not computed yet"],
    made_at: ["t = {t} 时的判断", "as seen at t = {t}"],
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
    tape-picture figcaption .symbol { color: var(--ink); font-size: 1.1rem; margin-right: 0.3em; }
    .caption-note { display: block; font-size: 0.78rem; }`;

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
    const { symbol, caption, frame, blank = "", note = "" } = content;
    const { t } = tape.rows[this.#position];
    const label = frame === null ? blank : this.say("label", { name: caption, t });
    this.#canvas.setAttribute("aria-label", label);
    this.#blank.hidden = frame !== null;
    const key = [symbol, caption, blank, note].join("|");
    if (key === this.#written) return content;
    this.#written = key;
    this.#blank.textContent = blank;
    this.#symbol.replaceChildren(math([SYMBOLS[symbol]()]));
    this.#caption.replaceChildren(caption, ...(note ? [h("span", { class: "caption-note" }, note)] : []));
    return content;
  }

  /**
   * @param {Tape} tape
   * @returns {{ from: string, frame: number | null, symbol: string, caption: string, blank?: string, note?: string }}
   */
  #content(tape) {
    const what = this.getAttribute("what") ?? "x_t";
    const position = this.#position;
    const frame = tape.frameAt(position);
    if (what === "x_t") {
      const standing = position === 0 ? "tower" : position === tape.steps ? "rubble" : "x_t";
      return { from: "x_t", frame, symbol: "x_t", caption: this.say(standing) };
    }
    if (tape.direction === "demolish") {
      // the one who demolishes knows the tower; no network is asked
      if (what === "x_0") return { from: "x_t", frame: 0, symbol: "tower", caption: this.say("x_0_true") };
      return { from: what, frame: null, symbol: what, caption: "", blank: this.say("eps_none") };
    }
    const seen = tape.predictionFrame(frame);
    const t = seen >= 0 ? tape.rows[tape.positionAt(seen)].t : null;
    const note = t !== null && t !== tape.rows[position].t ? this.say("made_at", { t }) : "";
    const caption = this.say(what);
    if (tape.has(what, seen)) return { from: what, frame: seen, symbol: what, caption, note };
    return { from: what, frame: null, symbol: what, caption, blank: this.say("not_yet"), note };
  }
}

define("tape-picture", TapePicture);
