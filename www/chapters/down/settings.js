// @ts-check
// What a reader can choose in chapter 2, as entries of the page's settings: name → [default, parse].
// The names are keys of the link, all beginning with down_.
import { Choices } from "../../lesson/choices.js";
import { TIED } from "../../lesson/demolition.js";
import { aFlag, aNumber, anInt } from "../../settings.js";

const time = anInt(0, 1000);

/** @type {import("../../settings.js").Properties} */
export const properties = {
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

export const CHOICES = new Choices("down", properties, {
  step: ["down_step", "down_pixel"],
  ledger: ["down_ledger", "down_tied", "down_fade", "down_toss"],
  jump: ["down_jump", "down_merged", "down_pixel"],
  drown: ["down_drown"],
});

/**
 * By how much the ledger's tie is undone.
 * @param {import("../../lesson/site.js").Site} site
 * @returns {import("../../lesson/demolition.js").Terms}
 */
export const terms = (site) => (site.get("tied") ? TIED : { fade: site.get("fade"), toss: site.get("toss") });
