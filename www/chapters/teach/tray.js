// @ts-check
// The drawings made so far: at most twenty, each to be taken away or copied. They stay for the visit (sessionStorage), so
// that reloading the page, or following a link to another state of it, loses none.
import { byId, h } from "../../lib/dom.js";
import { say } from "../../lib/words.js";
import { PIXELS, show } from "./strokes.js";

export const FEWEST = 4;
export const MOST = 20;
const KEY = "chailou:teach";

export class Tray extends EventTarget {
  #drawings = []; // each 784 values in −1…1
  #place = byId("teach-tray");

  /** `act(f)` runs what a button asks for and shows its failure. */
  constructor(act) {
    super();
    this.act = act;
    this.#drawings = recalled();
    this.render();
  }

  get drawings() {
    return [...this.#drawings];
  }

  /** Adds as many as there is room for; throws one sentence when there is none, or nothing to add. */
  add(...drawings) {
    if (drawings.includes(null)) throw new Error(say("teach_empty"));
    this.#room();
    this.#set([...this.#drawings, ...drawings].slice(0, MOST));
  }

  #room() {
    if (this.#drawings.length >= MOST) throw new Error(say("teach_full", { most: MOST }));
  }

  clear() {
    this.#set([]);
  }

  replace(drawings) {
    this.#set(drawings.slice(0, MOST));
  }

  #set(drawings, focus = null) {
    this.#drawings = drawings;
    remember(drawings);
    this.render();
    if (focus)
      (
        this.#place.children[Math.min(focus.at, drawings.length - 1)]?.querySelector(focus.what) ?? byId("teach-pad")
      ).focus();
    this.dispatchEvent(new Event("change"));
  }

  #remove(at) {
    this.#set(this.#drawings.toSpliced(at, 1), { at, what: ".teach-remove" });
  }

  #copy(at) {
    this.#room();
    this.#set(this.#drawings.toSpliced(at, 0, this.#drawings[at]), { at: at + 1, what: ".teach-copy" });
  }

  render() {
    this.#place.replaceChildren(
      ...this.#drawings.map((drawing, i) => {
        const canvas = h("canvas", { role: "img", "aria-label": say("teach_drawing", { n: i + 1 }) });
        show(canvas, drawing);
        const button = (className, key, sign, work) =>
          h(
            "button",
            {
              type: "button",
              class: className,
              "aria-label": say(key, { n: i + 1 }),
              title: say(key, { n: i + 1 }),
              onclick: work,
            },
            sign,
          );
        return h(
          "li",
          { onkeydown: ({ key }) => key === "Delete" && this.#remove(i) },
          canvas,
          h(
            "span",
            { class: "teach-item-acts" },
            button("teach-copy", "teach_copy", icon("M5.500 5.500v-3h8v8h-3M2.500 5.500h8v8h-8z"), () =>
              this.act(() => this.#copy(i)),
            ),
            button("teach-remove", "teach_remove", icon("M4 4l8 8M12 4l-8 8"), () => this.#remove(i)),
          ),
        );
      }),
    );
    byId("teach-count").textContent = say("teach_count", { n: this.#drawings.length, fewest: FEWEST, most: MOST });
    byId("teach-clear-tray").hidden = !this.#drawings.length;
  }
}

const icon = (path) =>
  h(
    "svg:svg",
    { viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" },
    h("svg:path", { d: path, fill: "none", stroke: "currentColor", "stroke-width": 1.3 }),
  );

/** One character a pixel: 0…95 as printable ASCII, finer than the eye sees at 28×28. */
const LEVELS = 94;

function remember(drawings) {
  try {
    sessionStorage.setItem(
      KEY,
      JSON.stringify(
        drawings.map((values) =>
          String.fromCharCode(...values.map((value) => 32 + Math.round((LEVELS * (value + 1)) / 2))),
        ),
      ),
    );
  } catch {
    /* storage may be forbidden or full; then they last until the page is closed */
  }
}

function recalled() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return kept
      .filter((text) => typeof text === "string" && text.length === PIXELS)
      .slice(0, MOST)
      .map((text) =>
        Float32Array.from(text, (sign) => Math.min(1, Math.max(-1, (2 * (sign.charCodeAt(0) - 32)) / LEVELS - 1))),
      );
  } catch {
    return [];
  }
}
