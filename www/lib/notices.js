// @ts-check
// Calm one-line notices in a place of the page: errors, a lost device, "this is a recording", progress. Each kind has one
// slot, and is rendered again when the language changes.
import { byId, h } from "./dom.js";
import { say } from "./words.js";

/** @typedef {Node | string | null} Part */
/** @typedef {{ kind?: string, role?: string | null, place?: string, testid?: string }} Look place: data-testid */

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
  show(name, { kind = "plain", role = null, place = this.#place, testid = this.#prefix + name }, render) {
    const element = h("div", { class: `notice notice-${kind}`, "data-testid": testid, role });
    element.append(...parts(render));
    const before = this.#slots.get(name);
    if (before) before.element.replaceWith(element);
    else byId(place).append(element);
    this.#slots.set(name, { element, render });
  }

  /** @param {string} name */
  has(name) {
    return this.#slots.has(name);
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

  /** A failure as one sentence that stays until it is dismissed or something succeeds. @param {unknown} error */
  error = (error) => {
    if (this.has("lost")) return; // everything fails then, and that notice has the remedy
    const message = String(/** @type {any} */ (error)?.message ?? error).trim();
    this.show("error", { kind: "error", role: "alert" }, () => [
      h("p", {}, say(this.#failed, { message })),
      plainButton("dismiss", () => this.clear("error")),
    ]);
  };

  /**
   * Runs what the reader asked for; a failure becomes a notice, success takes an old one away.
   * @param {() => unknown} work
   */
  act = async (work) => {
    try {
      this.clear("error");
      await work();
    } catch (error) {
      if (/** @type {any} */ (error)?.name !== "AbortError") this.error(error);
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
