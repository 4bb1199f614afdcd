// @ts-check
// What a reader can choose in chapter 9, as entries of the page's settings (www/settings.js): name → [default, parse].
// The names are keys of the link, all beginning with teach_; drawings are not in the link.
import { aNumber, anInt, oneOf } from "../../settings.js";

export const SHARES = [0, 0.25, 0.5, 0.75, 0.9];
export const LAYERS = ["all", "up", "class"];

/** Bounds of the numbers, for the form and for links alike: name → [least, greatest, whole]. @type {Record<string, [number, number, boolean]>} */
export const LIMITS = { steps: [1, 5000, true], batch: [1, 64, true], lr: [1e-6, 0.1, false], look: [2, 100, true] };

/** @param {string} name */
const limited = (name) => (LIMITS[name][2] ? anInt : aNumber)(LIMITS[name][0], LIMITS[name][1]);
const share = aNumber(0, 0.9);

/** @type {import("../../settings.js").Properties} */
export const properties = {
  teach_digit: [4, anInt(0, 9)], // the class that the drawings take over
  teach_old: [0.5, (text) => SHARES.find((one) => one === share(text))], // share of old digits in a batch
  teach_layers: ["all", oneOf(...LAYERS)],
  teach_steps: [150, limited("steps")],
  teach_batch: [16, limited("batch")],
  teach_lr: [3e-4, limited("lr")],
  teach_look: [10, limited("look")], // DDIM steps of the samples on the way
};
