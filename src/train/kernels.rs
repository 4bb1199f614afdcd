//! The trainer's kernels: the structs they read and the buffers they bind.

use super::draw::{BUCKETS, ENOUGH_LOSSES};
use super::state::{PARTIALS, RING};
use crate::gpu::{Gpu, Kernel, WORKGROUP, dims, groups_over, shader};

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

/// Kernels of shaders/train_batch.wgsl: `train_draw`, `train_noise`, `train_statistics`.
pub fn batch_kernels() -> [Kernel; 3] {
    ["train_draw", "train_noise", "train_statistics"].map(|entry| Kernel {
        entry,
        files: vec![shader!("rng"), shader!("train_state"), shader!("train_batch")],
        constants: constants(),
        dims: BatchDims::FIELDS,
    })
}

/// Kernels of shaders/adamw.wgsl: `gradient_norm`, `train_finish`, `adamw`.
pub fn optimizer_kernels() -> [Kernel; 3] {
    let mut constants = constants();
    constants.extend([("LANES", LANES), ("ENOUGH_LOSSES", ENOUGH_LOSSES)]);
    constants.extend([("RENEWED_EVERY", RENEWED_EVERY), ("SMOOTHED_STEPS", SMOOTHED_STEPS)]);
    constants.push(("JUDGED_STEPS", JUDGED_STEPS));
    ["gradient_norm", "train_finish", "adamw"].map(|entry| Kernel {
        entry,
        files: vec![shader!("rng"), shader!("reduce"), shader!("train_state"), shader!("adamw")],
        constants: constants.clone(),
        dims: OptimizerDims::FIELDS,
    })
}

/// A kernel's access to each binding.
const ACCESS: [[Access; 6]; 2] = [
    [Access::Write, Access::Write, Access::Uniform, Access::Read, Access::Read, Access::None],
    [Access::Write, Access::Write, Access::Uniform, Access::Write, Access::Write, Access::Read],
];

#[derive(Clone, Copy, PartialEq)]
enum Access {
    Read,
    Write,
    Uniform,
    None,
}

fn layout(gpu: &Gpu, access: [Access; 6]) -> wgpu::BindGroupLayout {
    use wgpu::BufferBindingType::{Storage, Uniform};
    let bound = (0..).zip(access).filter(|(_, access)| *access != Access::None);
    let entry = |(binding, access)| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty: match access {
                Access::Uniform => Uniform,
                access => Storage { read_only: access == Access::Read },
            },
            has_dynamic_offset: false,
            min_binding_size: None,
        },
        count: None,
    };
    gpu.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("training"),
        entries: &bound.map(entry).collect::<Vec<_>>(),
    })
}

/// Bindings of [`batch_kernels`].
pub fn batch_layout(gpu: &Gpu) -> wgpu::BindGroupLayout {
    layout(gpu, ACCESS[0])
}

/// Bindings of [`optimizer_kernels`].
pub fn optimizer_layout(gpu: &Gpu) -> wgpu::BindGroupLayout {
    layout(gpu, ACCESS[1])
}

/// Kernels that share their bindings, ready to be recorded.
pub(super) struct Stage {
    pipelines: [wgpu::ComputePipeline; 3],
    bind_group: wgpu::BindGroup,
    dims: wgpu::Buffer,
}

impl Stage {
    /// Binds `buffers` (arena, state, then binding 3 and up) and makes the pipelines.
    pub fn new(
        gpu: &Gpu,
        kernels: [Kernel; 3],
        layout: &wgpu::BindGroupLayout,
        dims: &impl bytemuck::Pod,
        buffers: &[&wgpu::Buffer],
    ) -> Self {
        let uniform = gpu.uniform("training dimensions", size_of_val(dims) as u64);
        let all = [&buffers[..2], &[&uniform], &buffers[2..]].concat();
        let bind_group = gpu.bind("training", layout, &all);
        let pipelines = kernels.map(|kernel| gpu.pipeline(&kernel, layout));
        let stage = Self { pipelines, bind_group, dims: uniform };
        stage.write(gpu, dims);
        stage
    }

    /// Other dimensions from the next submit on.
    pub fn write(&self, gpu: &Gpu, dims: &impl bytemuck::Pod) {
        gpu.queue.write_buffer(&self.dims, 0, bytemuck::bytes_of(dims));
    }

    /// Records a kernel over `threads`.
    pub fn encode(&self, pass: &mut wgpu::ComputePass, kernel: usize, threads: usize) {
        let [x, y, z] = groups_over(threads, WORKGROUP);
        pass.set_pipeline(&self.pipelines[kernel]);
        pass.set_bind_group(0, &self.bind_group, &[]);
        pass.dispatch_workgroups(x, y, z);
    }
}
