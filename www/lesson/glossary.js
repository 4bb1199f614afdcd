// @ts-check
// What the page knows of its symbols: the entries of the glossary (glossary.html), and where each symbol is first used.

/** "bar-alpha" of "bar-alpha_T". @param {string} symbol */
const stem = (symbol) => symbol.split("_")[0];

/**
 * The entry of a symbol by the name it has in formulas, or else that of its letter with any other index.
 * @param {string} symbol
 * @returns {Element | null}
 */
export const entryOf = (symbol) =>
  document.querySelector(`#glossary [data-names~="${CSS.escape(symbol)}"]`) ??
  document.querySelector(`#glossary [data-names~="${CSS.escape(stem(symbol))}"]`);

/** The place of the first chapter that uses a symbol of this entry. @param {Element} entry @returns {Element | null} */
export function firstUse(entry) {
  for (const used of document.querySelectorAll("main > section:not(#glossary) [data-symbol]"))
    if (entryOf(used.getAttribute("data-symbol") ?? "") === entry)
      return used.closest("section")?.querySelector("[id^=ch]") ?? null;
  return null;
}
