// @ts-check
// What the loss curve's legend says of a run: the present one is named by what is taught, an earlier one by what it did
// otherwise. Only runs over the very same pictures are put side by side.
import { lang, say } from "../../lib/words.js";

/** Of a run's choices, those that its curve depends on beside the pictures. */
export const HOW = ["lr", "steps", "batch", "layers"];

/** @param {string} name @param {any} value */
const setting = (name, value) =>
  say("teach_run_setting", {
    name: say(`teach_${name}`),
    value: name === "layers" ? say(`teach_layers_${value}`) : value.toLocaleString(lang()),
  });

/**
 * @param {{ group: string, count: number, digit: number, made: Record<string, any> }} run what it learns from, told apart
 *   by `group`, and the choices of HOW
 * @returns {import("../../figures/loss-curve.js").Run}
 */
export const runOf = ({ group, count, digit, made }) => ({
  group,
  made,
  text(present) {
    if (!present) return say("teach_run", { count, digit });
    const told = HOW.filter((name) => made[name] !== present[name]).map((name) => setting(name, made[name]));
    return say("teach_run_before", { told: told.join(say("teach_run_comma")) || say("teach_run_same") });
  },
});
