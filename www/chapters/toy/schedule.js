// The schedule of the 2-D models: Ho's linear β, 1e-4 … 0.02 over T = 1000. The chapter's timeline has 40 steps; position
// 0 is x_0, position 40 is x_T, as on the stage. chain.table() of the engine has the same numbers (tests/e2e/toy.tests.mjs).

export const T = 1000;
export const STEPS = 40;
/** A network is asked twice on the way from one position to the next. */
export const CALLS = 2;

const ALPHA_BAR = new Float64Array(T + 1);
ALPHA_BAR[0] = 1;
for (let t = 1; t <= T; t++) ALPHA_BAR[t] = ALPHA_BAR[t - 1] * (1 - beta(t));

/** Ho's β_t, t = 1 … T. */
export function beta(t) {
  return 1e-4 + ((0.02 - 1e-4) * (t - 1)) / (T - 1);
}

/** Ho's ᾱ_t, t = 0 … T. */
export const alphaBar = (t) => ALPHA_BAR[t];

/** The frame of a network's chain that shows a position; the chain begins at the rubble. */
export const frameAt = (position) => CALLS * (STEPS - position);

export const timeAt = (position) => Math.round((position * T) / STEPS);

/** scheduler_config.json for a model that predicts ε, x_0 ("sample") or v. */
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
