// @ts-check
// Fields for numbers. What lies within the bounds is set. Anything else stands there, with the bounds said beside it, until
// it is corrected or left; then what is set now is put back, and that is said too.
import { h } from "./dom.js";
import { lang, say } from "./words.js";

/**
 * @typedef {object} Bounds
 * @property {number} low
 * @property {number} high
 * @property {boolean} [whole] integers only
 * @property {() => number} value what is set now
 * @property {(value: number) => unknown} set
 * @property {(work: () => unknown) => unknown} act runs what the reader asked for and shows its failure
 */

/** The sentences that stand beside fields now. @type {Map<HTMLInputElement, { element: HTMLElement, text: () => string }>} */
const said = new Map();

/** After a change of language. */
export function rewordFields() {
  for (const { element, text } of said.values()) element.textContent = text();
}

/** @param {HTMLInputElement} input @param {() => string} text */
function complain(input, text) {
  const id = `${input.id || input.dataset.testid}-wrong`;
  const element = said.get(input)?.element ?? h("small", { class: "field-wrong", role: "alert", id });
  element.textContent = text();
  said.set(input, { element, text });
  (input.closest(".field > *") ?? input).after(element);
  input.setAttribute("aria-describedby", id);
}

/** @param {HTMLInputElement} input */
function forgive(input) {
  said.get(input)?.element.remove();
  said.delete(input);
  input.removeAttribute("aria-describedby");
  input.removeAttribute("aria-invalid");
}

/** @param {number} value */
const plain = (value) =>
  Number.isInteger(value) ? value.toLocaleString(lang(), { useGrouping: value > 9999 }) : value;

/**
 * Binds an <input type="number"> that stands there already.
 * @param {HTMLInputElement} input
 * @param {Bounds} bounds looked at anew every time: they may depend on other choices
 */
export function bindNumber(input, bounds) {
  const fits = (/** @type {number} */ given) =>
    given >= bounds.low && given <= bounds.high && (!bounds.whole || Number.isInteger(given));
  const range = () => ({ low: plain(bounds.low), high: plain(bounds.high) });
  const kind = bounds.whole ? "whole" : "number";
  input.addEventListener("change", () => {
    const given = input.valueAsNumber;
    if (fits(given)) {
      forgive(input);
      return bounds.act(() => bounds.set(given));
    }
    input.setAttribute("aria-invalid", "true");
    complain(input, () => say(`takes_${kind}`, range()));
  });
  input.addEventListener("input", () => {
    if (!input.ariaInvalid || fits(input.valueAsNumber)) forgive(input);
  });
  input.addEventListener("blur", () => {
    if (fits(input.valueAsNumber)) return;
    const value = bounds.value();
    input.value = String(value);
    input.removeAttribute("aria-invalid");
    complain(input, () => say(`takes_${kind}_again`, { ...range(), value: plain(value) }));
  });
  return input;
}

/**
 * Makes one.
 * @param {Record<string, any>} props of the element
 * @param {Bounds} bounds
 */
export function numberField(props, bounds) {
  const { low, high, whole } = bounds;
  const input = h("input", { type: "number", min: low, max: high, step: whole ? 1 : "any", ...props });
  return bindNumber(/** @type {HTMLInputElement} */ (input), bounds);
}

/**
 * Writes a setting into its field, unless the reader is writing there.
 * @param {HTMLInputElement} input
 * @param {number} value
 */
export function showNumber(input, value) {
  if (document.activeElement === input) return;
  if (input.value !== String(value)) forgive(input); // it was set elsewhere: what was said of it is over
  input.value = String(value);
}
