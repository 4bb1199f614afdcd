//! What the trainer's kernels, in WGSL (shaders/train_batch.wgsl, shaders/adamw.wgsl) and on the processor, are told.

use crate::gpu::dims;

dims! {
    /// `Dims` in shaders/train_batch.wgsl.
    pub(super) struct BatchDims {
        batch: u32,
        channels: u32,
        pixels: u32,
        c4: u32,
        images: u32,
        sample: u32,
        target_at: u32,
        weight: u32,
        features: u32,
        features_c4: u32,
        timestep: u32,
        label: u32,
        loss: u32,
        first_t: u32,
        timesteps: u32,
        buckets: u32,
        null_label: f32,
        drop_below: u32,
        second_noise: u32,
        seed_low: u32,
        seed_high: u32,
    }
}

dims! {
    /// `Dims` in shaders/adamw.wgsl.
    pub(super) struct OptimizerDims {
        total: u32,
        ranges: u32,
        vec4s: u32,
        gradients: u32,
        loss: u32,
        batch: u32,
        buckets: u32,
        timesteps: u32,
        importance: u32,
        warmup: u32,
        steps: u32,
        lr: f32,
        weight_decay: f32,
        clip: f32,
        beta1: f32,
        beta2: f32,
        rate1: f32,
        rate2: f32,
        forget: f32,
        epsilon: f32,
        even_share: f32,
    }
}

/// Threads of `train_finish`.
pub(super) const LANES: u32 = 64;
/// How many steps apart the probabilities of t are renewed.
pub(super) const RENEWED_EVERY: u32 = 50;
/// Steps whose losses the judgement of a run is made on, about.
pub(super) const SMOOTHED_STEPS: u32 = 32;
/// Steps before the first judgement.
pub(super) const JUDGED_STEPS: u32 = 8;
