//! DPM-Solver++ (2M) (Lu et al. 2022, arXiv 2211.01095, Algorithm 2), with diffusers' choices: the probability-flow ODE
//! in half the log signal-to-noise ratio λ = ln(√ᾱ/√(1−ᾱ)), where x̂_0 is close to a line through the last two answers.
//!
//! With t the floor we stand on, s the one we jump to and u the one before t, h = λ_s − λ_t and r = (λ_t − λ_u)/h:
//!
//! * x_s = √((1−ᾱ_s)/(1−ᾱ_t)) x_t + √ᾱ_s (1 − e^−h) D, and √ᾱ_s (1 − e^−h) = √ᾱ_s − √ᾱ_t √((1−ᾱ_s)/(1−ᾱ_t))
//! * second order ("midpoint"): D = x̂_0(t) + (x̂_0(t) − x̂_0(u))/(2r); first order: D = x̂_0(t), which is DDIM with η = 0
//!
//! The first step has no u; a step to x_0 has h = ∞ and no use for a slope. Both are of first order.

use serde::Deserialize;
use serde_json::Value;

use super::Variance;
use crate::diffusion::solver::{Floor, PlanOptions, Question, Solver};
use crate::diffusion::step::{Past, Step};
use crate::diffusion::timesteps::{Spacing, timesteps_without_lowest};
use crate::error::Result;
use crate::json::Object;

/// Where the chain ends, in diffusers' σ = √((1−ᾱ)/ᾱ).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinalSigma {
    /// At x_0.
    #[default]
    Zero,
    /// At the schedule's lowest floor.
    SigmaMin,
}

/// Chains shorter than this end with a step of first order, if `lower_order_final` says so.
const SHORT: usize = 15;

/// The solver; field names and defaults are diffusers'.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dpmpp2m {
    /// Whether the last step of a short chain is of first order.
    pub lower_order_final: bool,
    /// Whether the last step of any chain is.
    pub euler_at_final: bool,
    /// Where the chain ends; at x_0 the last step is of first order whatever the two above say.
    pub final_sigmas_type: FinalSigma,
}

impl Default for Dpmpp2m {
    fn default() -> Self {
        Self {
            lower_order_final: true,
            euler_at_final: false,
            final_sigmas_type: FinalSigma::default(),
        }
    }
}

impl Solver for Dpmpp2m {
    fn read(keys: &Object) -> Result<Self> {
        keys.refuse_unless("solver_order", 2.into())?;
        keys.refuse_unless("algorithm_type", "dpmsolver++".into())?;
        keys.refuse_unless("solver_type", "midpoint".into())?;
        keys.refuse_unless("lambda_min_clipped", "-Infinity".into())?;
        for key in [
            "use_karras_sigmas",
            "use_exponential_sigmas",
            "use_beta_sigmas",
            "use_lu_lambdas",
            "use_flow_sigmas",
            "use_dynamic_shifting",
        ] {
            keys.refuse_unless(key, false.into())?;
        }
        // It draws no noise, so a fixed variance means nothing to it, but a learned one doubles the network's channels.
        keys.or("variance_type", None::<Variance>)?;
        let default = Self::default();
        Ok(Self {
            lower_order_final: keys.or("lower_order_final", default.lower_order_final)?,
            euler_at_final: keys.or("euler_at_final", default.euler_at_final)?,
            final_sigmas_type: keys.or("final_sigmas_type", default.final_sigmas_type)?,
        })
    }

    fn keys(&self) -> Vec<(&'static str, Value)> {
        let end = if self.ends_at_x0() { "zero" } else { "sigma_min" };
        vec![
            ("lower_order_final", self.lower_order_final.into()),
            ("euler_at_final", self.euler_at_final.into()),
            ("final_sigmas_type", end.into()),
        ]
    }

    fn spacing(&self) -> Spacing {
        Spacing::Linspace
    }

    fn timesteps(&self, options: &PlanOptions, train_steps: usize) -> Result<Vec<usize>> {
        timesteps_without_lowest(options.spacing, options.steps, train_steps, options.steps_offset)
    }

    fn ends_at_x0(&self) -> bool {
        self.final_sigmas_type == FinalSigma::Zero
    }

    fn clips(&self, _guided: bool) -> bool {
        false
    }

    fn steps(&self, floors: &[Floor], question: Question) -> Vec<Step> {
        let last = floors.len() - 2;
        let first_order_last = self.euler_at_final
            || self.ends_at_x0()
            || (self.lower_order_final && floors.len() - 1 < SHORT);
        let lambda = |floor: &Floor| 0.5 * (floor.alpha_bar / (1.0 - floor.alpha_bar)).ln();
        let step = |i: usize| {
            let (from, to) = (&floors[i], &floors[i + 1]);
            let shrink = ((1.0 - to.alpha_bar) / (1.0 - from.alpha_bar)).sqrt();
            let gain = to.alpha_bar.sqrt() - from.alpha_bar.sqrt() * shrink;
            let slope = match i {
                0 => 0.0,
                _ if i == last && first_order_last => 0.0,
                // gain/(2r)
                _ => {
                    let (h, before) = (lambda(to) - lambda(from), lambda(from) - lambda(&floors[i - 1]));
                    gain * h / (2.0 * before)
                }
            };
            Step {
                prev_from_x: shrink,
                prev_from_x0: gain + slope,
                past: [Past { prev_from_x0: -slope, ..Past::default() }, Past::default()],
                alpha_bar_prev: to.alpha_bar,
                beta: 1.0 - from.alpha_bar / to.alpha_bar,
                ..question.at(from)
            }
        };
        (0..=last).map(step).collect()
    }
}
