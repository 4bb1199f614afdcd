//! What the chain's kernels, in WGSL (shaders/chain.wgsl) and on the processor, are told.

use crate::diffusion::Step;
use crate::gpu::dims;

dims! {
    /// `Dims` in shaders/chain.wgsl.
    pub(super) struct Dims {
        elements: u32,
        pixels: u32,
        channels: u32,
        batch: u32,
        copies: u32,
        keep_every: u32,
        kept: u32,
        sample: u32,
        features: u32,
        features_c4: u32,
        timestep: u32,
        output: u32,
        in_c4: u32,
        out_c4: u32,
        guidance: f32,
        seed_low: u32,
        seed_high: u32,
        stream: u32,
        uploaded_noise: u32,
        first_pair: u32,
        memory: u32,
    }
}

dims! {
    /// `Step` in shaders/chain.wgsl.
    pub(super) struct StepDims {
        x0_from_x: f32,
        x0_from_model: f32,
        eps_from_x: f32,
        eps_from_model: f32,
        eps_from_x0: f32,
        clip: f32,
        prev_from_x0: f32,
        prev_from_x: f32,
        prev_from_eps: f32,
        sigma: f32,
        timestep: f32,
        memory: u32,
        prev_from_x0_1: f32,
        prev_from_x_1: f32,
        prev_from_eps_1: f32,
        prev_from_x0_2: f32,
        prev_from_x_2: f32,
        prev_from_eps_2: f32,
    }
}

impl From<&Step> for StepDims {
    fn from(s: &Step) -> Self {
        let [last, before] = s.past;
        Self {
            x0_from_x: s.x0_from_x as f32,
            x0_from_model: s.x0_from_model as f32,
            eps_from_x: s.eps_from_x as f32,
            eps_from_model: s.eps_from_model as f32,
            eps_from_x0: s.eps_from_x0 as f32,
            clip: s.clip.map_or(3e38, |c| c as f32),
            prev_from_x0: s.prev_from_x0 as f32,
            prev_from_x: s.prev_from_x as f32,
            prev_from_eps: s.prev_from_eps as f32,
            sigma: s.sigma as f32,
            timestep: s.timestep as f32,
            memory: s.memory() as u32,
            prev_from_x0_1: last.prev_from_x0 as f32,
            prev_from_x_1: last.prev_from_x as f32,
            prev_from_eps_1: last.prev_from_eps as f32,
            prev_from_x0_2: before.prev_from_x0 as f32,
            prev_from_x_2: before.prev_from_x as f32,
            prev_from_eps_2: before.prev_from_eps as f32,
        }
    }
}

pub(super) const NONE: u32 = u32::MAX;

/// Fields of `Step` in shaders/chain.wgsl and their byte offsets.
pub const STEP_FIELDS: &[(&str, usize)] = StepDims::FIELDS;
