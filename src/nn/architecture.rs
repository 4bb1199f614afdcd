//! Which network a `config.json` describes, and what everyone else needs to know of it.

use serde::Serialize;

use super::config::{CONFIG_FILE, NetworkConfig};
use super::denoiser::{ClassConditioning, Denoiser};
use super::initial::initial_weights;
use super::point_mlp::PointMlpConfig;
use super::time::TimeFeatures;
use super::unet::UNetConfig;
use crate::error::{Error, Result};
use crate::json::Object;
use crate::tensor::TensorMap;
use crate::weights::SchedulerConfig;

/// Parameters of a model made here, at most: a GiB of them.
const MAX_PARAMETERS: u64 = 1 << 28;

macro_rules! architectures {
    ($($(#[$documentation:meta])* $name:ident($config:ty),)*) => {
        /// See the [module documentation](self). Serializes to its `config.json`.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        #[allow(clippy::large_enum_variant, reason = "a model has one")]
        pub enum Architecture {
            $($(#[$documentation])* $name($config),)*
        }

        impl Architecture {
            /// Reads and validates `config.json`.
            ///
            /// # Errors
            /// One sentence naming the key at fault.
            pub fn from_json(text: &str) -> Result<Self> {
                let class: String = Object::parse(CONFIG_FILE, text)?.required("_class_name")?;
                $(if class == <$config>::CLASS {
                    return Ok(Self::$name(<$config>::from_json(text)?));
                })*
                let known = [$(<$config>::CLASS),*].join(" and ");
                let message = format!("{CONFIG_FILE}: _class_name: there are {known}, not {class}");
                Err(Error::Config(message))
            }

            fn config(&self) -> &dyn NetworkConfig {
                match self {
                    $(Self::$name(config) => config,)*
                }
            }
        }
    };
}

// All networks: adding one is its folder and a line here.
architectures! {
    /// diffusers' UNet2DModel: pictures.
    UNet(UNetConfig),
    /// Points in the plane, as pictures of one pixel with two channels.
    PointMlp(PointMlpConfig),
}

impl Architecture {
    /// `config.json`, every key filled in.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string_pretty(self).map_err(|e| Error::Config(e.to_string()))
    }

    /// Channels of x_t.
    pub fn in_channels(&self) -> usize {
        self.config().in_channels()
    }

    /// Channels of the prediction.
    pub fn out_channels(&self) -> usize {
        self.config().out_channels()
    }

    /// Height and width of the pictures it was made for, if the configuration says.
    pub fn sample_size(&self) -> Option<(usize, usize)> {
        self.config().sample_size()
    }

    /// The smallest pictures it can take: a graph of this size has all parameters.
    pub fn smallest_size(&self) -> (usize, usize) {
        self.config().smallest_size()
    }

    /// The size to show it at, and the network for one picture of it: the one it was made for, or, where that is not known
    /// or cannot be, the smallest.
    ///
    /// # Errors
    /// Not even the smallest can be built.
    pub fn usual(&self) -> Result<((usize, usize), Denoiser)> {
        let built = |size: (usize, usize)| Ok((size, self.build(1, size.0, size.1, false)?));
        let made_for = self.sample_size().and_then(|size| built(size).ok());
        made_for.map_or_else(|| built(self.smallest_size()), Ok)
    }

    /// What it wants as class label.
    pub fn class_conditioning(&self) -> ClassConditioning {
        self.config().class_conditioning()
    }

    /// The row of the class table that stands for "no class": what `null_class` in `config.json` says. Nobody can tell
    /// that from the weights, so without the key every row is a class.
    pub fn null_class(&self) -> Option<usize> {
        self.config().null_class()
    }

    /// The scheduler to use where none is given, if diffusers' defaults would not do.
    pub fn default_scheduler(&self) -> Option<SchedulerConfig> {
        self.config().default_scheduler()
    }

    /// How its timesteps become features, with the trained numbers from the weights.
    ///
    /// # Errors
    /// The weights lack them.
    pub fn time_features(&self, weights: &TensorMap) -> Result<TimeFeatures> {
        self.config().time_features(weights)
    }

    /// The network for `n` pictures of h × w. With `training` every operation has a gradient; the
    /// parameters are the same either way.
    ///
    /// # Errors
    /// The size does not fit the model.
    pub fn build(&self, n: usize, h: usize, w: usize, training: bool) -> Result<Denoiser> {
        self.config().build(n, h, w, training)
    }

    /// Weights to begin training from, each as its parameter says ([`crate::tensor::Init`]).
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
