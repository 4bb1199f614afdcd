// @ts-check
// What a reader chooses once for the whole lesson: the tower that the chapters take down, and the seed of all noise that is
// thrown on it.
import { anInt, oneOf } from "../settings.js";

export const TOWERS = ["day", "dusk", "night"];

/** @type {import("../settings.js").Properties} */
export const properties = {
  tower: ["day", oneOf(...TOWERS)],
  dice: [1, anInt(0, 0xffffffff)],
};
