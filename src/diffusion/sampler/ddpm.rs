//! Ancestral sampling (Ho, Jain & Abbeel 2020, Algorithm 2): mean of the posterior at x̂_0, plus σ_t z.
//!
//! With t the floor we stand on, s the next one we stop at (s = t−1 when no floor is skipped), α_t = ᾱ_t/ᾱ_s and
//! β_t = 1 − α_t the stride's own:
//!
//! * Ho eq. 7: μ̃_t(x_t, x_0) = (√ᾱ_s β_t/(1−ᾱ_t)) x_0 + (√α_t (1−ᾱ_s)/(1−ᾱ_t)) x_t,  β̃_t = β_t (1−ᾱ_s)/(1−ᾱ_t)
//! * Ho eq. 11: with x̂_0 from ε̂ this is μ_θ = (x_t − β_t/√(1−ᾱ_t) ε̂)/√α_t, which is Su eq. 8
//! * Su eq. 17: x_{t−1} = μ_θ + σ_t z

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Result;
use crate::json::Object;

use crate::diffusion::solver::{Floor, Question, Solver};
use crate::diffusion::step::Step;

/// diffusers clamps β̃_t from below, because it may take its logarithm.
const MIN_VARIANCE: f64 = 1e-20;

/// σ_t² of the ancestral step (Ho, section 3.2; Su eq. 17).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variance {
    /// σ_t = 0: the greedy chain, which collapses. It is not DDIM.
    Zero,
    /// σ_t² = β_t, best for x_0 ~ N(0, I); diffusers' `fixed_large`.
    #[serde(alias = "fixed_large")]
    Beta,
    /// σ_t² = β̃_t, best for a single x_0; diffusers' `fixed_small`, whose `_log` form is the same number computed by
    /// way of logarithms.
    #[default]
    #[serde(alias = "fixed_small", alias = "fixed_small_log")]
    BetaTilde,
}

/// The ancestral sampler.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ddpm {
    /// Which σ_t.
    pub variance: Variance,
}

impl Ddpm {
    fn step(&self, from: &Floor, to: &Floor, question: Question) -> Step {
        let (alpha_bar_t, alpha_bar_s) = (from.alpha_bar, to.alpha_bar);
        let alpha_t = alpha_bar_t / alpha_bar_s;
        let beta_t = 1.0 - alpha_t;
        let beta_tilde_t = beta_t * (1.0 - alpha_bar_s) / (1.0 - alpha_bar_t);
        let variance = match self.variance {
            Variance::Zero => 0.0,
            Variance::Beta => beta_t,
            Variance::BetaTilde => beta_tilde_t.max(MIN_VARIANCE),
        };
        Step {
            prev_from_x0: alpha_bar_s.sqrt() * beta_t / (1.0 - alpha_bar_t),
            prev_from_x: alpha_t.sqrt() * (1.0 - alpha_bar_s) / (1.0 - alpha_bar_t),
            // Algorithm 2, line 3: z = 0 on the lowest floor. A chain that ends above it (trailing) still gets its z.
            sigma: if from.timestep == 0.0 { 0.0 } else { variance.sqrt() },
            alpha_bar_prev: alpha_bar_s,
            beta: beta_t,
            ..question.at(from)
        }
    }
}

impl Variance {
    /// As diffusers names it, which has no greedy chain.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::Beta => "fixed_large",
            Self::BetaTilde => "fixed_small",
        }
    }
}

impl Solver for Ddpm {
    fn read(keys: &Object) -> Result<Self> {
        Ok(Self { variance: keys.or("variance_type", None::<Variance>)?.unwrap_or_default() })
    }

    fn keys(&self) -> Vec<(&'static str, Value)> {
        vec![("variance_type", self.variance.name().into())]
    }

    fn steps(&self, floors: &[Floor], question: Question) -> Vec<Step> {
        floors.windows(2).map(|pair| self.step(&pair[0], &pair[1], question)).collect()
    }
}
