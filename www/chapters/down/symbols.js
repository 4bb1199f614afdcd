// @ts-check
// A symbol under the pointer or the finger lights up wherever it stands in the chapter, and so does the picture that shows
// it; in the prose of a figure a tag beside it tells what it is worth at that figure's t.
import { h, number } from "../../lib/dom.js";
import { alpha2, beta2, ledger } from "./demolition.js";

/**
 * Su's or Ho's value of a symbol of the schedule at t, "" for others.
 * @param {string} symbol
 * @param {number} t
 * @param {string} notation
 */
export function worth(symbol, t, notation) {
  const { wall, ground } = ledger(t);
  /** @type {Record<string, number>} */
  const squares = { alpha_t: alpha2(t), beta_t: beta2(t), "bar-alpha_t": wall, "bar-beta_t": ground };
  if (!(symbol in squares)) return "";
  return number(notation === "su" ? Math.sqrt(squares[symbol]) : squares[symbol]);
}

/**
 * @param {HTMLElement} root of the chapter
 * @param {(part: string) => number | undefined} timeOf t of a figure
 * @param {() => string} notation
 */
export function bindSymbols(root, timeOf, notation) {
  const tag = h("span", { class: "down-worth", "aria-hidden": "true", hidden: true });
  root.append(tag);
  /** @param {Element | null} element */
  const light = (element) => {
    for (const lit of root.querySelectorAll(".lit")) lit.classList.remove("lit");
    const symbol = element?.getAttribute("data-symbol") ?? "";
    if (symbol)
      for (const other of root.querySelectorAll(`[data-symbol="${symbol}"], [data-shows~="${symbol}"]`))
        other.classList.add("lit");
    const t = timeOf(element?.closest("[data-part]")?.getAttribute("data-part") ?? "");
    const value = t === undefined ? "" : worth(symbol, t, notation());
    tag.hidden = !value;
    if (!value) return;
    tag.textContent = `= ${value} (t = ${t})`;
    const [{ left, top }, place] = [element.getBoundingClientRect(), root.getBoundingClientRect()];
    const most = place.width - tag.offsetWidth;
    Object.assign(tag.style, { left: `${Math.min(left - place.left, most)}px`, top: `${top - place.top}px` });
  };
  root.addEventListener("pointerover", ({ target }) =>
    light(target instanceof Element ? target.closest("[data-symbol]") : null),
  );
  root.addEventListener("pointerleave", () => light(null));
}
