//! diffusers' UNet2DModel, for pictures.

mod blocks;
mod config;
mod graph;
mod validate;

pub use config::{
    Activation, ClassEmbedType, DownBlockType, MidBlockType, ResampleType, SampleSize,
    TimeEmbeddingType, TimeScaleShift, UNetConfig, UpBlockType,
};

use super::config::NetworkConfig;
use super::denoiser::{ClassConditioning, Denoiser};
use super::time::TimeFeatures;
use crate::error::Result;
use crate::tensor::TensorMap;

impl NetworkConfig for UNetConfig {
    fn in_channels(&self) -> usize {
        self.in_channels
    }

    fn out_channels(&self) -> usize {
        self.out_channels
    }

    fn sample_size(&self) -> Option<(usize, usize)> {
        self.sample_size.map(|s| (s.height, s.width))
    }

    fn smallest_size(&self) -> (usize, usize) {
        let side = 1 << (self.levels() - 1);
        (side, side)
    }

    fn null_class(&self) -> Option<usize> {
        self.null_class
    }

    fn class_conditioning(&self) -> ClassConditioning {
        self.class_conditioning()
    }

    fn time_features(&self, weights: &TensorMap) -> Result<TimeFeatures> {
        let width = self.block_out_channels[0];
        let trained = || Ok::<_, crate::Error>(weights.get("time_proj.weight")?.data.clone());
        Ok(match self.time_embedding_type {
            TimeEmbeddingType::Positional => {
                TimeFeatures::positional(width, self.freq_shift, self.flip_sin_to_cos)
            }
            TimeEmbeddingType::Fourier => TimeFeatures::Fourier { weight: trained()? },
            TimeEmbeddingType::Learned => TimeFeatures::Learned { table: trained()?, width },
        })
    }

    fn build(&self, n: usize, h: usize, w: usize, training: bool) -> Result<Denoiser> {
        graph::build(self, n, h, w, training)
    }
}
