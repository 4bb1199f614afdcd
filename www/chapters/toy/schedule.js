// @ts-check
// The schedule of the 2-D models: Ho's linear β, 1e-4 … 0.02 over T = 1000, as the engine computes it. The chapter's
// timeline has 40 steps; position 0 is x_0, position 40 is x_T, as on the stage.

export const T = 1000;
export const STEPS = 40;
/** A network is asked twice on the way from one position to the next. */
export const CALLS = 2;

/** By t − 1. */
let alphaBars = /** @type {Float64Array<ArrayBufferLike>} */ (new Float64Array(T));

/** Takes the engine's numbers over, once its module is here. @param {typeof import("../../pkg/chailou.js")} wasm */
export function readSchedule(wasm) {
  alphaBars = wasm.schedule(schedulerConfig("epsilon")).alphaBars;
}

/** Ho's ᾱ_t, t = 0 … T; not before readSchedule(). @param {number} t */
export const alphaBar = (t) => (t ? alphaBars[t - 1] : 1);

/** The frame of a network's chain that shows a position; the chain begins at the rubble. @param {number} position */
export const frameAt = (position) => CALLS * (STEPS - position);

/** @param {number} position */
export const timeAt = (position) => Math.round((position * T) / STEPS);

/** scheduler_config.json for a model that predicts ε, x_0 ("sample") or v. @param {string} prediction */
export const schedulerConfig = (prediction) =>
  JSON.stringify({
    _class_name: "DDIMScheduler",
    num_train_timesteps: T,
    beta_schedule: "linear",
    beta_start: 1e-4,
    beta_end: 0.02,
    prediction_type: prediction,
    clip_sample: false,
    timestep_spacing: "trailing",
  });
