//! Which network a `config.json` describes, and what everyone else needs to know of it.

use serde::Serialize;

use super::initial::initial_weights;
use super::{Denoiser, TimeFeatures, mlp, unet};
use crate::error::{Error, Result};
use crate::weights::{
    ClassConditioning, MlpConfig, SchedulerClass, SchedulerConfig, TensorMap, UNetConfig,
};

/// Parameters of a model made here, at most: a GiB of them.
const MAX_PARAMETERS: u64 = 1 << 28;

/// See the [module documentation](self). Serializes to its `config.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant, reason = "a model has one")]
pub enum Architecture {
    /// diffusers' UNet2DModel: pictures.
    UNet(UNetConfig),
    /// PointMlp: points in the plane, as pictures of one pixel with two channels.
    Mlp(MlpConfig),
}

impl Architecture {
    /// Reads and validates `config.json`; what names no class of ours is read as a UNet2DModel's.
    ///
    /// # Errors
    /// One sentence naming the key at fault.
    pub fn from_json(text: &str) -> Result<Self> {
        if MlpConfig::is_named_in(text) {
            return Ok(Self::Mlp(MlpConfig::from_json(text)?));
        }
        Ok(Self::UNet(UNetConfig::from_json(text)?))
    }

    /// `config.json`, every key filled in.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string_pretty(self).map_err(|e| Error::Config(e.to_string()))
    }

    /// Channels of x_t.
    pub fn in_channels(&self) -> usize {
        match self {
            Self::UNet(config) => config.in_channels,
            Self::Mlp(_) => MlpConfig::CHANNELS,
        }
    }

    /// Channels of the prediction.
    pub fn out_channels(&self) -> usize {
        match self {
            Self::UNet(config) => config.out_channels,
            Self::Mlp(_) => MlpConfig::CHANNELS,
        }
    }

    /// Height and width of the pictures it was made for, if the configuration says.
    pub fn sample_size(&self) -> Option<(usize, usize)> {
        match self {
            Self::UNet(config) => config.sample_size.map(|s| (s.height, s.width)),
            Self::Mlp(_) => Some((1, 1)),
        }
    }

    /// The smallest pictures it can take: a graph of this size has all parameters.
    pub fn smallest_size(&self) -> (usize, usize) {
        match self {
            Self::UNet(config) => {
                let side = 1 << (config.levels() - 1);
                (side, side)
            }
            Self::Mlp(_) => (1, 1),
        }
    }

    /// What it wants as class label.
    pub fn class_conditioning(&self) -> ClassConditioning {
        match self {
            Self::UNet(config) => config.class_conditioning(),
            Self::Mlp(config) => config.class_conditioning(),
        }
    }

    /// The scheduler to use where none is given, if diffusers' defaults would not do: pictures end at
    /// ±1, where they clip x̂_0, but points lie anywhere.
    pub fn default_scheduler(&self) -> Option<SchedulerConfig> {
        match self {
            Self::UNet(_) => None,
            Self::Mlp(_) => Some(SchedulerConfig {
                clip_sample: false,
                ..SchedulerConfig::new(SchedulerClass::Ddpm)
            }),
        }
    }

    /// How its timesteps become features, with the trained numbers from the weights.
    ///
    /// # Errors
    /// The weights lack them.
    pub fn time_features(&self, weights: &TensorMap) -> Result<TimeFeatures> {
        match self {
            Self::UNet(config) => TimeFeatures::new(config, weights),
            Self::Mlp(config) => Ok(TimeFeatures::positional(config.time_features, 0.0, true)),
        }
    }

    /// The network for `n` pictures of h × w. With `training` every operation has a gradient; the
    /// parameters are the same either way.
    ///
    /// # Errors
    /// The size does not fit the model.
    pub fn build(&self, n: usize, h: usize, w: usize, training: bool) -> Result<Denoiser> {
        match self {
            Self::UNet(config) => unet::build(config, n, h, w, training),
            Self::Mlp(config) => mlp::build(config, n, h, w),
        }
    }

    /// Weights to begin training from, each as its parameter says ([`crate::graph::Init`]).
    ///
    /// # Errors
    /// The model is too large to be made.
    pub fn initial_weights(&self, seed: u64) -> Result<TensorMap> {
        let (h, w) = self.smallest_size();
        let denoiser = self.build(1, h, w, false)?;
        let parts = denoiser.graph.params().iter().flat_map(|p| &p.parts);
        let count: u64 = parts.map(|part| part.elements() as u64).sum();
        if count > MAX_PARAMETERS {
            let message = format!("{count} parameters are too many: at most {MAX_PARAMETERS}");
            return Err(Error::Config(message));
        }
        Ok(initial_weights(denoiser.graph.params(), seed))
    }
}
