//! `config.json` of a PointMlp, this crate's own denoiser of points in the plane (src/nn/mlp.rs).

use serde::{Deserialize, Serialize};

use super::ClassConditioning;
use super::json::Object;
use super::unet_config::FILE;
use crate::error::{Error, Result};

/// Limits: far beyond what a page can train, far below what could overflow anything.
const MAX_WIDTH: usize = 512;
const MAX_DEPTH: usize = 16;
const MAX_TIME_FEATURES: usize = 512;
const MAX_POINT_FEATURES: usize = 16;
const MAX_CLASSES: usize = 1024;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum ClassName {
    #[default]
    PointMlp,
}

/// The keys of a PointMlp's `config.json`; absent ones take the defaults. Serializes to the same JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MlpConfig {
    #[serde(rename = "_class_name")]
    class: ClassName,
    /// Channels of every hidden layer.
    pub width: usize,
    /// Hidden layers, each added to what goes into it.
    pub depth: usize,
    /// Sinusoids of t, cosines and sines together.
    pub time_features: usize,
    /// Frequencies of the sinusoids of x, y, x + y and x − y.
    pub point_features: usize,
    /// Rows of the class table; the last one stands for "no class".
    pub num_class_embeds: Option<usize>,
}

impl Default for MlpConfig {
    fn default() -> Self {
        Self {
            class: ClassName::PointMlp,
            width: 64,
            depth: 2,
            time_features: 32,
            point_features: 8,
            num_class_embeds: None,
        }
    }
}

/// The one key that tells which class a configuration is of.
#[derive(Deserialize)]
struct Named {
    #[serde(rename = "_class_name")]
    _class: ClassName,
}

impl MlpConfig {
    /// Coordinates of a point.
    pub const CHANNELS: usize = 2;

    /// Whether a `config.json` says that it is a PointMlp's.
    pub fn is_named_in(text: &str) -> bool {
        serde_json::from_str::<Named>(text).is_ok()
    }

    /// Reads and validates `config.json`.
    ///
    /// # Errors
    /// One sentence naming the key at fault.
    pub fn from_json(text: &str) -> Result<Self> {
        let json = Object::parse(FILE, text)?;
        let default = Self::default();
        let config = Self {
            class: json.required("_class_name")?,
            width: json.or("width", default.width)?,
            depth: json.or("depth", default.depth)?,
            time_features: json.or("time_features", default.time_features)?,
            point_features: json.or("point_features", default.point_features)?,
            num_class_embeds: json.or("num_class_embeds", default.num_class_embeds)?,
        };
        config.validate()?;
        Ok(config)
    }

    /// Refuses numbers out of range.
    ///
    /// # Errors
    /// One sentence naming the key at fault.
    pub fn validate(&self) -> Result<()> {
        for (key, value, most) in [
            ("width", self.width, MAX_WIDTH),
            ("depth", self.depth, MAX_DEPTH),
            ("time_features", self.time_features, MAX_TIME_FEATURES),
            ("point_features", self.point_features, MAX_POINT_FEATURES),
            ("num_class_embeds", self.num_class_embeds.unwrap_or(1), MAX_CLASSES),
        ] {
            if value == 0 || value > most {
                let sentence = format!("{key} must lie between 1 and {most}, not {value}");
                return Err(Error::Config(format!("{FILE}: {sentence}")));
            }
        }
        if !self.time_features.is_multiple_of(2) {
            return Err(Error::Config(format!(
                "{FILE}: time_features are pairs of cosine and sine: an even number, not {}",
                self.time_features
            )));
        }
        Ok(())
    }

    /// What the network wants as class label.
    pub fn class_conditioning(&self) -> ClassConditioning {
        self.num_class_embeds.map_or(ClassConditioning::None, ClassConditioning::Table)
    }
}
