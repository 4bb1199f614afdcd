// @ts-check
// Who moves the chapter's timeline: the reader's hand, with 拆 and 建 as its reach, and while training each new rebuild,
// which plays by itself. There is one t: whoever moves it, every panel follows.
import { reducedMotion } from "../../lib/dom.js";
import { tell } from "../../lib/events.js";
import { STEPS, timeAt } from "./schedule.js";

/** Event "moved": another position. */
export class Timeline extends EventTarget {
  /** Whether new rebuilds play by themselves. */
  follow = !reducedMotion();
  #line;
  #settings;

  /** @param {import("../../figures/time-line.js").TimeLine} line */
  constructor(line, settings) {
    super();
    this.#line = line;
    this.#settings = settings;
    line.span(STEPS, timeAt);
    line.position = settings.get("toy_at");
    line.addEventListener("seek", () => {
      this.follow = false;
      tell(this, "moved");
      settings.set({ toy_at: this.position });
    });
    line.addEventListener("move", () => tell(this, "moved"));
  }

  get position() {
    return this.#line.position;
  }

  get playing() {
    return this.#line.walking;
  }

  /** The one t. */
  get t() {
    return this.#line.t;
  }

  /** @param {number} position */
  seek(position) {
    this.#line.seek(position);
  }

  /** The reader's 拆. */
  demolish() {
    return this.play(STEPS);
  }

  /** The reader's 建; from now on new rebuilds are to be seen as well. */
  build() {
    this.follow = !reducedMotion();
    return this.play(0);
  }

  /** Walks to `end`, from the other end if it stands there already, or always when `byItself`. @param {number} end */
  async play(end, { byItself = false } = {}) {
    const from = byItself || this.position === end ? STEPS - end : this.position;
    const arrived = await this.#line.walk(end, { from });
    if (arrived && !byItself) this.#settings.set({ toy_at: this.position });
  }
}
