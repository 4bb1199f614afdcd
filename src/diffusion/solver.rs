//! What a sampler must say of itself: which keys of `scheduler_config.json` are its own, where it stops, and the way from
//! noise levels to [`Step`]s. Each is one file in `sampler/` with one type that is [`Solver`].

use serde_json::Value;

use crate::error::Result;
use crate::json::Object;

use super::step::{PredictionType, Step};
use super::timesteps::{Spacing, timesteps};

/// A noise level where a chain stops.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Floor {
    /// What the network is told, 0 … T−1; −1 where the chain ends and nobody is asked.
    pub timestep: f64,
    /// ᾱ there.
    pub alpha_bar: f64,
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

/// What every step of a chain has in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Question {
    /// What the network answers.
    pub prediction: PredictionType,
    /// x̂_0 is clipped to ±this.
    pub clip: Option<f64>,
}

impl Question {
    /// A step that asks the network at `floor`, as it is before the sampler says what follows from the answer.
    pub fn at(&self, floor: &Floor) -> Step {
        let step = Step::predicting(self.prediction, floor.alpha_bar, self.clip);
        Step { timestep: floor.timestep, ..step }
    }
}

/// See the [module documentation](self).
pub(crate) trait Solver {
    /// Reads its own keys, with diffusers' defaults for those that are absent.
    ///
    /// # Errors
    /// One sentence naming a key that cannot be read or asks for what is not supported.
    fn read(keys: &Object) -> Result<Self>
    where
        Self: Sized;

    /// The same keys, to be written; a plain list, because serde's tagged enums cost the page's wasm more.
    fn keys(&self) -> Vec<(&'static str, Value)>;

    /// Refuses settings out of range.
    ///
    /// # Errors
    /// One sentence naming the setting.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// diffusers' default for it.
    fn spacing(&self) -> Spacing {
        Spacing::Leading
    }

    /// The timesteps of a chain, falling, all different.
    ///
    /// # Errors
    /// There are not that many.
    fn timesteps(&self, options: &PlanOptions, train_steps: usize) -> Result<Vec<usize>> {
        timesteps(options.spacing, options.steps, train_steps, options.steps_offset)
    }

    /// Whether the chain ends at x_0 (ᾱ = 1) or at the schedule's lowest floor (ᾱ_0).
    fn ends_at_x0(&self) -> bool {
        true
    }

    /// Whether x̂_0 is clipped where the scheduler file clips and nobody says otherwise.
    fn clips(&self, _guided: bool) -> bool {
        true
    }

    /// One step for every floor but the last, which is where the chain ends.
    fn steps(&self, floors: &[Floor], question: Question) -> Vec<Step>;
}
