//! `scheduler_config.json` of diffusers' schedulers, turned into this crate's schedule and sampler. A file that asks for what
//! is not here is no obstacle to a network: only what depends on it, a chain or training, is refused, in the file's words.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

use crate::diffusion::{
    BetaSchedule, Ddpm, PlanOptions, PredictionType, Sampler, Schedule, Spacing,
};
use crate::error::{Error, Result};
use crate::json::Object;

const FILE: &str = "scheduler_config.json";

/// Keys by which old versions of diffusers said what newer ones say otherwise: read as absent, they would mean something
/// else than they did.
const OUTDATED: [&str; 4] = ["timesteps", "timestep_values", "clip_predicted_image", "offset"];

/// A scheduler configuration; names, meanings and defaults of its keys are diffusers'. Serializes to the same JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct SchedulerConfig {
    /// The sampler it was saved by.
    pub sampler: Sampler,
    /// T.
    pub num_train_timesteps: usize,
    /// First β of the linear schedules.
    pub beta_start: f64,
    /// Last β of the linear schedules.
    pub beta_end: f64,
    /// Family of the β schedule.
    pub beta_schedule: BetaSchedule,
    /// The β themselves, one for each timestep; when given, the three keys above do not matter.
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
    /// The file's keys, in which another sampler finds its own.
    keys: Object,
    /// Why there is no schedule.
    no_schedule: Option<Error>,
    /// Why it names no sampler of ours, though there is a schedule.
    no_sampler: Option<NoSampler>,
}

/// See [`SchedulerConfig`].
#[derive(Debug, Clone, PartialEq)]
struct NoSampler {
    reason: Error,
    /// Whether the β are the file's own, so that another sampler can be asked for.
    replaceable: bool,
}

impl Default for SchedulerConfig {
    /// diffusers' DDPMScheduler.
    fn default() -> Self {
        Self::new(Sampler::Ddpm(Ddpm::default()))
    }
}

impl SchedulerConfig {
    /// diffusers' defaults for a sampler.
    pub fn new(sampler: Sampler) -> Self {
        Self {
            num_train_timesteps: 1000,
            beta_start: 1e-4,
            beta_end: 0.02,
            beta_schedule: BetaSchedule::Linear,
            trained_betas: None,
            clip_sample: true,
            clip_sample_range: 1.0,
            prediction_type: PredictionType::Epsilon,
            timestep_spacing: sampler.solver().spacing(),
            steps_offset: 0,
            sampler,
            keys: Object::default(),
            no_schedule: None,
            no_sampler: None,
        }
    }

    /// Reads `scheduler_config.json`. Absent keys take diffusers' defaults, except `_class_name`, which must be there.
    /// What is not supported (other schedulers, thresholding, zero terminal SNR, learned variances) is refused by name by
    /// [`Self::schedule`] and [`Self::sampler_with`].
    ///
    /// # Errors
    /// It is not JSON, or no scheduler's.
    pub fn from_json(text: &str) -> Result<Self> {
        let json = Object::parse(FILE, text)?;
        let class: String = json.required("_class_name")?;
        let unusable = |error| Self { no_schedule: Some(error), ..Self::default() };
        Ok(Self::read(&class, json).unwrap_or_else(unusable))
    }

