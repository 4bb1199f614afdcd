// @ts-check
// <time-line>: a slider from the tower (position 0) to the rubble (position `steps`), with the t of the place above it.
// Whatever stands inside it, a brick wall for instance, comes between the two. It moves by the reader's hand, which it
// tells in "seek", and by `walk`, which it tells in "move"; setting `position` moves it without a word.
import { clamp, h, nextFrame, reducedMotion } from "../lib/dom.js";
import { Figure, define } from "./figure.js";

const SECONDS = 2.4; // of a whole way
const NARROW = 480; // CSS pixels

export class TimeLine extends Figure {
  /** @type {import("./figure.js").Words} */
  static words = {
    label: ["时间轴：左端是楼，右端是砖", "Timeline: the tower at the left end, rubble at the right"],
    value: ["t = {t}", "t = {t}"],
    counted: [
      "t = {t}，从楼数起第 {position} 格，共 {steps} 格",
      "t = {t}, position {position} of {steps} from the tower",
    ],
    tower: ["楼", "tower"],
    rubble: ["砖", "rubble"],
  };
  // --edge is the distance of both ends of the axis from the figure's own
  static style = `
    time-line { --knob: 1.1rem; --edge: calc(var(--knob) / 2); display: block; min-width: 0; }
    time-line .ends {
      position: relative;
      display: flex;
      justify-content: space-between;
      align-items: baseline;
      font: 0.85rem / 1.4 var(--sans);
      color: var(--ink-2);
      padding-bottom: 0.4rem;
    }
    time-line .ends span { transition: opacity 0.2s; }
    time-line .ends[data-near="tower"] span:first-child,
    time-line .ends[data-near="rubble"] span:last-child { opacity: 0; }
    time-line .here {
      position: absolute;
      left: calc(var(--edge) + var(--head, 1) * (100% - 2 * var(--edge)));
      translate: -50% 0;
      color: var(--ink);
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
    time-line[still] .here { position: static; translate: none; }
    time-line[still] .ends { padding-bottom: 0; }
    .scrub {
      appearance: none;
      display: block;
      background: none;
      height: 1.8rem;
      margin: 0.15rem calc(var(--edge) - var(--knob) / 2) 0.5rem;
      width: calc(100% - 2 * var(--edge) + var(--knob));
      cursor: ew-resize;
      --bar: linear-gradient(
        to right,
        var(--line) var(--from, 0%),
        var(--ink-2) var(--from, 0%) var(--to, 100%),
        var(--line) var(--to, 100%)
      );
    }
    time-line[still] .scrub { margin-block: 0.1rem; }
    .scrub::-webkit-slider-runnable-track { height: 3px; background: var(--bar); }
    .scrub::-moz-range-track { height: 3px; background: var(--bar); }
    .scrub::-webkit-slider-thumb {
      appearance: none;
      width: var(--knob);
      height: var(--knob);
      margin-top: calc(1.5px - var(--knob) / 2);
      background: var(--paper);
      border: 2px solid var(--ink);
      border-radius: 50%;
    }
    .scrub::-moz-range-thumb {
      width: var(--knob);
      height: var(--knob);
      background: var(--paper);
      border: 2px solid var(--ink);
      border-radius: 50%;
      box-sizing: border-box;
    }
    @media (pointer: coarse), (max-width: 44rem) { .scrub { height: var(--target); } }
    .scrub:focus-visible { outline: none; }
    .scrub:focus-visible::-webkit-slider-thumb {
      background: var(--brick);
      box-shadow: 0 0 0 3px var(--paper), 0 0 0 5px var(--brick);
    }
    .scrub:focus-visible::-moz-range-thumb {
      background: var(--brick);
      box-shadow: 0 0 0 3px var(--paper), 0 0 0 5px var(--brick);
    }`;

