//! From "this sampler, that many steps" to the list of [`Step`]s; everything that can be wrong is found here.

use crate::error::{Error, Result};

use super::{Ddim, Ddpm, PredictionType, Schedule, Spacing, Step, timesteps};

/// A way down from noise to picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sampler {
    /// Ancestral sampling.
    Ddpm(Ddpm),
    /// DDIM.
    Ddim(Ddim),
}

/// What a chain needs besides schedule and sampler; `Default` is diffusers' (with 50 steps, as its pipelines).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlanOptions {
    /// Network calls in the chain, 1 … T.
    pub steps: usize,
    /// Which timesteps.
    pub spacing: Spacing,
    /// Shift of the timesteps under [`Spacing::Leading`].
    pub steps_offset: usize,
    /// What the network predicts.
    pub prediction: PredictionType,
    /// Clip x̂_0 to ±this.
    pub clip: Option<f64>,
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self {
            steps: 50,
            spacing: Spacing::Leading,
            steps_offset: 0,
            prediction: PredictionType::Epsilon,
            clip: Some(1.0),
        }
    }
}

/// The chain's steps, first the noisiest. Coefficients are those of diffusers' schedulers.
pub fn plan(schedule: &Schedule, sampler: &Sampler, options: &PlanOptions) -> Result<Vec<Step>> {
    if let Some(bound) = options.clip.filter(|bound| !(bound.is_finite() && *bound > 0.0)) {
        return Err(Error::Input(format!("the clipping range must be positive, not {bound}")));
    }
    if let Sampler::Ddim(Ddim { eta, .. }) = sampler
        && !(0.0..=1.0).contains(eta)
    {
        return Err(Error::Input(format!("eta must lie between 0 and 1, not {eta}")));
    }
    let train_steps = schedule.len();
    let falling = timesteps(options.spacing, options.steps, train_steps, options.steps_offset)?;
    let steps = falling.iter().enumerate().map(|(i, &t)| match sampler {
        Sampler::Ddpm(ddpm) => {
            ddpm.step(schedule, t, falling.get(i + 1).copied(), options.prediction, options.clip)
        }
        // diffusers' DDIM always jumps ⌊T/steps⌋ floors, which is the next timestep under `Leading` but not always
        // under the other spacings; pictures are to match, so the same is done here.
        Sampler::Ddim(ddim) => ddim.step(
            schedule,
            t,
            t.checked_sub(train_steps / options.steps),
            options.prediction,
            options.clip,
        ),
    });
    Ok(steps.collect())
}
