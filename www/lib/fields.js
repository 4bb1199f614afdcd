// @ts-check
// Fields for numbers: what lies within the bounds is set, anything else is put back and refused with one sentence.
import { h } from "./dom.js";
import { say } from "./words.js";

/**
 * @typedef {object} Bounds
 * @property {string} name key of the field's name in words.js
 * @property {number} low
 * @property {number} high
 * @property {boolean} [whole] integers only
 * @property {() => number} value what is set now
 * @property {(value: number) => unknown} set
 * @property {(work: () => unknown) => unknown} act runs what the reader asked for and shows its failure
 */

/**
 * Binds an <input type="number"> that stands there already.
 * @param {HTMLInputElement} input
 * @param {Bounds} bounds
 */
export function bindNumber(input, { name, low, high, whole = false, value, set, act }) {
  input.addEventListener("change", () =>
    act(() => {
      const given = input.valueAsNumber;
      if (given >= low && given <= high && (!whole || Number.isInteger(given))) return set(given);
      input.value = String(value());
      throw new Error(say("not_a_number", { name: say(name), low, high }));
    }),
  );
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
  if (document.activeElement !== input) input.value = String(value);
}
