//! PointMlp: points in the plane, as pictures of one pixel with two channels.

mod config;
mod graph;

pub use config::PointMlpConfig;

use super::config::NetworkConfig;
use super::denoiser::{ClassConditioning, Denoiser};
use super::time::TimeFeatures;
use crate::error::Result;
use crate::tensor::TensorMap;
use crate::weights::SchedulerConfig;

impl NetworkConfig for PointMlpConfig {
    fn in_channels(&self) -> usize {
        Self::CHANNELS
    }

    fn out_channels(&self) -> usize {
        Self::CHANNELS
    }

    fn sample_size(&self) -> Option<(usize, usize)> {
        Some((1, 1))
    }

    fn smallest_size(&self) -> (usize, usize) {
        (1, 1)
    }

    fn null_class(&self) -> Option<usize> {
        self.null_class
    }

    fn class_conditioning(&self) -> ClassConditioning {
        self.num_class_embeds.map_or(ClassConditioning::None, ClassConditioning::Table)
    }

    /// Pictures end at ±1, where samplers clip x̂_0, but points lie anywhere.
    fn default_scheduler(&self) -> Option<SchedulerConfig> {
        let mut scheduler = SchedulerConfig::default();
        scheduler.clip_sample = false;
        Some(scheduler)
    }

    fn time_features(&self, _: &TensorMap) -> Result<TimeFeatures> {
        Ok(TimeFeatures::positional(self.time_features, 0.0, true))
    }

    fn build(&self, n: usize, h: usize, w: usize, _training: bool) -> Result<Denoiser> {
        graph::build(self, n, h, w)
    }
}
