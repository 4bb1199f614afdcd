//! `config.json` of a PointMlp, this crate's own denoiser of points in the plane.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::json::Object;
use crate::nn::config::{CONFIG_FILE, check_null_class};

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
pub struct PointMlpConfig {
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
    /// Rows of the class table.
    pub num_class_embeds: Option<usize>,
    /// The row that stands for "no class"; without it every row is a class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub null_class: Option<usize>,
}

impl Default for PointMlpConfig {
    fn default() -> Self {
        Self {
            class: ClassName::PointMlp,
            width: 64,
            depth: 2,
            time_features: 32,
            point_features: 8,
            num_class_embeds: None,
            null_class: None,
        }
    }
}

impl PointMlpConfig {
    /// Its `_class_name`.
    pub const CLASS: &'static str = "PointMlp";
    /// Coordinates of a point.
    pub const CHANNELS: usize = 2;

    /// Reads and validates `config.json`.
    ///
    /// # Errors
    /// One sentence naming the key at fault.
    pub fn from_json(text: &str) -> Result<Self> {
        let json = Object::parse(CONFIG_FILE, text)?;
        let default = Self::default();
        let config = Self {
            class: json.required("_class_name")?,
            width: json.or("width", default.width)?,
            depth: json.or("depth", default.depth)?,
            time_features: json.or("time_features", default.time_features)?,
            point_features: json.or("point_features", default.point_features)?,
            num_class_embeds: json.or("num_class_embeds", default.num_class_embeds)?,
            null_class: json.or("null_class", default.null_class)?,
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
                return Err(Error::Config(format!("{CONFIG_FILE}: {sentence}")));
            }
        }
        if !self.time_features.is_multiple_of(2) {
            return Err(Error::Config(format!(
                "{CONFIG_FILE}: time_features are pairs of cosine and sine: an even number, not {}",
                self.time_features
            )));
        }
        check_null_class(self.null_class, self.num_class_embeds.unwrap_or(0))
    }
}
