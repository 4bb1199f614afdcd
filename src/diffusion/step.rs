//! One step of any sampler as a linear multistep form: what a shader applies to every element, and its f64 twin.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What the network's output m estimates; names as in diffusers' `prediction_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PredictionType {
    /// m = ε̂, the noise (Ho eq. 14).
    #[serde(rename = "epsilon")]
    Epsilon,
    /// m = x̂_0, the picture.
    #[serde(rename = "sample")]
    Sample,
    /// m = v̂ = √ᾱ·ε − √(1−ᾱ)·x_0 (Salimans & Ho 2022).
    #[serde(rename = "v_prediction", alias = "v")]
    V,
}

/// Earlier evaluations that a step may use: enough for DPM-Solver++ 3M, UniPC, Heun and Adams.
pub const PAST: usize = 2;

/// Coefficients that take x at one noise level to the next, element by element, with network output m and noise z; i
/// steps back, the network was asked about xᵢ, which gave x0ᵢ and epsᵢ:
///
/// ```text
/// x0   = clip(x0_from_x·x + x0_from_model·m)
/// eps  = eps_from_x·x + eps_from_model·m + eps_from_x0·x0
/// prev = prev_from_x0·x0 + prev_from_x·x + prev_from_eps·eps + sigma·z
///        + Σᵢ past[i−1].prev_from_x0·x0ᵢ + past[i−1].prev_from_x·xᵢ + past[i−1].prev_from_eps·epsᵢ
/// ```
///
/// `eps_from_x0` multiplies the *clipped* x0; it is non-zero only when ε̂ is re-derived from it
/// (`use_clipped_model_output`), and then `eps_from_model` is 0.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Step {
    /// The timestep the network is asked about (0 … T−1); for a demolition, which asks nobody, the one arrived at.
    pub timestep: f64,
    /// x̂_0 per unit of x.
    pub x0_from_x: f64,
    /// x̂_0 per unit of network output.
    pub x0_from_model: f64,
    /// ε̂ per unit of x.
    pub eps_from_x: f64,
    /// ε̂ per unit of network output.
    pub eps_from_model: f64,
    /// ε̂ per unit of the clipped x̂_0.
    pub eps_from_x0: f64,
    /// x̂_0 is clipped to ±this.
    pub clip: Option<f64>,
    /// Result per unit of the clipped x̂_0.
    pub prev_from_x0: f64,
    /// Result per unit of x.
    pub prev_from_x: f64,
    /// Result per unit of ε̂.
    pub prev_from_eps: f64,
    /// Standard deviation of the fresh noise in the result.
    pub sigma: f64,
    /// What earlier evaluations add to the result, the last one first.
    pub past: [Past; PAST],
    /// ᾱ of the x that goes in.
    pub alpha_bar: f64,
    /// ᾱ of the result that comes out.
    pub alpha_bar_prev: f64,
    /// β of this stride: one minus the ratio of the two ᾱ, noisier over cleaner.
    pub beta: f64,
}

/// What an earlier evaluation adds to the result of a step.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Past {
    /// Result per unit of its x̂_0, clipped.
    pub prev_from_x0: f64,
    /// Result per unit of its x.
    pub prev_from_x: f64,
    /// Result per unit of its ε̂.
    pub prev_from_eps: f64,
}

/// x, x̂_0 and ε̂ of one element at the last evaluations, the last one first: the twin of the shader's ring.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct History([[f64; 3]; PAST]);

/// What a step yields for one element.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepResult {
    /// x at the next noise level.
    pub prev: f64,
    /// x̂_0, clipped.
    pub x0: f64,
    /// ε̂.
    pub eps: f64,
}

impl Step {
    /// How many earlier evaluations it uses.
    pub fn memory(&self) -> usize {
        self.past.iter().rposition(|past| *past != Past::default()).map_or(0, |last| last + 1)
    }

    /// The shader's twin: what [`Step::apply`] says, plus what the evaluations of the steps before add, which `history`
    /// holds; this one's goes in.
    pub fn apply_after(&self, history: &mut History, x: f64, m: f64, z: f64) -> StepResult {
        let mut result = self.apply(x, m, z);
        for (past, [x, x0, eps]) in self.past.iter().zip(history.0).take(self.memory()) {
            result.prev += past.prev_from_x0 * x0 + past.prev_from_x * x + past.prev_from_eps * eps;
        }
        history.0.rotate_right(1);
        history.0[0] = [x, result.x0, result.eps];
        result
    }

    /// A step without a past: one element x, the network's output m for it, and a standard normal z.
    pub fn apply(&self, x: f64, m: f64, z: f64) -> StepResult {
        let x0 = self.x0_from_x * x + self.x0_from_model * m;
        let x0 = self.clip.map_or(x0, |bound| x0.clamp(-bound, bound));
        let eps = self.eps_from_x * x + self.eps_from_model * m + self.eps_from_x0 * x0;
        let prev = self.prev_from_x0 * x0
            + self.prev_from_x * x
            + self.prev_from_eps * eps
            + self.sigma * z;
        StepResult { prev, x0, eps }
    }

    /// A step that only turns the network's output into x̂_0 and ε̂ at noise level ᾱ; the samplers add the rest.
    /// ε is Ho eq. 15 solved for x_0 and back, v is Salimans & Ho 2022, section 4.
    pub(super) fn predicting(
        prediction: PredictionType,
        alpha_bar: f64,
        clip: Option<f64>,
    ) -> Self {
        let signal = alpha_bar.sqrt();
        let noise = (1.0 - alpha_bar).sqrt();
        let (x0_from_x, x0_from_model, eps_from_x, eps_from_model) = match prediction {
            PredictionType::Epsilon => (1.0 / signal, -noise / signal, 0.0, 1.0),
            PredictionType::Sample => (0.0, 1.0, 1.0 / noise, -signal / noise),
            PredictionType::V => (signal, -noise, noise, signal),
        };
        Self {
            x0_from_x,
            x0_from_model,
            eps_from_x,
            eps_from_model,
            clip,
            alpha_bar,
            ..Self::default()
        }
    }
}

/// ε̂ from a network's answers to x_t at noise level ᾱ, element by element, whatever it predicts.
///
/// # Errors
/// ᾱ that leaves no noise or no signal.
pub fn noise_from(
    prediction: PredictionType,
    answer: &[f32],
    x: &[f32],
    alpha_bar: f64,
) -> Result<Vec<f32>> {
    if !(0.0 < alpha_bar && alpha_bar < 1.0) {
        let message = format!("alpha_bar must lie between 0 and 1, not {alpha_bar}");
        return Err(Error::Input(message));
    }
    let step = Step::predicting(prediction, alpha_bar, None);
    let noise = |(&m, &x): (&f32, &f32)| step.apply(x.into(), m.into(), 0.0).eps as f32;
    Ok(answer.iter().zip(x).map(noise).collect())
}
