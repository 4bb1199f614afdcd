//! DDIM (Song, Meng & Ermon 2020): jump to any lower floor along x̂_0 and ε̂, with as much fresh noise as η asks for.
//!
//! With t the floor we stand on and s the one we jump to:
//!
//! * Song eq. 12: x_s = √ᾱ_s x̂_0 + √(1 − ᾱ_s − σ_t²) ε̂ + σ_t z,  x̂_0 = (x_t − √(1−ᾱ_t) ε̂)/√ᾱ_t
//! * Song eq. 16: σ_t(η) = η √((1−ᾱ_s)/(1−ᾱ_t)) √(1 − ᾱ_t/ᾱ_s)
//!
//! η = 0 draws no noise at all; η = 1 visiting every floor is the ancestral chain with β̃.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::json::Object;

use crate::diffusion::solver::{Floor, Question, Solver};
use crate::diffusion::step::{PredictionType, Step};

/// The DDIM sampler; field names and defaults are diffusers'.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ddim {
    /// Share of the ancestral chain's noise, 0 … 1. Not a key of diffusers' files, where every step is told it anew.
    pub eta: f64,
    /// Whether the floor below the last is x_0 (ᾱ = 1) or the schedule's first (ᾱ_0).
    pub set_alpha_to_one: bool,
    /// Re-derive ε̂ from the clipped x̂_0, so that the two agree about x_t. Like `eta` no key of diffusers' files.
    pub use_clipped_model_output: bool,
}

impl Default for Ddim {
    fn default() -> Self {
        Self { eta: 0.0, set_alpha_to_one: true, use_clipped_model_output: false }
    }
}

impl Ddim {
    /// The step between two noise levels, whatever floors they are.
    pub fn jump(
        &self,
        alpha_bar_t: f64,
        alpha_bar_s: f64,
        prediction: PredictionType,
        clip: Option<f64>,
    ) -> Step {
        let beta_t = 1.0 - alpha_bar_t / alpha_bar_s;
        let sigma = self.eta * ((1.0 - alpha_bar_s) / (1.0 - alpha_bar_t) * beta_t).sqrt();
        let mut step = Step {
            prev_from_x0: alpha_bar_s.sqrt(),
            // Never negative for η ≤ 1 but for rounding.
            prev_from_eps: (1.0 - alpha_bar_s - sigma * sigma).max(0.0).sqrt(),
            sigma,
            alpha_bar_prev: alpha_bar_s,
            beta: beta_t,
            ..Step::predicting(prediction, alpha_bar_t, clip)
        };
        if self.use_clipped_model_output {
            // ε̂ = (x_t − √ᾱ_t x̂_0)/√(1−ᾱ_t)
            step.eps_from_x = 1.0 / (1.0 - alpha_bar_t).sqrt();
            step.eps_from_model = 0.0;
            step.eps_from_x0 = -(alpha_bar_t / (1.0 - alpha_bar_t)).sqrt();
        }
        step
    }
}

impl Solver for Ddim {
    fn read(keys: &Object) -> Result<Self> {
        let default = Self::default();
        Ok(Self {
            eta: keys.or("eta", default.eta)?,
            set_alpha_to_one: keys.or("set_alpha_to_one", default.set_alpha_to_one)?,
            use_clipped_model_output: keys
                .or("use_clipped_model_output", default.use_clipped_model_output)?,
        })
    }

    fn keys(&self) -> Vec<(&'static str, Value)> {
        let mut keys = vec![("set_alpha_to_one", self.set_alpha_to_one.into())];
        if self.eta != 0.0 {
            keys.push(("eta", self.eta.into()));
        }
        if self.use_clipped_model_output {
            keys.push(("use_clipped_model_output", true.into()));
        }
        keys
    }

    fn check(&self) -> Result<()> {
        if !(0.0..=1.0).contains(&self.eta) {
            return Err(Error::Input(format!("eta must lie between 0 and 1, not {}", self.eta)));
        }
        Ok(())
    }

    fn ends_at_x0(&self) -> bool {
        self.set_alpha_to_one
    }

    /// Guidance pushes x̂_0 beyond ±1, and diffusers' DDIM clips it but keeps the ε̂ it came from, so that the excess
    /// piles up (of 200 MNIST samples with w = 2, 64 showed the digit asked for; unclipped, all).
    fn clips(&self, guided: bool) -> bool {
        !guided
    }

    fn steps(&self, floors: &[Floor], Question { prediction, clip }: Question) -> Vec<Step> {
        let step = |from: &Floor, to: &Floor| Step {
            timestep: from.timestep,
            ..self.jump(from.alpha_bar, to.alpha_bar, prediction, clip)
        };
        floors.windows(2).map(|pair| step(&pair[0], &pair[1])).collect()
    }
}
