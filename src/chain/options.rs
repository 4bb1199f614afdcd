//! What a caller may say about a chain, and what follows from saying nothing: the model's
//! `scheduler_config.json`, and without one diffusers' defaults.

use crate::diffusion::{
    BetaSchedule, Ddim, Ddpm, Sampler, Spacing, Step, Stream, Variance, demolish, plan, timesteps,
};
use crate::error::{Error, Result};
use crate::weights::{SchedulerClass, SchedulerConfig};

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

/// Sampler by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SamplerKind {
    /// Ancestral (Ho et al. 2020).
    Ddpm,
    /// DDIM (Song et al. 2021).
    Ddim,
}

/// See the [module documentation](self). `None` means: as the model's scheduler says.
#[derive(Clone, Debug)]
pub struct ChainOptions {
    /// Which way.
    pub direction: Direction,
    /// Sampler.
    pub sampler: Option<SamplerKind>,
    /// Number of steps.
    pub steps: usize,
    /// Which timesteps.
    pub spacing: Option<Spacing>,
    /// η of DDIM.
    pub eta: f64,
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
    /// Whether x̂_0 is clipped. With guidance DDIM does not clip unless told to: guidance pushes x̂_0
    /// beyond ±1, and diffusers' DDIM clips it but keeps the ε̂ it came from, so that the excess
    /// piles up (of 200 MNIST samples with w = 2, 64 showed the digit asked for; unclipped, all).
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
            eta: 0.0,
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
        let class = match self.sampler {
            Some(SamplerKind::Ddim) => SchedulerClass::Ddim,
            _ => SchedulerClass::Ddpm,
        };
        let mut config = scheduler.cloned().unwrap_or_else(|| SchedulerConfig::new(class));
        if self.sampler.is_some() {
            config.class = class;
        }
        if let Some(schedule) = self.schedule {
            config.beta_schedule = schedule;
            config.trained_betas = None;
        }
        let schedule = config.schedule()?;
        let mut options = config.plan_options(self.steps);
        options.spacing = self.spacing.unwrap_or(options.spacing);
        match self.clip_sample {
            Some(false) => options.clip = None,
            Some(true) => options.clip = Some(config.clip_sample_range),
            None if self.guidance != 1.0 && config.class == SchedulerClass::Ddim => {
                options.clip = None;
            }
            None => {}
        }
        if self.direction == Direction::Demolish {
            if self.start.is_none() {
                return Err(Error::Input("a demolition needs pictures to start from".into()));
            }
            let falling =
                timesteps(options.spacing, self.steps, schedule.len(), options.steps_offset)?;
            return Ok((demolish(&schedule, &falling)?, Stream::Demolish));
        }
        let sampler = match config.sampler() {
            Sampler::Ddim(ddim) => Sampler::Ddim(Ddim { eta: self.eta, ..ddim }),
            Sampler::Ddpm(ddpm) => {
                Sampler::Ddpm(Ddpm { variance: self.sigma.unwrap_or(ddpm.variance) })
            }
        };
        Ok((plan(&schedule, &sampler, &options)?, Stream::Sampler))
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
