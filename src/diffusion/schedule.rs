//! How much is torn down at each step: the β_t, and the ᾱ_t = Π(1 − β_s) that follow from them.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Longest chain accepted; keeps a hostile `num_train_timesteps` from asking for all memory.
const MAX_TIMESTEPS: usize = 1_000_000;

/// Smallest ᾱ_t accepted: below it 1/√ᾱ_t and the signal √ᾱ_t·x_0 are meaningless in f32.
const MIN_ALPHA_BAR: f64 = 1e-30;

/// The named families of β schedules; names as in diffusers' `beta_schedule`, plus `su`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BetaSchedule {
    /// β linear in t (Ho et al. 2020, section 4).
    Linear,
    /// √β linear in t (latent diffusion).
    ScaledLinear,
    /// ᾱ follows a squared cosine (Nichol & Dhariwal 2021, eq. 17).
    #[serde(rename = "squaredcos_cap_v2", alias = "cosine")]
    Cosine,
    /// Su's α_t = √(1 − 0.02 t/T), that is Ho β_t = 0.02 t/T.
    Su,
}

impl BetaSchedule {
    /// The schedule of this family over `steps` timesteps; `beta_start` and `beta_end` matter to the two linear ones.
    pub fn schedule(self, beta_start: f64, beta_end: f64, steps: usize) -> Result<Schedule> {
        match self {
            Self::Linear => Schedule::linear(beta_start, beta_end, steps),
            Self::ScaledLinear => Schedule::scaled_linear(beta_start, beta_end, steps),
            Self::Cosine => Schedule::cosine(steps),
            Self::Su => Schedule::su(steps),
        }
    }
}

/// β_t and ᾱ_t for t = 0 … T−1, both dimensionless variances in (0, 1); ᾱ falls strictly.
///
/// diffusers computes both in f32, here they are f64: the two agree to about 1e-6 relative, which is f32's rounding
/// accumulated over T factors.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    betas: Vec<f64>,
    alpha_bar: Vec<f64>,
}

impl Schedule {
    /// β from `beta_start` to `beta_end` in `steps` equal strides (Ho: 1e-4, 0.02, 1000).
    pub fn linear(beta_start: f64, beta_end: f64, steps: usize) -> Result<Self> {
        check_length(steps)?;
        Self::from_betas(linspace(beta_start, beta_end, steps))
    }

    /// √β from √`beta_start` to √`beta_end` in `steps` equal strides.
    pub fn scaled_linear(beta_start: f64, beta_end: f64, steps: usize) -> Result<Self> {
        check_length(steps)?;
        let roots = linspace(beta_start.sqrt(), beta_end.sqrt(), steps);
        Self::from_betas(roots.into_iter().map(|root| root * root).collect())
    }

    /// ᾱ(u) = cos²((u + 0.008)/1.008 · π/2), β_t = 1 − ᾱ((t+1)/T)/ᾱ(t/T) capped at 0.999 (Nichol & Dhariwal, eq. 17;
    /// diffusers' `squaredcos_cap_v2`).
    pub fn cosine(steps: usize) -> Result<Self> {
        const S: f64 = 0.008;
        const MAX_BETA: f64 = 0.999;
        check_length(steps)?;
        let f = |u: f64| ((u + S) / (1.0 + S) * std::f64::consts::FRAC_PI_2).cos().powi(2);
        let total = steps as f64;
        let beta = |t: usize| (1.0 - f((t + 1) as f64 / total) / f(t as f64 / total)).min(MAX_BETA);
        Self::from_betas((0..steps).map(beta).collect())
    }

    /// β_t = 0.02 t/T for t = 1 … T (Su 2022: α_t = √(1 − 0.02 t/T) in his amplitudes).
    pub fn su(steps: usize) -> Result<Self> {
        check_length(steps)?;
        Self::from_betas((1..=steps).map(|t| 0.02 * t as f64 / steps as f64).collect())
    }

    /// Any β in (0, 1), for example diffusers' `trained_betas`.
    pub fn from_betas(betas: Vec<f64>) -> Result<Self> {
        check_length(betas.len())?;
        let mut alpha_bar = Vec::with_capacity(betas.len());
        let mut product = 1.0;
        for (t, &beta) in betas.iter().enumerate() {
            if !(beta > 0.0 && beta < 1.0) {
                return Err(Error::Config(format!(
                    "beta must lie between 0 and 1, but at timestep {t} it is {beta}"
                )));
            }
            product *= 1.0 - beta;
            if product < MIN_ALPHA_BAR {
                return Err(Error::Config(format!(
                    "the schedule leaves no signal: alpha_bar is {product:e} at timestep {t}"
                )));
            }
            alpha_bar.push(product);
        }
        Ok(Self { betas, alpha_bar })
    }

    /// T, the number of timesteps the network was trained on.
    pub fn len(&self) -> usize {
        self.betas.len()
    }

    /// Never true: a schedule has at least one timestep.
    pub fn is_empty(&self) -> bool {
        self.betas.is_empty()
    }

    /// β_t for t = 0 … T−1.
    pub fn betas(&self) -> &[f64] {
        &self.betas
    }

    /// ᾱ_t for t = 0 … T−1.
    pub fn alpha_bars(&self) -> &[f64] {
        &self.alpha_bar
    }

    /// ᾱ_t, and 1 for `None`: the finished building, before the first timestep.
    ///
    /// # Panics
    /// If t ≥ T; [`timesteps`](super::timesteps) never yields such a t.
    pub fn alpha_bar(&self, t: Option<usize>) -> f64 {
        t.map_or(1.0, |t| self.alpha_bar[t])
    }

    /// The least ε-loss, averaged over t, that any network can reach on a Gaussian whose every coordinate has this variance:
    /// knowing x_t leaves ε the variance ᾱσ²/(ᾱσ² + 1 − ᾱ). Of all data with this variance a Gaussian is the hardest to
    /// guess, so what falls below has learned a shape.
    pub fn gaussian_loss(&self, variance: f64) -> f64 {
        let left = |&bar: &f64| bar * variance / (bar * variance + 1.0 - bar);
        self.alpha_bar.iter().map(left).sum::<f64>() / self.len() as f64
    }
}

fn check_length(steps: usize) -> Result<()> {
    if steps == 0 || steps > MAX_TIMESTEPS {
        return Err(Error::Config(format!(
            "num_train_timesteps must be between 1 and {MAX_TIMESTEPS}, not {steps}"
        )));
    }
    Ok(())
}

/// `count` values from `first` to `last`, both included; just `first` when `count` is 1, as torch and numpy do.
fn linspace(first: f64, last: f64, count: usize) -> Vec<f64> {
    let intervals = count.saturating_sub(1).max(1) as f64;
    (0..count).map(|i| first + (last - first) * i as f64 / intervals).collect()
}
