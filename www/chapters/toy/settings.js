// @ts-check
// What a reader can choose in chapter 8, as entries of the page's settings: name → [default, parse].
// The names are keys of the link, all beginning with toy_.
import { aFlag, aNumber, anInt, oneOf } from "../../settings.js";

export const SETS = [
  "moons",
  "swiss_roll",
  "eight_gaussians",
  "checkerboard",
  "spiral",
  "rings",
  "skyline",
  "chai",
  "jian",
];
export const OWN = "own"; // drawn or pasted points
export const FIELDS = ["network", "exact", "both", "difference"];
export const TOOLS = ["spray", "erase", "follow"];
export const LOSSES = ["whole", "over"]; // all of the loss, or what lies above its floor

/**
 * Bounds of the numbers, for the form and for links alike: name → [least, greatest, whole].
 * @type {Record<string, [number, number, boolean]>}
 */
export const LIMITS = {
  toy_n: [1, 20000, true],
  toy_width: [4, 256, true],
  toy_depth: [1, 8, true],
  toy_lr: [1e-6, 1, false],
  toy_batch: [1, 4096, true],
  toy_steps: [0, 100000, true],
  toy_seed: [0, 0xffffffff, true],
};

/** The choices that a network in training was made with: changing one of them takes effect when training starts over. */
export const MADE_WITH = [
  "toy_width",
  "toy_depth",
  "toy_lr",
  "toy_batch",
  "toy_steps",
  "toy_objective",
  "toy_prediction",
  "toy_importance",
  "toy_sample",
  "toy_seed",
];

const POINT = 4; // characters of a point in the link, see link.js
const TELLING = 24; // characters of which, by chance, some are capitals

/** @param {string} text */
const points = (text) => {
  const lowered = text.length >= TELLING && text === text.toLowerCase(); // then other points than were drawn
  return /^[\w-]*$/.test(text) && text.length % POINT === 0 && !lowered ? text : undefined;
};

/** The whole points of those that were damaged. @param {string} text */
const somePoints = (text) => {
  const sound = /^([\w-]{4})*/.exec(text)?.[0] ?? "";
  const value = points(sound) ?? "";
  return { value, fault: { key: value ? "link_points" : "link_no_points", values: { count: value.length / POINT } } };
};

/** @param {string} name */
const limited = (name) => (LIMITS[name][2] ? anInt : aNumber)(LIMITS[name][0], LIMITS[name][1]);

/** @type {import("../../settings.js").Properties} */
export const properties = {
  toy: ["moons", oneOf(...SETS, OWN)],
  toy_n: [2000, limited("toy_n")], // points of a preset
  toy_points: ["", points, somePoints], // own points
  toy_at: [0, anInt(0, 40)], // where on the timeline, see schedule.js
  toy_tool: ["spray", oneOf(...TOOLS)], // what a pointer does on the pad
  toy_down: [-1, anInt(-1, 19999)], // the number of the brick that is followed down; -1: none
  toy_up: [-1, anInt(-1, 2047)], // and of the one up
  toy_field: ["network", oneOf(...FIELDS)],
  toy_loss: ["whole", oneOf(...LOSSES)], // what the charts of the run show
  toy_by: ["network", oneOf("network", "exact")], // who rebuilds: the network in training, or the exact E[ε|x_t]
  toy_words: [true, aFlag], // false: the prose is hidden
  toy_width: [64, limited("toy_width")],
  toy_depth: [2, limited("toy_depth")],
  toy_lr: [0.01, limited("toy_lr")],
  toy_batch: [512, limited("toy_batch")],
  toy_steps: [2000, limited("toy_steps")], // 0: without end, at a constant rate
  toy_objective: ["merged", oneOf("merged", "naive", "vlb")],
  toy_prediction: ["epsilon", oneOf("epsilon", "sample", "v_prediction")],
  toy_importance: [false, aFlag],
  toy_sample: ["ema", oneOf("ema", "raw")],
  toy_seed: [1, limited("toy_seed")],
};

/** What the experiments below the figures set. */
export const EXPERIMENTS = {
  few: { toy: "moons", toy_n: 10, toy_objective: "merged", toy_prediction: "epsilon" },
  naive: { toy: "moons", toy_n: 2000, toy_objective: "naive", toy_prediction: "epsilon" },
};
export const EXPERIMENT_NAMES = /** @type {(keyof typeof EXPERIMENTS)[]} */ (Object.keys(EXPERIMENTS));
