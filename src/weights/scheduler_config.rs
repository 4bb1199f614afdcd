//! `scheduler_config.json` of diffusers' DDPMScheduler and DDIMScheduler, turned into this crate's schedule and sampler.

use serde::{Deserialize, Serialize};

use crate::diffusion::{
    BetaSchedule, Ddim, Ddpm, PlanOptions, PredictionType, Sampler, Schedule, Spacing, Variance,
};
use crate::error::{Error, Result};

use crate::json::Object;

const FILE: &str = "scheduler_config.json";

/// The schedulers whose configuration can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SchedulerClass {
    /// Ancestral sampling.
    #[serde(rename = "DDPMScheduler")]
    Ddpm,
    /// DDIM.
    #[serde(rename = "DDIMScheduler")]
    Ddim,
}

/// diffusers' `variance_type` of DDPMScheduler, as far as it needs no network trained for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VarianceType {
    /// β̃_t; its `_log` form is the same number computed by way of logarithms.
    #[serde(alias = "fixed_small_log")]
    FixedSmall,
    /// β_t.
    FixedLarge,
}

/// The keys of a scheduler configuration; names, meanings and defaults are diffusers'. Serializes to the same JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SchedulerConfig {
    /// Which scheduler it was saved by.
    #[serde(rename = "_class_name")]
    pub class: SchedulerClass,
    /// T.
    pub num_train_timesteps: usize,
    /// First β of the linear schedules.
    pub beta_start: f64,
    /// Last β of the linear schedules.
    pub beta_end: f64,
    /// Family of the β schedule.
    pub beta_schedule: BetaSchedule,
    /// The β themselves; when given, the four keys above do not matter.
    pub trained_betas: Option<Vec<f64>>,
    /// Whether x̂_0 is clipped.
    pub clip_sample: bool,
    /// To what ± it is clipped.
    pub clip_sample_range: f64,
    /// What the network predicts.
    pub prediction_type: PredictionType,
    /// How timesteps are picked.
    pub timestep_spacing: Spacing,
    /// Shift of the timesteps under leading spacing.
    pub steps_offset: usize,
    /// σ_t of ancestral sampling.
    pub variance_type: VarianceType,
    /// Whether DDIM's last step ends at ᾱ = 1.
    pub set_alpha_to_one: bool,
}

impl SchedulerConfig {
    /// diffusers' defaults for a scheduler.
    pub fn new(class: SchedulerClass) -> Self {
        Self {
            class,
            num_train_timesteps: 1000,
            beta_start: 1e-4,
            beta_end: 0.02,
            beta_schedule: BetaSchedule::Linear,
            trained_betas: None,
            clip_sample: true,
            clip_sample_range: 1.0,
            prediction_type: PredictionType::Epsilon,
            timestep_spacing: Spacing::Leading,
            steps_offset: 0,
            variance_type: VarianceType::FixedSmall,
            set_alpha_to_one: true,
        }
    }

    /// Reads `scheduler_config.json`. Absent keys take diffusers' defaults, except `_class_name`, which must be there;
    /// what is not supported (other schedulers, thresholding, zero terminal SNR, learned variances) is refused by name.
    pub fn from_json(text: &str) -> Result<Self> {
        let json = Object::parse(FILE, text)?;
        let default = Self::new(json.required("_class_name")?);
        json.refuse_if_set("thresholding")?;
        json.refuse_if_set("rescale_betas_zero_snr")?;
        let config = Self {
            class: default.class,
            num_train_timesteps: json.or("num_train_timesteps", default.num_train_timesteps)?,
            beta_start: json.or("beta_start", default.beta_start)?,
            beta_end: json.or("beta_end", default.beta_end)?,
            beta_schedule: json.or("beta_schedule", default.beta_schedule)?,
            trained_betas: json.or("trained_betas", None)?,
            clip_sample: json.or("clip_sample", default.clip_sample)?,
            clip_sample_range: json.or("clip_sample_range", default.clip_sample_range)?,
            prediction_type: json.or("prediction_type", default.prediction_type)?,
            timestep_spacing: json.or("timestep_spacing", default.timestep_spacing)?,
            steps_offset: json.or("steps_offset", default.steps_offset)?,
            variance_type: json.or("variance_type", default.variance_type)?,
            set_alpha_to_one: json.or("set_alpha_to_one", default.set_alpha_to_one)?,
        };
        if !(config.clip_sample_range.is_finite() && config.clip_sample_range > 0.0) {
            let range = config.clip_sample_range;
            return Err(Error::Config(format!(
                "{FILE}: clip_sample_range must be positive, not {range}"
            )));
        }
        config.schedule()?;
        Ok(config)
    }

    /// The β and ᾱ it describes.
    pub fn schedule(&self) -> Result<Schedule> {
        match &self.trained_betas {
            Some(betas) => Schedule::from_betas(betas.clone()),
            None => self.beta_schedule.schedule(
                self.beta_start,
                self.beta_end,
                self.num_train_timesteps,
            ),
        }
    }

    /// The sampler it describes.
    pub fn sampler(&self) -> Sampler {
        match self.class {
            SchedulerClass::Ddpm => Sampler::Ddpm(Ddpm { variance: self.variance_type.into() }),
            SchedulerClass::Ddim => {
                Sampler::Ddim(Ddim { set_alpha_to_one: self.set_alpha_to_one, ..Ddim::default() })
            }
        }
    }

    /// Everything else a chain of `steps` steps needs.
    pub fn plan_options(&self, steps: usize) -> PlanOptions {
        PlanOptions {
            steps,
            spacing: self.timestep_spacing,
            steps_offset: self.steps_offset,
            prediction: self.prediction_type,
            clip: self.clip_sample.then_some(self.clip_sample_range),
        }
    }
}

impl From<VarianceType> for Variance {
    fn from(variance: VarianceType) -> Self {
        match variance {
            VarianceType::FixedSmall => Self::BetaTilde,
            VarianceType::FixedLarge => Self::Beta,
        }
    }
}
