//! What a caller may say about a chain, and what follows from saying nothing: the model's
//! `scheduler_config.json`, and without one diffusers' defaults.

use serde_json::Value;

use crate::diffusion::{BetaSchedule, Spacing, Step, Stream, Variance, demolish, plan};
use crate::error::{Error, Result};
#[cfg(not(target_arch = "wasm32"))]
use crate::options::named;
use crate::options::{options, whole, whole_if_any};
use crate::weights::SchedulerConfig;

/// Steps of a chain nobody says more of, as diffusers' pipelines take.
const DEFAULT_STEPS: usize = 50;

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

options! {
    /// See the [module documentation](self). `None` means: as the model's scheduler says.
    pub struct ChainOptions {
        /// Which way.
        direction: Direction; skip,
        /// Sampler, one of [`Sampler::NAMES`](crate::diffusion::Sampler::NAMES).
        sampler: Option<String> => flag(long, help = crate::diffusion::Sampler::NAMES.join(", ") + "; without it, as scheduler_config.json says"),
        /// Steps of the chain; without it 50, or all there are.
        #[serde(deserialize_with = "whole_if_any")]
        steps: Option<usize> => flag(long),
        /// Which timesteps: leading, linspace or trailing.
        spacing: Option<Spacing> => flag(long, value_parser = named::<Spacing>),
        /// η of DDIM: 0 is deterministic, 1 as random as DDPM.
        eta: Option<f64> => flag(long),
        /// σ of DDPM: zero, beta or beta_tilde.
        sigma: Option<Variance> => flag(long, value_parser = named::<Variance>),
        /// Of all noise: x_T and every z.
        #[serde(deserialize_with = "whole")]
        seed: u64 => flag(long) = 0,
        /// Images.
        #[serde(deserialize_with = "whole")]
        batch: usize; skip = 1,
        /// Number of the first image in a larger set that is made in several batches, an even one: it
        /// gets the noise it would get in one big batch.
        #[serde(skip)]
        first_image: usize; skip,
        /// One class an image, one for all, or none; the command line takes them in turn.
        labels: Vec<f32> => flag(long = "class", value_delimiter = ',', value_name = "C[,C…]"),
        /// w of classifier-free guidance; 1 is none.
        guidance: f64 => flag(long, value_name = "W", allow_negative_numbers = true) = 1.0,
        /// Whether x̂_0 is clipped; without it, as scheduler_config.json says. DDIM with guidance does not clip unless
        /// told to, solvers of higher order never do.
        clip_sample: Option<bool> => flag(long, value_name = "true|false"),
        /// linear, su, cosine or scaled_linear, instead of the model's own.
        schedule: Option<BetaSchedule> => flag(long, value_parser = named::<BetaSchedule>),
        /// The first pictures, `[batch, c, h, w]`: x_T, or x_0 for a demolition.
        #[serde(rename = "noise")]
        start: Option<Vec<f32>>; skip,
        /// z of each step, `[batch, c, h, w]`, instead of the generator's.
        #[serde(skip)]
        noise: Option<Vec<Vec<f32>>>; skip,
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
                let sampler = SchedulerConfig::default().sampler_with(Some(name), vec![])?;
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
        let steps = self.steps.unwrap_or(DEFAULT_STEPS.min(schedule.len()));
        let mut options = config.plan_options(steps);
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
    fn sampler_keys(&self) -> Result<Vec<(&'static str, Value)>> {
        if let Some(eta) = self.eta.filter(|eta| !eta.is_finite()) {
            return Err(Error::Input(format!("eta must lie between 0 and 1, not {eta}")));
        }
        let eta = self.eta.map(|eta| ("eta", eta.into()));
        let sigma = self.sigma.map(|sigma| ("variance_type", sigma.name().into()));
        Ok(eta.into_iter().chain(sigma).collect())
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
