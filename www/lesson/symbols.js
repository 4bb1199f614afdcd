// @ts-check
// A symbol under the pointer or the finger lights up wherever it stands in the chapter, and so does the picture that shows
// it; in the prose of a figure a tag beside it tells what it is worth at that figure's t.
import { h, number } from "../lib/dom.js";
import { bar, math, mi, sub } from "../lib/formula.js";
import { TIED, alpha2, beta2, ledger } from "./demolition.js";

/** The schedule's symbols, by the names that they have in formulas. @type {Record<string, () => Element>} */
const SCHEDULE = {
  alpha_t: () => mi("α"),
  beta_t: () => mi("β"),
  "bar-alpha_t": () => bar("α"),
  "bar-beta_t": () => bar("β"),
};

/** Where a figure is. @typedef {{ t: number, terms?: import("./demolition.js").Terms }} Moment */

/**
 * Su's or Ho's value of a symbol of the schedule at t, "" for others.
 * @param {string} symbol
 * @param {Moment} moment
 * @param {string} notation
 */
export function worth(symbol, { t, terms = TIED }, notation) {
  const { wall, ground } = ledger(t, terms);
  /** @type {Record<string, number>} */
  const squares = { alpha_t: alpha2(t, terms), beta_t: beta2(t, terms), "bar-alpha_t": wall, "bar-beta_t": ground };
  if (!(symbol in squares)) return "";
  return number(notation === "su" ? Math.sqrt(squares[symbol]) : squares[symbol]);
}

/**
 * @param {HTMLElement} root of the chapter
 * @param {(part: string) => Moment | undefined} momentOf a figure
 * @param {() => string} notation
 */
export function bindSymbols(root, momentOf, notation) {
  const tag = h("span", { class: "lesson-worth", "aria-hidden": "true", hidden: true });
  root.append(tag);
  /** @param {Element | null} element */
  const light = (element) => {
    for (const lit of root.querySelectorAll(".lit")) lit.classList.remove("lit");
    const symbol = element?.getAttribute("data-symbol") ?? "";
    if (symbol)
      for (const other of root.querySelectorAll(`[data-symbol="${symbol}"], [data-shows~="${symbol}"]`))
        other.classList.add("lit");
    const moment = momentOf(element?.closest("[data-part]")?.getAttribute("data-part") ?? "");
    const value = moment ? worth(symbol, moment, notation()) : "";
    tag.hidden = !value;
    if (!value) return;
    tag.replaceChildren(math([sub(SCHEDULE[symbol](), mi("t"))]), ` = ${value} (t = ${moment.t})`);
    const [{ left, top }, place] = [element.getBoundingClientRect(), root.getBoundingClientRect()];
    const most = place.width - tag.offsetWidth;
    Object.assign(tag.style, { left: `${Math.min(left - place.left, most)}px`, top: `${top - place.top}px` });
  };
  root.addEventListener("pointerover", ({ target }) =>
    light(target instanceof Element ? target.closest("[data-symbol]") : null),
  );
  root.addEventListener("pointerleave", () => light(null));
}
