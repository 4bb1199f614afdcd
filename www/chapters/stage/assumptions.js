// @ts-check
// What a model's files left open and was taken for granted: a quiet line each, in the reader's language.
import { few, say } from "../../lib/words.js";
import { SAMPLERS, settingsOf } from "./samplers.js";

/**
 * What was taken for granted of a model.
 * @param {import("./model-source.js").ModelSource} source
 * @param {import("../../lib/model-files.js").About} about
 */
export function assumptions({ plan, shape, classes, nullClass }, { folder, scheduler, others }) {
  const { sampler, steps } = settingsOf(plan);
  const sigma = sampler === "ddpm" ? `, ${plan.variance_type}` : "";
  const T = plan.num_train_timesteps;
  const chain = { file: scheduler, sampler: SAMPLERS[sampler].label + sigma, T, steps };
  return [
    say(scheduler ? "own_scheduler" : "own_no_scheduler", chain),
    classes.length && nullClass === null ? say("own_all_classes", { count: classes.length }) : null,
    [1, 3].includes(shape.channels) ? null : say("own_channels", shape),
    others.length ? say("own_others", { folder, others: few(others) }) : null,
  ].filter((line) => line !== null);
}