  /** t at a position. @type {(position: number) => number} */ timeAt = (position) => position;
  #spans = false; // whether it has been said what the axis stands for
  /** Whether a walk is under way. */
  walking = false;
  #position = 1;
  #epoch = 0;
  #label = "";
  #tower = h("span");
  #here = h("span", { class: "here" });
  #rubble = h("span");
  #ends = h("div", { class: "ends", "aria-hidden": "true" }, this.#tower, this.#here, this.#rubble);
  #slider = /** @type {HTMLInputElement} */ (
    h("input", { class: "scrub", type: "range", min: 0, max: 1, step: 1, value: 1 })
  );

  build() {
    this.#slider.addEventListener("input", () => this.seek(this.#slider.valueAsNumber));
    this.prepend(this.#ends);
    this.append(this.main(this.#slider));
    this.draw();
  }

  get steps() {
    return Number(this.#slider.max);
  }

  /**
   * What the axis stands for.
   * @param {number} steps
   * @param {(position: number) => number} timeAt t at a position
   */
  span(steps, timeAt) {
    this.timeAt = timeAt;
    this.#slider.max = String(steps);
    this.#spans = true;
    this.position = Math.min(this.#position, steps);
  }

  get position() {
    return this.#position;
  }

  set position(position) {
    this.#position = position;
    this.draw();
  }

  /** The t of the place. */
  get t() {
    return this.timeAt(this.#position);
  }

  /** What a screen reader calls the slider, where it is not the usual. @param {string} label */
  set label(label) {
    this.#label = label;
    this.draw();
  }

  set disabled(/** @type {boolean} */ disabled) {
    this.#slider.disabled = disabled;
  }

  /** Which part has been computed, as fractions from the tower: it is drawn darker. */
  set known(/** @type {[number, number]} */ [from, to]) {
    this.#slider.style.setProperty("--from", `${100 * from}%`);
    this.#slider.style.setProperty("--to", `${100 * to}%`);
  }

  /** What keys do anywhere near the figure, for the chapter's key handler. */
  get keys() {
    return {
      ArrowLeft: () => this.seek(this.#position - 1),
      ArrowRight: () => this.seek(this.#position + 1),
      Home: () => this.seek(0),
      End: () => this.seek(this.steps),
    };
  }

  /** The reader's hand. @param {number} position */
  seek(position) {
    this.stop();
    this.position = clamp(position, 0, this.steps);
    this.emit("seek", { position: this.#position });
  }

  /** Ends a walk where it is. */
  stop() {
    this.#epoch++;
    this.walking = false;
  }

  /**
   * Goes to `end` as fast as the eye follows, at once for readers who want no motion; says whether it got there.
   * @param {number} end
   * @param {{ from?: number }} [options] from: where it begins
   */
  async walk(end, { from = this.#position } = {}) {
    this.stop();
    const epoch = this.#epoch;
    if (!reducedMotion()) {
      this.walking = true;
      const started = performance.now(),
        length = (Math.abs(end - from) / this.steps) * SECONDS * 1000;
      for (let now = started; now < started + length; now = performance.now()) {
        this.#move(Math.round(from + ((end - from) * (now - started)) / length));
        await nextFrame();
        if (epoch !== this.#epoch) return false;
      }
      this.walking = false;
    }
    this.#move(end);
    return true;
  }

  /** @param {number} position */
  #move(position) {
    this.position = position;
    this.emit("move", { position });
  }

  draw() {
    const [position, steps, t] = [this.#position, this.steps, this.t];
    this.#slider.value = String(position);
    this.#slider.setAttribute("aria-label", this.#label || this.say("label"));
    const text = this.say(this.hasAttribute("counted") ? "counted" : "value", { t, position, steps });
    this.#slider.setAttribute("aria-valuetext", text);
    this.#tower.textContent = this.say("tower");
    this.#rubble.textContent = this.say("rubble");
    this.#here.textContent = this.#spans ? `t = ${t}` : "";
    if (this.hasAttribute("still")) return;
    this.#here.style.setProperty("--head", String(position / steps)); // there, not on the figure: all it holds would inherit it
    const beside = this.clientWidth < NARROW ? 0.28 : 0.12; // within this part of the way it needs the place of an end's word
    this.#ends.dataset.near = position < beside * steps ? "tower" : position > (1 - beside) * steps ? "rubble" : "";
  }
}

define("time-line", TimeLine);
