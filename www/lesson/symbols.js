// @ts-check
// A symbol under the pointer, the finger or the focus lights up wherever it stands on the page, and so does what shows it;
// a card beside it tells its name, how Su and Ho write it, where it is first used, and what it is worth where the reader is.
import { clamp, h, number } from "../lib/dom.js";
import { bar, math, mi, sub } from "../lib/formula.js";
import { say } from "../lib/words.js";
import { alpha2, beta2, ledger } from "./demolition.js";
import { entryOf, firstUse } from "./glossary.js";

const LINGER = 250; // ms under the mouse before a card opens, and beside it before it closes
const ACTS = "button, summary, a"; // what a click or Enter does something else in
const GAP = 6; // CSS pixels from symbol to card

/** The schedule's symbols, by the names that they have in formulas. @type {Record<string, () => Element>} */
const SCHEDULE = {
  alpha_t: () => mi("α"),
  beta_t: () => mi("β"),
  "bar-alpha_t": () => bar("α"),
  "bar-beta_t": () => bar("β"),
};

/**
 * Where a figure is. `squares`: what α_t, β_t, ᾱ_t and β̄_t are squared, in another schedule than Su's.
 * @typedef {{ t: number, terms?: import("./demolition.js").Terms, squares?: Record<string, number> }} Moment
 */

/** @type {Map<Element, { momentOf: (part: string) => Moment | undefined, notation: () => string }>} */
const chapters = new Map();

/** @param {number} t @param {import("./demolition.js").Terms} [terms] @returns {Record<string, number>} */
function ofSu(t, terms) {
  const { wall, ground } = ledger(t, terms);
  return { alpha_t: alpha2(t, terms), beta_t: beta2(t, terms), "bar-alpha_t": wall, "bar-beta_t": ground };
}

/**
 * Su's or Ho's value of a symbol of the schedule at t, "" for others.
 * @param {string} symbol
 * @param {Moment} moment
 * @param {string} notation
 */
export function worth(symbol, { t, terms, squares = ofSu(t, terms) }, notation) {
  if (!(symbol in squares)) return "";
  return number(notation === "su" ? Math.sqrt(squares[symbol]) : squares[symbol]);
}

/**
 * Cards in this chapter tell values of the schedule; a part of its prose (data-part) has its figure's moment.
 * @param {HTMLElement} root of the chapter
 * @param {(part: string) => Moment | undefined} momentOf a figure
 * @param {() => string} notation
 */
export function bindSymbols(root, momentOf, notation) {
  chapters.set(root, { momentOf, notation });
}

/** "ᾱ_t = 0.0065 (t = 1000)", where the chapter knows it. @param {Element} element @param {string} symbol */
function value(element, symbol) {
  const chapter = chapters.get(element.closest("section") ?? element);
  const moment = chapter?.momentOf(element.closest("[data-part]")?.getAttribute("data-part") ?? "");
  const told = chapter && moment ? worth(symbol, moment, chapter.notation()) : "";
  if (!told) return null;
  return h("p", { class: "card-worth" }, math([sub(SCHEDULE[symbol](), mi("t"))]), ` = ${told} (t = ${moment?.t})`);
}

/** The symbol that a formula consists of. @param {Element} formula @returns {Element | null} */
function alone(formula) {
  const [symbol, more] = formula.querySelectorAll("[data-symbol]");
  return symbol && !more && symbol.textContent === formula.textContent ? symbol : null;
}

