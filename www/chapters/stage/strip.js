// One row of the film strip: frames of one tape at even distances along the timeline, drawn from the cache by a single
// present(); over each lies a button that jumps there.
import { h } from "../../lib/dom.js";
import { say } from "../../lib/words.js";

const WIDE = 14,
  NARROW = 7; // as in timeline.css
const narrow = matchMedia("(max-width: 52rem)");
narrow.addEventListener("change", () => dispatchEvent(new Event("chailou:strip")));

export class Strip {
  #canvas = h("canvas", { "aria-hidden": "true" });
  #frames = h("div", { class: "strip-frames" });
  #name = h("span", { class: "strip-name", "aria-hidden": "true" });
  #tape = null;
  #drawn = "";

  constructor(onJump) {
    this.onJump = onJump;
    this.element = h("div", { class: "strip" }, this.#canvas, this.#frames, this.#name);
  }

  /** Shows `tape`; its buttons are made again only when the tape, the language or the width changes. */
  put(tape) {
    const count = narrow.matches ? NARROW : WIDE;
    this.#name.textContent = say(tape.direction === "demolish" ? "row_demolish" : "row_build");
    this.positions = Array.from({ length: count }, (_, i) => Math.round((i * tape.steps) / (count - 1)));
    this.#frames.replaceChildren(
      ...this.positions.map((position) =>
        h("button", {
          type: "button",
          tabindex: -1,
          "aria-label": say("strip_frame", { t: tape.rows[position].t }),
          onclick: () => this.onJump(tape, position),
        }),
      ),
    );
    if (tape !== this.#tape) this.#canvas = replaceCanvas(this.#canvas, this.#tape, tape);
    this.#tape = tape;
    this.#drawn = "";
  }

  draw(position, active) {
    const tape = this.#tape;
    const frames = this.positions.map((at) => tape.frameAt(at));
    const ready = frames.map((frame) => frame <= tape.ready);
    let nearest = 0;
    this.positions.forEach((at, i) => {
      if (Math.abs(at - position) < Math.abs(this.positions[nearest] - position)) nearest = i;
      this.#frames.children[i].classList.toggle("missing", !ready[i]);
    });
    [...this.#frames.children].forEach((button, i) =>
      button.setAttribute("aria-current", String(active && i === nearest)),
    );
    const key = ready.join();
    if (key === this.#drawn) return;
    this.#drawn = key;
    tape.fit(this.#canvas, frames.length, 1);
    tape.present(
      this.#canvas,
      "x_t",
      frames.flatMap((frame, i) => [ready[i] ? frame : 0, 0]),
      frames.length,
    );
  }
}

/** A canvas keeps the kind of context it was first asked for, so another kind of tape needs another canvas. */
export function replaceCanvas(canvas, before, after) {
  if (!before || before.constructor === after.constructor) return canvas;
  const fresh = canvas.cloneNode();
  canvas.replaceWith(fresh);
  return fresh;
}
