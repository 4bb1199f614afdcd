//! What a caller may say about a chain, and what follows from saying nothing: the model's
//! `scheduler_config.json`, and without one diffusers' defaults.

use serde_json::{Value, json};

use crate::diffusion::{BetaSchedule, Spacing, Step, Stream, Variance, demolish, plan};
use crate::error::{Error, Result};
use crate::weights::SchedulerConfig;

/// 建 or 拆.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// x_T → x_0, by the network.
    #[default]
    Build,
    /// x_0 → x_T, by adding noise.
    Demolish,
}

/// See the [module documentation](self). `None` means: as the model's scheduler says.
#[derive(Clone, Debug)]
pub struct ChainOptions {
    /// Which way.
    pub direction: Direction,
    /// Sampler, one of [`Sampler::NAMES`](crate::diffusion::Sampler::NAMES).
    pub sampler: Option<String>,
    /// Number of steps.
    pub steps: usize,
    /// Which timesteps.
    pub spacing: Option<Spacing>,
    /// η of DDIM.
    pub eta: Option<f64>,
    /// σ_t of DDPM.
    pub sigma: Option<Variance>,
    /// Seed of x_T and of every z.
    pub seed: u64,
    /// Images.
    pub batch: usize,
    /// Number of the first image in a larger set that is made in several batches, an even one: it
    /// gets the noise it would get in one big batch.
    pub first_image: usize,
    /// One label an image, one for all, or none.
    pub labels: Vec<f32>,
    /// w of classifier-free guidance; 1 is none.
    pub guidance: f64,
    /// Whether x̂_0 is clipped. DDIM with guidance does not clip unless told to, solvers of higher order never do.
    pub clip_sample: Option<bool>,
    /// The schedule by name instead of the model's.
    pub schedule: Option<BetaSchedule>,
    /// The first pictures, `[batch, c, h, w]`: x_T, or x_0 for a demolition.
    pub start: Option<Vec<f32>>,
    /// z of each step, `[batch, c, h, w]`, instead of the generator's.
    pub noise: Option<Vec<Vec<f32>>>,
}

impl Default for ChainOptions {
    fn default() -> Self {
        Self {
            direction: Direction::Build,
            sampler: None,
            steps: 50,
            spacing: None,
            eta: None,
            sigma: None,
            seed: 0,
            batch: 1,
            first_image: 0,
            labels: Vec::new(),
            guidance: 1.0,
            clip_sample: None,
            schedule: None,
            start: None,
            noise: None,
        }
    }
}

impl ChainOptions {
    /// The steps to take, first to last, and the stream their noise comes from.
    ///
    /// # Errors
    /// One sentence naming the option that is out of range.
    pub fn plan(&self, scheduler: Option<&SchedulerConfig>) -> Result<(Vec<Step>, Stream)> {
        let mut config = match (scheduler, &self.sampler) {
            (Some(config), _) => config.clone(),
            (None, None) => SchedulerConfig::default(),
            (None, Some(name)) => {
                let sampler = SchedulerConfig::default().sampler_with(Some(name), Value::Null)?;
                SchedulerConfig::new(sampler)
            }
        };
        config.sampler = config.sampler_with(self.sampler.as_deref(), self.sampler_keys()?)?;
        if let Some(schedule) = self.schedule {
            config.beta_schedule = schedule;
            config.trained_betas = None;
        }
        let schedule = config.schedule()?;
        let solver = config.sampler.solver();
        let mut options = config.plan_options(self.steps);
        options.spacing = self.spacing.unwrap_or(options.spacing);
        let clips =
            self.clip_sample.unwrap_or(config.clip_sample && solver.clips(self.guidance != 1.0));
        options.clip = clips.then_some(config.clip_sample_range);
        if self.direction == Direction::Demolish {
            if self.start.is_none() {
                return Err(Error::Input("a demolition needs pictures to start from".into()));
            }
            let falling = solver.timesteps(&options, schedule.len())?;
            return Ok((demolish(&schedule, &falling)?, Stream::Demolish));
        }
        Ok((plan(&schedule, &config.sampler, &options)?, Stream::Sampler))
    }

    /// What it says of the sampler, as keys of a scheduler file.
    fn sampler_keys(&self) -> Result<Value> {
        if let Some(eta) = self.eta.filter(|eta| !eta.is_finite()) {
            return Err(Error::Input(format!("eta must lie between 0 and 1, not {eta}")));
        }
        let eta = self.eta.map(|eta| ("eta".to_string(), json!(eta)));
        let sigma = self.sigma.map(|sigma| ("variance_type".to_string(), json!(sigma)));
        Ok(Value::Object(eta.into_iter().chain(sigma).collect()))
    }

    /// One label an image.
    pub(super) fn labels_of_batch(&self) -> Result<Vec<f32>> {
        match self.labels.len() {
            1 => Ok(vec![self.labels[0]; self.batch]),
            n if n == self.batch || n == 0 => Ok(self.labels.clone()),
            n => {
                Err(Error::Input(format!("{n} class labels were given for {} images", self.batch)))
            }
        }
    }
}
