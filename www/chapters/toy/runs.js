// @ts-check
// What a curve's legend says of a run: the present one is named by its data and objective, an earlier one by what it did
// otherwise. Only runs that learned the very same points are put side by side.
import { lang, say } from "../../lib/words.js";
import { setName } from "./presets.js";
import { MADE_WITH } from "./settings.js";

const LISTS = ["objective", "prediction", "sample"]; // choices among words

/** @param {string} name @param {any} value */
function setting(name, value) {
  if (LISTS.includes(name)) return say(`toy_${name}_${value}`);
  if (typeof value === "boolean") return say(value ? "toy_run_with" : "toy_run_without", { name: say(`toy_${name}`) });
  return say("toy_run_setting", { name: say(`toy_${name}`), value: value.toLocaleString(lang()) });
}

/**
 * The run that learns from the present points with a network made with `made`.
 * @param {import("./dataset.js").Dataset} dataset
 * @param {Record<string, any>} made the toy_ settings without their prefix
 * @returns {import("../../figures/loss-curve.js").Run}
 */
export function runOf({ own, count, points, settings }, made) {
  const set = settings.get("toy");
  return {
    group: `${set} ${count} ${points.reduce((sum, value, i) => sum + value * ((i % 97) + 1), 0)}`,
    made,
    text(present) {
      if (!present)
        return say("toy_run", {
          set: own ? say("toy_run_own") : setName(set),
          count: count.toLocaleString(lang()),
          objective: setting("objective", made.objective),
        });
      const others = MADE_WITH.map((name) => name.slice(4)).filter((name) => made[name] !== present[name]);
      const told = others.map((name) => setting(name, made[name])).join(say("toy_run_comma"));
      return say("toy_run_before", { told: told || say("toy_run_same") });
    },
  };
}
