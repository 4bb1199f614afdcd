// @ts-check
// Phrases of the prose that move a figure; their data-set says which choices they make, "ledger=1000 tied=0". They are made
// buttons here: without script they are plain words, and as words they break over lines like the rest of the sentence. The
// figure flashes, and comes into view where it is not.
import { reveal } from "../lib/beside.js";

const FLASH = 900; // ms

/**
 * @param {HTMLElement} root of the chapter
 * @param {import("./choices.js").Choices} choices
 * @param {import("../settings.js").Settings} settings
 * @param {Record<string, import("./timed.js").Timed>} timed
 */
export function bindPhrases(root, choices, settings, timed) {
  /** @param {HTMLElement} phrase */
  const follow = (phrase) => {
    const changes = choices.parse(phrase.dataset.set ?? "");
    const figure = timed[choices.figureOf(Object.keys(changes)[0]) ?? ""];
    figure.hold();
    settings.set(changes);
    reveal(figure.root);
    figure.root.classList.add("flash");
    setTimeout(() => figure.root.classList.remove("flash"), FLASH);
  };
  for (const phrase of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".phrase"))) {
    phrase.setAttribute("role", "button");
    phrase.tabIndex = 0;
    phrase.addEventListener("click", () => follow(phrase));
    phrase.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      follow(phrase);
    });
  }
}
