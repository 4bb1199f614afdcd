// @ts-check
// Who moves the chapter's timeline: the reader's hand, with 拆 and 建 as its reach, moves points and cloud together; while
// training, new rebuilds play by themselves and move the cloud only.
import { reducedMotion } from "../../lib/dom.js";
import { tell } from "../../lib/events.js";
import { STEPS, timeAt } from "./schedule.js";

/** Event "moved" with {byItself}: another position; byItself when a rebuild plays during training. */
export class Timeline extends EventTarget {
  /** Whether new rebuilds play by themselves. */
  follow = !reducedMotion();
  #line;
  #settings;
  #byItself = false;

  /** @param {import("../../figures/time-line.js").TimeLine} line */
  constructor(line, settings) {
    super();
    this.#line = line;
    this.#settings = settings;
    line.span(STEPS, timeAt);
    line.position = settings.get("toy_at");
    line.addEventListener("seek", () => {
      this.follow = false;
      this.#moved(false);
      settings.set({ toy_at: this.position });
    });
    line.addEventListener("move", () => this.#moved(this.#byItself));
  }

  get position() {
    return this.#line.position;
  }

  get playing() {
    return this.#line.walking;
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

  /** Walks to `end`, from the other end if it stands there already. @param {number} end */
  async play(end, { byItself = false } = {}) {
    this.#byItself = byItself;
    const from = byItself || this.position === end ? STEPS - end : this.position;
    const arrived = await this.#line.walk(end, { from });
    if (arrived && !byItself) this.#settings.set({ toy_at: this.position });
  }

  /** @param {boolean} byItself */
  #moved(byItself) {
    tell(this, "moved", { byItself });
  }
}
