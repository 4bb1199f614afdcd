// @ts-check
// Keys belong to the part of the page that has the focus: letters pressed elsewhere do nothing, so that dictation and stray
// typing set nothing off (WCAG 2.1.4). They are left alone while the reader types or operates a control that has a use for
// them: a slider for its arrows, a button for Space.

const TYPING = "input:not([type=range]):not([type=checkbox]), select, textarea, [contenteditable]";
const OF_SLIDERS = ["ArrowLeft", "ArrowRight", "Home", "End"];
const OF_BUTTONS = "button, summary, a, [type=checkbox]";

/**
 * Keys pressed within `root` do what `keys` says, letters in either case.
 * @param {HTMLElement} root
 * @param {Record<string, () => unknown>} keys by KeyboardEvent.key
 * @param {(work: () => unknown) => unknown} act runs what a key asks for and shows its failure
 */
export function bindKeys(root, keys, act = (work) => work()) {
  root.addEventListener("keydown", (/** @type {any} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.matches(TYPING)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (OF_SLIDERS.includes(key) && target.matches("input[type=range]")) return;
    if (key === " " && target.closest(OF_BUTTONS)) return;
    if (!keys[key]) return;
    event.preventDefault();
    act(keys[key]);
  });
}
