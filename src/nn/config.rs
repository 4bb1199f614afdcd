//! What a network's `config.json` must answer, so that nobody else need know which network it is.

use super::denoiser::{ClassConditioning, Denoiser};
use super::time::TimeFeatures;
use crate::error::{Error, Result};
use crate::tensor::TensorMap;
use crate::weights::SchedulerConfig;

/// What errors call the file.
pub(super) const CONFIG_FILE: &str = "config.json";

/// What a network's configuration says of it; [`super::Architecture`] has the same for all. Its `CLASS` is the `_class_name`
/// of its `config.json`, which its `from_json` reads and validates.
pub(super) trait NetworkConfig {
    /// Channels of x_t.
    fn in_channels(&self) -> usize;
    /// Channels of the prediction.
    fn out_channels(&self) -> usize;
    /// Height and width of the pictures it was made for, if the configuration says.
    fn sample_size(&self) -> Option<(usize, usize)>;
    /// The smallest pictures it can take.
    fn smallest_size(&self) -> (usize, usize);
    /// What it wants as class label.
    fn class_conditioning(&self) -> ClassConditioning;
    /// The row of the class table that stands for "no class", if one does.
    fn null_class(&self) -> Option<usize>;
    /// The scheduler to use where none is given, if diffusers' defaults would not do.
    fn default_scheduler(&self) -> Option<SchedulerConfig> {
        None
    }
    /// How its timesteps become features.
    fn time_features(&self, weights: &TensorMap) -> Result<TimeFeatures>;
    /// The network for `n` pictures of h × w.
    fn build(&self, n: usize, h: usize, w: usize, training: bool) -> Result<Denoiser>;
}

/// Refuses a `null_class` that is no row of the class table.
pub(super) fn check_null_class(null_class: Option<usize>, rows: usize) -> Result<()> {
    match null_class {
        Some(row) if row >= rows => Err(Error::Config(format!(
            "{CONFIG_FILE}: null_class = {row} is no row of the class table, which has {rows}"
        ))),
        _ => Ok(()),
    }
}
