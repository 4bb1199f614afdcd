// @ts-check
// What a reader can choose in chapter 4, as entries of the page's settings: name → [default, parse].
// The names are keys of the link, all beginning with variance_.
import { Choices } from "../../lesson/choices.js";
import { aFlag, aNumber, anInt, oneOf } from "../../settings.js";

export const BATCHES = ["16", "64", "256"];

/** @type {import("../../settings.js").Properties} */
export const properties = {
  variance_step: [9, anInt(1, 1000)], // t of the two noises
  variance_apart: [false, aFlag], // they are drawn independently
  variance_pixel: [533, anInt(0, 1023)], // the brick whose pair is marked
  variance_turn: [7, anInt(2, 1000)], // t of the rotation
  variance_dial: [20, aNumber(0, 90)], // degrees by which the axes are turned
  variance_batch: ["64", oneOf(...BATCHES)], // samples in a step of the race
};

export const CHOICES = new Choices("variance", properties, {
  step: ["variance_step", "variance_apart", "variance_pixel"],
  dial: ["variance_turn", "variance_dial", "variance_pixel"],
  race: ["variance_batch"],
});
