//! The trainer's kernels by name, the structs they read and the buffers they bind.

use super::draw::{BUCKETS, ENOUGH_LOSSES};
use super::state::{NOT_FINITE, PARTIALS, RING};
use crate::diffusion::Stream;
use crate::gpu::{Gpu, Kernel, WORKGROUP, dims, shader};

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
pub const RENEWED_EVERY: u32 = 50;
/// Steps whose losses the judgement of a run is made on, about.
const SMOOTHED_STEPS: u32 = 32;
/// Steps before the first judgement.
const JUDGED_STEPS: u32 = 8;

fn constants() -> Vec<(&'static str, u32)> {
    let sizes = [("BUCKETS", BUCKETS as u32), ("PARTIALS", PARTIALS as u32), ("RING", RING as u32)];
    [("WORKGROUP", WORKGROUP)].into_iter().chain(sizes).collect()
}

/// Decides on picture, t and label of each sample.
pub(super) fn draw() -> Kernel {
    batch_kernel("train_draw")
}

/// Mixes x_t and the target.
pub(super) fn noise() -> Kernel {
    batch_kernel("train_noise")
}

/// Files what each t cost.
pub(super) fn statistics() -> Kernel {
    batch_kernel("train_statistics")
}

/// Squares of the gradient, part by part.
pub(super) fn gradient_norm() -> Kernel {
    optimizer_kernel("gradient_norm")
}

/// Decides what happens to the step.
pub(super) fn finish() -> Kernel {
    optimizer_kernel("train_finish")
}

/// Updates the weights, the moments and the moving average.
pub(super) fn adamw() -> Kernel {
    optimizer_kernel("adamw")
}

/// Kernels of shaders/train_batch.wgsl.
pub fn batch_kernels() -> [Kernel; 3] {
    [draw(), noise(), statistics()]
}

/// Kernels of shaders/adamw.wgsl.
pub fn optimizer_kernels() -> [Kernel; 3] {
    [gradient_norm(), finish(), adamw()]
}

fn batch_kernel(entry: &'static str) -> Kernel {
    let mut constants = constants();
    let streams = [
        ("DRAW", Stream::TrainDraw),
        ("NOISE", Stream::TrainNoise),
        ("NOISE2", Stream::TrainNoise2),
    ];
    constants.extend(streams.map(|(name, stream)| (name, stream as u32)));
    Kernel {
        entry,
        files: vec![shader!("shared/rng"), shader!("shared/train_state"), shader!("train_batch")],
        constants,
        dims: BatchDims::FIELDS,
    }
}

fn optimizer_kernel(entry: &'static str) -> Kernel {
    let mut constants = constants();
    constants.extend([("LANES", LANES), ("ENOUGH_LOSSES", ENOUGH_LOSSES)]);
    constants.extend([("RENEWED_EVERY", RENEWED_EVERY), ("SMOOTHED_STEPS", SMOOTHED_STEPS)]);
    constants.extend([("JUDGED_STEPS", JUDGED_STEPS), ("NOT_FINITE", NOT_FINITE)]);
    Kernel {
        entry,
        files: vec![
            shader!("shared/rng"),
            shader!("shared/reduce"),
            shader!("shared/train_state"),
            shader!("adamw"),
        ],
        constants,
        dims: OptimizerDims::FIELDS,
    }
}

const UNIFORM: wgpu::BufferBindingType = wgpu::BufferBindingType::Uniform;
const READ: wgpu::BufferBindingType = wgpu::BufferBindingType::Storage { read_only: true };
const WRITE: wgpu::BufferBindingType = wgpu::BufferBindingType::Storage { read_only: false };

fn layout(gpu: &Gpu, types: &[wgpu::BufferBindingType]) -> wgpu::BindGroupLayout {
    let entry = |(binding, &ty)| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None },
        count: None,
    };
    gpu.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("training"),
        entries: &(0..).zip(types).map(entry).collect::<Vec<_>>(),
    })
}

/// Bindings of [`batch_kernels`]: arena, state, dimensions, table over t, data.
pub fn batch_layout(gpu: &Gpu) -> wgpu::BindGroupLayout {
    layout(gpu, &[WRITE, WRITE, UNIFORM, READ, READ])
}

/// Bindings of [`optimizer_kernels`]: arena, state, dimensions, weights, moments, ranges.
pub fn optimizer_layout(gpu: &Gpu) -> wgpu::BindGroupLayout {
    layout(gpu, &[WRITE, WRITE, UNIFORM, WRITE, WRITE, READ])
}
