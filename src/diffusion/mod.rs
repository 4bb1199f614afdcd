//! Diffusion as arithmetic: schedules, timesteps, samplers and noise, in f64, without a tensor in sight.
//!
//! A sampler's whole chain is decided before it runs: [`plan`] turns (schedule, sampler, steps) into one [`Step`] of
//! coefficients per network call, and whoever holds the tensors (a shader, a test) only applies them.
//!
//! Notation is Ho's, as in every library of the field: `beta`, `alpha`, `alpha_bar` are variances. Su's amplitudes are
//! their square roots (Su α_t = √(Ho α_t), Su β̄_t = √(1 − Ho ᾱ_t)). Timesteps count from 0 as in diffusers: index t here
//! is t + 1 in both papers.

mod demolish;
mod guidance;
mod plan;
mod rng;
mod sampler;
mod schedule;
mod solver;
mod step;
mod timesteps;

pub use demolish::demolish;
pub use guidance::guide;
pub use plan::plan;
pub use rng::{Stream, key, normal, normal_pair, normals, threefry2x32};
pub use sampler::*;
pub use schedule::{BetaSchedule, Schedule};
pub use solver::{Floor, PlanOptions};
pub use step::{History, PAST, Past, PredictionType, Step, StepResult, noise_from};
pub use timesteps::{Spacing, timesteps, timesteps_without_lowest};

use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::options::named;

/// As [`named`]; the error says what the name was to be.
pub fn parse_name<T: DeserializeOwned>(what: &str, name: &str) -> Result<T> {
    named(name).map_err(|reason| Error::Input(format!("{what}: {reason}")))
}
