// The three pictures: what stands now (x_t), and beside it what the network makes of it (x̂_0 and ε̂). They are drawn
// straight from the source; a picture that does not exist yet says so instead of showing something else.
import { byId } from "../../lib/dom.js";
import { math, mi, mn, sub, hat } from "../../lib/formula.js";
import { say } from "../../lib/words.js";
import { replaceCanvas } from "./strip.js";

const SYMBOLS = {
  x_t: () => sub(mi("x"), mi("t")),
  x_0: () => sub(hat("x"), mn("0")),
  eps: () => hat("ε"),
  tower: () => sub(mi("x"), mn("0")),
};
const IDS = { x_t: "stage-canvas", x_0: "x0-canvas", eps: "eps-canvas" };
const BLANKS = { x_0: "x0-blank", eps: "eps-blank" };

export class Pictures {
  #tape = null;

  /** Draws position `position` of `tape`. */
  draw(tape, position) {
    const frame = tape.frameAt(position);
    const here = tape.rows[position];
    const standing = position === 0 ? "x_t_tower" : position === tape.steps ? "x_t_rubble" : "x_t";
    this.#one(tape, "x_t", frame, say(standing), here.t);
    if (tape.direction === "demolish") {
      // the one who demolishes knows the tower; no network is asked
      this.#one(tape, "x_0", 0, say("x_0_true"), here.t, { from: "x_t", symbol: "tower" });
      this.#one(tape, "eps", null, "", here.t, { blank: say("eps_none") });
    } else {
      const seen = tape.predictionFrame(frame);
      const t = seen >= 0 ? tape.rows[tape.positionAt(seen)].t : null;
      for (const what of ["x_0", "eps"]) {
        const note = t !== null && t !== here.t ? say("made_at", { t }) : null;
        this.#one(tape, what, tape.has(what, seen) ? seen : null, say(what), here.t, { blank: say("not_yet"), note });
      }
    }
    this.#tape = tape;
  }

  #one(tape, what, frame, caption, t, { from = what, symbol = what, blank = null, note = null } = {}) {
    const canvas = replaceCanvas(byId(IDS[what]), this.#tape, tape);
    const cover = BLANKS[what] && byId(BLANKS[what]);
    if (cover) {
      cover.hidden = frame !== null;
      if (frame === null) put(cover, blank);
    }
    canvas.setAttribute("aria-label", frame === null ? blank : say("picture_label", { name: caption, t }));
    put(byId(`${what}-caption`), caption, note);
    const place = byId(`${what}-symbol`);
    if (place.dataset.symbol !== symbol) {
      place.dataset.symbol = symbol;
      place.replaceChildren(math([SYMBOLS[symbol]()]));
    }
    if (frame === null) return;
    const columns = Math.ceil(Math.sqrt(tape.batch));
    tape.fit(canvas, columns, Math.ceil(tape.batch / columns));
    tape.present(canvas, from, Array.from({ length: tape.batch }, (_, image) => [frame, image]).flat(), columns);
  }
}

/** Writes text only when it changed: the captions are looked at on every frame. */
function put(element, text, note = null) {
  const key = note ? `${text}|${note}` : text;
  if (element.dataset.key === key) return;
  element.dataset.key = key;
  element.replaceChildren(text);
  if (!note) return;
  const small = document.createElement("span");
  small.className = "caption-note";
  small.textContent = note;
  element.append(small);
}
