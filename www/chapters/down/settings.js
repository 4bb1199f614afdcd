// @ts-check
// What a reader can choose in chapter 2, as entries of the page's settings: name → [default, parse].
// The names are keys of the link, all beginning with down_.
import { aFlag, aNumber, anInt, oneOf } from "../../settings.js";

export const TOWERS = ["day", "dusk", "night"];
const time = anInt(0, 1000);

/** @type {import("../../settings.js").Properties} */
export const properties = {
  down_tower: ["day", oneOf(...TOWERS)],
  down_seed: [1, anInt(0, 0xffffffff)], // of all noise
  down_step: [60, anInt(1, 1000)], // t of the one step
  down_pixel: [533, anInt(0, 1023)], // whose step is reckoned
  down_ledger: [250, time], // t of the ledger
  down_tied: [true, aFlag], // α² + β² = 1; otherwise what the next two say
  down_fade: [1, aNumber(0, 2)],
  down_toss: [1, aNumber(0, 4)],
  down_jump: [200, time], // t of jump and walk
  down_merged: [false, aFlag], // the jump takes the walk's own noise, merged
  down_drown: [75, time], // t of the spectrum
};

/** The choices of each figure, its t first: what its reset puts back. */
export const FIGURES = {
  step: ["down_step", "down_pixel"],
  ledger: ["down_ledger", "down_tied", "down_fade", "down_toss"],
  jump: ["down_jump", "down_merged", "down_pixel"],
  drown: ["down_drown"],
};

/**
 * The choices that a phrase of the prose makes, "ledger=1000 tied=0".
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