    fn read(class: &str, json: Object) -> Result<Self> {
        let (sampler, no_sampler) = match Sampler::read(class, &json) {
            Ok(sampler) => (sampler, None),
            Err(error) => {
                let reason = match error {
                    Error::Input(reason) => Error::Config(format!("{FILE}: _class_name: {reason}")),
                    other => other,
                };
                let replaceable = json.has("beta_start") || json.has("trained_betas");
                (Sampler::Ddpm(Ddpm::default()), Some(NoSampler { reason, replaceable }))
            }
        };
        if no_sampler.as_ref().is_some_and(|missing| !missing.replaceable) {
            // Its numbers are of another kind of diffusion.
            return Ok(Self { no_sampler, ..Self::default() });
        }
        json.refuse_unless("rescale_betas_zero_snr", false.into())?;
        if let Some(key) = OUTDATED.iter().find(|key| json.has(key)) {
            return Err(Error::Config(format!(
                "{FILE}: {key} is a key of an old version and is not supported"
            )));
        }
        let default = Self::new(sampler);
        let config = Self {
            num_train_timesteps: json.or("num_train_timesteps", default.num_train_timesteps)?,
            beta_start: json.or("beta_start", default.beta_start)?,
            beta_end: json.or("beta_end", default.beta_end)?,
            beta_schedule: json.or("beta_schedule", default.beta_schedule)?,
            trained_betas: json.or("trained_betas", None)?,
            clip_sample: json.or("clip_sample", default.clip_sample)?,
            clip_sample_range: json.or("clip_sample_range", default.clip_sample_range)?,
            prediction_type: prediction_type(&json)?,
            timestep_spacing: json.or("timestep_spacing", default.timestep_spacing)?,
            steps_offset: json.or("steps_offset", default.steps_offset)?,
            sampler,
            keys: json,
            no_schedule: None,
            no_sampler,
        };
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<()> {
        let range = self.clip_sample_range;
        if !(range.is_finite() && range > 0.0) {
            let message = format!("{FILE}: clip_sample_range must be positive, not {range}");
            return Err(Error::Config(message));
        }
        self.schedule().map(|_| ())
    }

    /// The β and ᾱ it describes; of a scheduler that has none, Ho's.
    ///
    /// # Errors
    /// The file asks for what is not supported.
    pub fn schedule(&self) -> Result<Schedule> {
        if let Some(reason) = &self.no_schedule {
            return Err(reason.clone());
        }
        let steps = self.num_train_timesteps;
        match &self.trained_betas {
            Some(betas) if betas.len() != steps => Err(Error::Config(format!(
                "{FILE}: trained_betas has {} values, but num_train_timesteps is {steps}",
                betas.len()
            ))),
            Some(betas) => Schedule::from_betas(betas.clone()),
            None => self.beta_schedule.schedule(self.beta_start, self.beta_end, steps),
        }
    }

    /// Another sampler on the same schedule, or the same one, with keys laid over the file's: diffusers'
    /// `from_config`.
    ///
    /// # Errors
    /// There is no sampler of this name, or a key cannot be read or asks for what is not supported; or none is named, and
    /// the file's own is not here.
    pub fn sampler_with(
        &self,
        name: Option<&str>,
        keys: Vec<(&'static str, Value)>,
    ) -> Result<Sampler> {
        let missing = self.no_sampler.as_ref().filter(|it| name.is_none() || !it.replaceable);
        if let Some(reason) = self.no_schedule.as_ref().or(missing.map(|it| &it.reason)) {
            return Err(reason.clone());
        }
        self.keys.refuse_unless("thresholding", false.into())?;
        let keys = self.keys.clone().with(self.sampler.solver().keys()).with(keys);
        Sampler::read(name.unwrap_or(self.sampler.name()), &keys)
    }

    /// Why the sampler that the file names is not here, if so.
    pub fn no_sampler(&self) -> Option<&Error> {
        self.no_sampler.as_ref().map(|it| &it.reason)
    }

    /// Another spacing where the file says nothing of it.
    pub fn space_unless_said(&mut self, spacing: Spacing) {
        if !self.keys.has("timestep_spacing") {
            self.timestep_spacing = spacing;
        }
    }

    /// Everything else a chain of `steps` steps needs.
    pub fn plan_options(&self, steps: usize) -> PlanOptions {
        let clip = self.clip_sample && self.sampler.solver().clips(false);
        PlanOptions {
            steps,
            spacing: self.timestep_spacing,
            steps_offset: self.steps_offset,
            prediction: self.prediction_type,
            clip: clip.then_some(self.clip_sample_range),
        }
    }
}

/// What the network predicts; before there was `prediction_type` (diffusers 0.10), `predict_epsilon` told ε from x_0.
fn prediction_type(json: &Object) -> Result<PredictionType> {
    let old = json.or("predict_epsilon", None::<bool>)?.map(|epsilon| match epsilon {
        true => PredictionType::Epsilon,
        false => PredictionType::Sample,
    });
    let new = json.or("prediction_type", None::<PredictionType>)?;
    match (old, new) {
        (Some(old), Some(new)) if old != new => Err(Error::Config(format!(
            "{FILE}: predict_epsilon and prediction_type contradict each other"
        ))),
        (old, new) => Ok(new.or(old).unwrap_or(PredictionType::Epsilon)),
    }
}

impl Serialize for SchedulerConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("_class_name", self.sampler.class())?;
        map.serialize_entry("num_train_timesteps", &self.num_train_timesteps)?;
        map.serialize_entry("beta_start", &self.beta_start)?;
        map.serialize_entry("beta_end", &self.beta_end)?;
        map.serialize_entry("beta_schedule", &self.beta_schedule)?;
        map.serialize_entry("trained_betas", &self.trained_betas)?;
        map.serialize_entry("clip_sample", &self.clip_sample)?;
        map.serialize_entry("clip_sample_range", &self.clip_sample_range)?;
        map.serialize_entry("prediction_type", &self.prediction_type)?;
        map.serialize_entry("timestep_spacing", &self.timestep_spacing)?;
        map.serialize_entry("steps_offset", &self.steps_offset)?;
        // DDPM and DDIM name each other's keys too, so that either can be asked for wherever the file goes.
        let siblings = ["ddpm", "ddim"];
        let own = match siblings.contains(&self.sampler.name()) {
            true => siblings.map(|name| self.sampler_with(Some(name), vec![]).ok()).to_vec(),
            false => vec![Some(self.sampler)],
        };
        for sampler in own.into_iter().flatten() {
            for (key, value) in sampler.solver().keys() {
                map.serialize_entry(key, &value)?;
            }
        }
        map.end()
    }
}
