// @ts-check
// What a reader can choose on the stage, as entries of the page's settings: name → [default, parse].
import { aFlag, aNumber, anInt, oneOf } from "../../settings.js";
import { SAMPLERS } from "./samplers.js";

const ACTS = /^(d|b(any|mixed|\d{1,5}))(\.(d|b(any|mixed|\d{1,5})))*$/;

/**
 * The defaults are of digits, which were there first: links that name something of the stage and no model mean them.
 * @type {import("../../settings.js").Properties}
 */
export const properties = {
  model: ["digits", oneOf("digits", "towers")], // the page's own that stands on the stage, see presets.js
  mode: ["one", oneOf("one", "grid")],
  start: ["noise", oneOf("noise", "real")], // x_T from the seed, or a real digit or tower as x_0
  digit: ["3", (text) => (text === "any" || text === "mixed" ? text : anInt(0, 99999)(text)?.toString())], // the class
  seed: [7, anInt(0, 0xffffffff)],
  test: [0, anInt(0, 199)], // which real one
  sampler: ["ddim", oneOf(...Object.keys(SAMPLERS))],
  steps: [50, anInt(1, 100000)],
  spacing: ["leading", oneOf("leading", "linspace", "trailing")],
  eta: [0, aNumber(0, 1)],
  sigma: ["beta_tilde", oneOf("zero", "beta", "beta_tilde")],
  guidance: [2, aNumber(0, 20)],
  clip: [false, aFlag], // guided predictions leave −1…1 on their way; clipping them costs quality
  speed: [1, aNumber(0.1, 100)],
  acts: ["", (text) => (ACTS.test(text) ? text : undefined)], // done so far: d = 拆, b3 = 建 a 3
  strip: ["", oneOf("", "demolish", "build")], // which film strip is looked at; "": that of the last act
  at: [-1, anInt(0, 100000)], // where the reader paused; -1: let it run
};

/** What stands on the stage where a link says nothing of it: a tower at dusk, its eaves curved. */
export const opening = {
  ...Object.fromEntries(Object.entries(properties).map(([name, [value]]) => [name, value])),
  model: "towers",
  digit: "7",
  guidance: 3,
};
