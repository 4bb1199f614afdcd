// @ts-check
// Calm one-line notices: errors, a lost device, "this is a recording", progress. Each kind has one slot, and is rendered
// again when the language changes. What the reader has asked for is answered beside the control that was used, and brought
// into view; what happens by itself stands in the chapter's place for notices and moves nothing.
import { reveal, rowOf, touched } from "./beside.js";
import { byId, h } from "./dom.js";
import { say } from "./words.js";

/** @typedef {Node | string | null} Part */
/**
 * @typedef {object} Look
 * @property {string} [kind]
 * @property {"alert" | "status" | null} [role] how it is read aloud
 * @property {string} [place] data-testid of the element it stands in
 * @property {Element | null} [beside] the control it answers; it stands after that one's row
 * @property {string} [testid]
 */

/** @param {string} key @param {(event: Event) => unknown} onclick */
export const plainButton = (key, onclick) => h("button", { type: "button", class: "plain", onclick }, say(key));

export class Notices {
  /** @type {Map<string, { element: HTMLElement, render: () => Part | Part[] }>} */
  #slots = new Map();
  #place;
  #prefix;
  #failed;

  /**
   * @param {string} place data-testid of the element that holds them
   * @param {{ prefix?: string, failed?: string }} [options] prefix: of their own data-testids; failed: the sentence about a
   *   failure, {message} in it
   */
  constructor(place, { prefix = "", failed = "failed" } = {}) {
    this.#place = place;
    this.#prefix = prefix;
    this.#failed = failed;
  }

  /**
   * Shows what `render()` gives in the slot `name`.
   * @param {string} name
   * @param {Look} look
   * @param {() => Part | Part[]} render
   */
  show(name, look, render) {
    const { kind = "plain", role = null, place = this.#place, testid = this.#prefix + name } = look;
    const element = h("div", { class: `notice notice-${kind}`, "data-testid": testid, role: role === "alert" && role });
    element.append(...parts(render));
    this.clear(name);
    const home = byId(place);
    const row = rowOf(look.beside ?? null, home.parentElement);
    if (row) row.after(element);
    else home.append(element);
    element.style.order = row ? getComputedStyle(row).order : ""; // some rows stand elsewhere than in the text
    element.classList.toggle("notice-beside", Boolean(row));
    this.#slots.set(name, { element, render });
    if (role === "status") announced.textContent = element.textContent;
  }

  /** @param {string} name */
  has(name) {
    return this.#slots.has(name);
  }

  /** Brings a notice into view, and with it what it speaks of where there is room. @param {string} name */
  reveal(name, ...more) {
    reveal(this.#slots.get(name)?.element ?? null, ...more);
  }

  /** A question that what the reader has asked for leads to. @param {string} name @param {() => Part | Part[]} render */
  ask(name, render) {
    this.show(name, { role: "status", beside: touched() }, render);
    this.reveal(name);
  }

  /** @param {string[]} names */
  clear(...names) {
    for (const name of names) {
      this.#slots.get(name)?.element.remove();
      this.#slots.delete(name);
    }
  }

  /** After a change of language. */
  translate() {
    for (const { element, render } of this.#slots.values()) element.replaceChildren(...parts(render));
  }

  /**
   * A failure as one sentence that stays until it is dismissed or the reader does something else.
   * @param {unknown} error
   * @param {Element | null} [beside] the control that asked for it
   */
  error = (error, beside = null) => {
    if (this.has("lost")) return; // everything fails then, and that notice has the remedy
    const message = String(/** @type {any} */ (error)?.message ?? error).trim();
    this.show("error", { kind: "error", role: "alert", beside }, () => [
      h("p", {}, say(this.#failed, { message })),
      plainButton("dismiss", () => this.clear("error")),
    ]);
    if (beside) this.reveal("error");
  };

  /**
   * Runs what the reader asked for. An old failure is taken away; a new one is said beside the control.
   * @param {() => unknown} work
   * @param {{ beside?: Element | null }} [where] the control, where it is not the one under the reader's hand; null where
   *   nobody asked
   */
  act = async (work, { beside = touched() } = {}) => {
    try {
      if (beside) this.clear("error");
      await work();
    } catch (error) {
      if (/** @type {any} */ (error)?.name !== "AbortError") this.error(error, beside);
    }
  };

  /**
   * Progress that appears after half a second and can be cancelled after two.
   * @param {string} name
   * @param {(() => void) | null} onCancel
   * @param {string} place data-testid of where it stands
   */
  progress(name, onCancel, place) {
    return new Progress(this, name, onCancel, { testid: `${this.#prefix}progress`, kind: "progress", place });
  }
}

// a live region is heard when its text changes, not when it appears: this one is there from the start
const announced = h("p", { class: "sr-only", role: "status", "data-testid": "announced" });
document.querySelector("main")?.append(announced);

/** @param {() => Part | Part[]} render @returns {(Node | string)[]} */
const parts = (render) => [render()].flat().filter((part) => part !== null);

class Progress {
  #text = h("p");
  #bar = /** @type {HTMLProgressElement} */ (h("progress", { "aria-label": say("loading_engine") }));
  #cancel;
  #timers;
  #end;

  /** @param {Notices} notices @param {string} name @param {(() => void) | null} onCancel @param {Look} look */
  constructor(notices, name, onCancel, look) {
    this.#cancel = plainButton("cancel", () => onCancel?.());
    this.#cancel.hidden = true;
    this.#end = () => notices.clear(name);
    this.#timers = [
      setTimeout(() => notices.show(name, look, () => [this.#text, this.#bar, this.#cancel]), 500),
      setTimeout(() => (this.#cancel.hidden = !onCancel), 2000),
    ];
  }

  /** With `total` = 0 the bar is indeterminate. @param {string} text */
  update(text, done = 0, total = 0) {
    this.#text.textContent = text;
    if (total) Object.assign(this.#bar, { max: total, value: done });
    else this.#bar.removeAttribute("value");
  }

  end() {
    this.#timers.forEach(clearTimeout);
    this.#end();
  }
}
