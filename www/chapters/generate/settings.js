// @ts-check
// What a reader can choose in chapter 5, as entries of the page's settings: name → [default, parse].
// The names are keys of the link, all beginning with generate_.
import { Choices } from "../../lesson/choices.js";
import { aNumber, anInt } from "../../settings.js";

const time = anInt(0, 1000);
/** @param {number[]} values */
const among =
  (...values) =>
  (/** @type {string} */ text) =>
    values.find((value) => String(value) === text);

/** How many steps there are to choose from. */
export const STEPS = [10, 20, 50, 100];
export const TOWER_STEPS = [5, 10, 20, 50];
export const COSTS = [5, 10, 20, 50];
export const STRIDES = [10, 20, 50, 1000];

/** @type {import("../../settings.js").Properties} */
export const properties = {
  generate_five: [0, time], // t of the five samplers
  generate_steps: [50, among(...STEPS)], // of each of them
  generate_towers: [1000, time], // t of the five samplers on the network: rubble until it has built
  generate_tower_steps: [10, among(...TOWER_STEPS)],
  generate_cost: [20, among(...COSTS)], // steps whose cost is told
  generate_slow: [700, anInt(1, 1000)], // t of the slow motion
  generate_algorithm: [2, among(1, 2)],
  generate_line: [4, anInt(1, 6)], // of the algorithm, as Ho numbers them
  generate_round: [0, anInt(0, 999)], // of Algorithm 1: which tower and which noise
  generate_thousand: [0, time], // t of the chain of T steps
  generate_many: [5, anInt(1, 1000)], // T
  generate_at: [0, aNumber(-2, 2)], // x_t from which it steps back
  generate_sigma: [300, anInt(1, 1000)], // t of the best σ
  generate_strides: [20, among(...STRIDES)],
  generate_spread: [0.3, aNumber(0, 1)], // of the data
};

export const CHOICES = new Choices("generate", properties, {
  five: ["generate_five", "generate_steps"],
  towers: ["generate_towers", "generate_tower_steps"],
  cost: ["generate_cost"],
  slow: ["generate_slow", "generate_algorithm", "generate_line", "generate_round"],
  thousand: ["generate_thousand", "generate_many", "generate_at"],
  sigma: ["generate_sigma", "generate_strides", "generate_spread"],
});
