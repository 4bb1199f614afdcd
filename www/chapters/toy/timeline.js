// The chapter's timeline: a slider from tower to rubble with 拆 and 建 beside it. The reader's hand moves the points and
// the cloud together; while training, new rebuilds play by themselves and move the cloud only.
import { byId, nextFrame, reducedMotion } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { STEPS, timeAt } from "./schedule.js";

const SECONDS = 2.4; // of a whole way

/** Event "move": another position; `byItself` when a rebuild plays during training. */
export class Timeline extends EventTarget {
  position;
  playing = false;
  follow = !reducedMotion(); // whether new rebuilds play by themselves
  #epoch = 0;
  #slider = byId("toy-time");

  constructor(settings) {
    super();
    this.settings = settings;
    this.position = settings.get("toy_at");
    this.#slider.max = STEPS;
    this.#slider.addEventListener("input", () => this.seek(this.#slider.valueAsNumber));
    byId("toy-demolish").addEventListener("click", () => this.play(STEPS));
    byId("toy-build").addEventListener("click", () => {
      this.follow = !reducedMotion();
      this.play(0);
    });
    this.#write();
  }

  get t() {
    return timeAt(this.position);
  }

  /** The reader's hand. */
  seek(position) {
    this.stop();
    this.follow = false;
    this.#move(Math.min(STEPS, Math.max(0, position)), false);
    this.settings.set({ toy_at: this.position });
  }

  stop() {
    this.#epoch++;
    this.playing = false;
  }

  /** Walks to `end`, from the other end if it stands there already. */
  async play(end, { byItself = false } = {}) {
    this.stop();
    const epoch = this.#epoch;
    const from = byItself || this.position === end ? STEPS - end : this.position;
    if (!reducedMotion()) {
      this.playing = true;
      const started = performance.now(),
        length = (Math.abs(end - from) / STEPS) * SECONDS * 1000;
      for (let now = started; now < started + length; now = performance.now()) {
        this.#move(Math.round(from + ((end - from) * (now - started)) / length), byItself);
        await nextFrame();
        if (epoch !== this.#epoch) return;
      }
      this.playing = false;
    }
    this.#move(end, byItself);
    if (!byItself) this.settings.set({ toy_at: this.position });
  }

  #move(position, byItself) {
    this.position = position;
    this.#write();
    this.dispatchEvent(Object.assign(new Event("move"), { byItself }));
  }

  #write() {
    this.#slider.value = this.position;
    this.#slider.setAttribute("aria-valuetext", say("toy_time_value", { t: this.t }));
    byId("toy-t").textContent = `t = ${this.t}`;
  }

  translate() {
    this.#write();
  }
}
