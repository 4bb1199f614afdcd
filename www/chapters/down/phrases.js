// @ts-check
// Phrases of the prose that move a figure: buttons whose data-set says which choices they make, "ledger=1000 tied=0". The
// figure flashes, and comes into view where it is not.
import { reveal } from "../../lib/beside.js";
import { FIGURES, properties } from "./settings.js";

const FLASH = 900; // ms

/**
 * The choices that a phrase makes.
 * @param {string} text
 */
export function choicesOf(text) {
  const pairs = text.split(" ").map((part) => {
    const [name, value] = part.split("=");
    return [`down_${name}`, properties[`down_${name}`][1](value)];
  });
  return Object.fromEntries(pairs);
}

/** The figure that has a choice. @param {string} name */
export const figureOf = (name) =>
  /** @type {(keyof typeof FIGURES)[]} */ (Object.keys(FIGURES)).find((id) => FIGURES[id].includes(name));

/**
 * @param {HTMLElement} root of the chapter
 * @param {import("../../page.js").Page["settings"]} settings
 * @param {Record<string, import("./timed.js").Timed>} timed
 */
export function bindPhrases(root, settings, timed) {
  root.addEventListener("click", ({ target }) => {
    const phrase = target instanceof Element ? target.closest(".phrase") : null;
    if (!(phrase instanceof HTMLElement)) return;
    const choices = choicesOf(phrase.dataset.set ?? "");
    const figure = timed[figureOf(Object.keys(choices)[0])];
    figure.hold();
    settings.set(choices);
    reveal(figure.root);
    figure.root.classList.add("flash");
    setTimeout(() => figure.root.classList.remove("flash"), FLASH);
  });
}