/** One card for the whole page. */
export class Cards {
  #card = h("div", { class: "card", id: "symbol-card", role: "note", "data-testid": "card", hidden: true });
  #main;
  /** The symbol whose card is open. @type {Element | null} */ #of = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {HTMLElement} main @param {import("../settings.js").Settings} settings */
  constructor(main, settings) {
    this.#main = main;
    document.body.append(this.#card);
    for (const type of ["pointerover", "focusin", "click"]) main.addEventListener(type, (event) => this.#meet(event));
    main.addEventListener("pointerout", () => this.#leave());
    main.addEventListener("focusout", () => this.close());
    this.#card.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.#card.addEventListener("pointerleave", () => this.#leave());
    addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    addEventListener("scroll", () => this.#follow(), { passive: true });
    settings.addEventListener("change", (/** @type {any} */ { names }) => {
      if (names.has("lang") || names.has("notation")) this.#stops();
    });
    this.#stops();
  }

  /**
   * The first formula of each symbol that consists of it alone can be reached by keyboard. (Within a formula nothing can:
   * to a screen reader it is one thing.)
   */
  #stops() {
    for (const section of this.#main.querySelectorAll("section:not(#glossary)")) {
      const met = new Set();
      for (const formula of section.querySelectorAll("math")) {
        const entry = entryOf(alone(formula)?.getAttribute("data-symbol") ?? "");
        const stop = entry && !met.has(entry) && formula.checkVisibility() && !formula.closest(ACTS);
        if (stop) met.add(entry);
        for (const [name, text] of Object.entries({ tabindex: "0", "aria-describedby": this.#card.id }))
          if (stop) formula.setAttribute(name, text);
          else formula.removeAttribute(name);
      }
    }
  }

  /** @param {Event} event */
  #meet({ target, type }) {
    const met = target instanceof Element ? target : null;
    const element = met?.closest("[data-symbol]") ?? (met?.localName === "math" ? alone(met) : null);
    if (!element || element.closest("#glossary")) return;
    clearTimeout(this.#timer);
    this.#light(element);
    if (type === "pointerover") this.#timer = setTimeout(() => this.#open(element), LINGER);
    else if (!element.closest(ACTS)) this.#open(element);
  }

  /** Whether the card is that of what has the focus, which the mouse does not take away. */
  get #focused() {
    return this.#of !== null && this.#of.closest("math") === document.activeElement;
  }

  #leave() {
    clearTimeout(this.#timer);
    if (this.#focused) return;
    if (this.#card.hidden) this.#light(null);
    else this.#timer = setTimeout(() => this.close(), LINGER);
  }

  close() {
    clearTimeout(this.#timer);
    this.#card.hidden = true;
    this.#of = null;
    this.#light(null);
  }

  /** @param {Element | null} element */
  #light(element) {
    for (const lit of this.#main.querySelectorAll(".lit")) lit.classList.remove("lit");
    const symbol = element?.getAttribute("data-symbol");
    if (!symbol) return;
    const name = CSS.escape(symbol);
    for (const other of this.#main.querySelectorAll(`[data-symbol="${name}"], [data-shows~="${name}"]`))
      other.classList.add("lit");
  }

  /** @param {Element} element */
  #open(element) {
    const entry = entryOf(element.getAttribute("data-symbol") ?? "");
    if (!entry || !element.isConnected) return this.close();
    this.#card.replaceChildren(...[...entry.children].map((part) => part.cloneNode(true)));
    const told = value(element, element.getAttribute("data-symbol") ?? "");
    if (told) this.#card.append(told);
    this.#card.append(...this.#first(entry, element));
    this.#card.hidden = false;
    this.#of = element;
    this.#place(element.getBoundingClientRect());
  }

  /** The page has been scrolled. */
  #follow() {
    if (this.#card.hidden || !this.#of) return;
    const at = this.#of.getBoundingClientRect();
    const gone = at.bottom < 0 || at.top > document.documentElement.clientHeight;
    if (gone && !this.#focused) this.close();
    else this.#place(at); // what has just got the focus may still be on its way to the screen
  }

  /** A link to the chapter that uses it first, unless that is this one. @param {Element} entry @param {Element} element */
  #first(entry, element) {
    const first = firstUse(entry);
    if (!first || first.closest("section") === element.closest("section")) return [];
    const text = say("card_first", { chapter: first.id.slice(2) });
    return [h("p", { class: "card-first" }, h("a", { href: `#${first.id}`, tabindex: -1 }, text))];
  }

  /** Above the symbol, or below it where there is no room. @param {DOMRect} at */
  #place({ left, top, bottom }) {
    const { offsetWidth, offsetHeight } = this.#card;
    const { clientWidth } = document.documentElement;
    const above = top - offsetHeight - GAP;
    Object.assign(this.#card.style, {
      left: `${clamp(left - GAP, GAP, clientWidth - offsetWidth - GAP)}px`,
      top: `${above >= GAP ? above : bottom + GAP}px`,
    });
  }
}
