// @ts-check
// What a reader can choose in chapter 3, as entries of the page's settings: name → [default, parse].
// The names are keys of the link, all beginning with up_.
import { Choices } from "../../lesson/choices.js";
import { aFlag, anInt, oneOf } from "../../settings.js";

const time = anInt(1, 1000);

/** @type {import("../../settings.js").Properties} */
export const properties = {
  up_step: [100, time], // t of the one step
  up_term: ["none", oneOf("none", "before", "after", "guess", "fresh")], // the picture of it that is shown alone
  up_who: ["network", oneOf("network", "exact")], // who guesses the noise
  up_sigma: ["beta_tilde", oneOf("beta_tilde", "beta", "zero")],
  up_best: [560, time], // t of the two best answers
  up_stranger: [false, aFlag], // the tower is none of the thousand
  up_memory: [1, time], // t of the two chains
  up_rubble: [1, anInt(1, 999)], // which x_T they begin with
};

export const CHOICES = new Choices("up", properties, {
  step: ["up_step", "up_term", "up_who", "up_sigma"],
  best: ["up_best", "up_stranger"],
  memory: ["up_memory", "up_rubble"],
});
