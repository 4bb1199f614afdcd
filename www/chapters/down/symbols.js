// @ts-check
// A symbol under the pointer lights up wherever it stands in the chapter, and so does the picture that shows it; in the
// prose of a figure it tells what it is worth at that figure's t.
import { number } from "../../lib/dom.js";
import { alpha2, beta2, ledger } from "./demolition.js";

/** Su's and Ho's values of the schedule's symbols at t. @param {string} symbol @param {number} t @param {string} notation */
export function worth(symbol, t, notation) {
  const { wall, ground } = ledger(t);
  /** @type {Record<string, number>} */
  const squares = { alpha_t: alpha2(t), beta_t: beta2(t), "bar-alpha_t": wall, "bar-beta_t": ground };
  if (symbol === "t") return String(t);
  if (!(symbol in squares)) return "";
  return number(notation === "su" ? Math.sqrt(squares[symbol]) : squares[symbol]);
}

/**
 * @param {HTMLElement} root of the chapter
 * @param {(part: string) => number | undefined} timeOf t of a figure
 * @param {() => string} notation
 */
export function bindSymbols(root, timeOf, notation) {
  const light = (/** @type {string} */ symbol) => {
    for (const element of root.querySelectorAll(".lit")) element.classList.remove("lit");
    if (!symbol) return;
    for (const element of root.querySelectorAll(`[data-symbol="${symbol}"], [data-shows~="${symbol}"]`))
      element.classList.add("lit");
  };
  root.addEventListener("pointerover", ({ target }) => {
    const element = target instanceof Element ? target.closest("[data-symbol]") : null;
    const symbol = element?.getAttribute("data-symbol") ?? "";
    light(symbol);
    const t = timeOf(element?.closest("[data-part]")?.getAttribute("data-part") ?? "");
    const value = t && worth(symbol, t, notation());
    const whole = element?.closest("math");
    if (value) whole.setAttribute("title", `${symbol === "t" ? "t" : element.textContent} = ${value}`);
    else whole?.removeAttribute("title");
  });
  root.addEventListener("pointerleave", () => light(""));
}
