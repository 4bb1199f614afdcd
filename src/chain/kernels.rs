//! The chain's three kernels (shaders/chain.wgsl): the structs they read and the buffers they bind.

use super::frames::Frames;
use crate::diffusion::Step;
use crate::error::Result;
use crate::gpu::{Gpu, Kernel, WORKGROUP, dims, shader};
use crate::model::Network;

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
    }
}

impl From<&Step> for StepDims {
    fn from(s: &Step) -> Self {
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
        }
    }
}

pub(super) const NONE: u32 = u32::MAX;

/// Fields of `Step` in shaders/chain.wgsl and their byte offsets.
pub const STEP_FIELDS: &[(&str, usize)] = StepDims::FIELDS;

/// The chain's own kernels.
pub fn kernels() -> [Kernel; 3] {
    ["chain_begin", "chain_step", "chain_start"].map(|entry| Kernel {
        entry,
        files: vec![shader!("shared/rng"), shader!("chain")],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    })
}

/// Bindings of the chain's kernels.
pub fn layout(gpu: &Gpu) -> wgpu::BindGroupLayout {
    use wgpu::BufferBindingType::{Storage, Uniform};
    let (write, read) = (Storage { read_only: false }, Storage { read_only: true });
    let entries: Vec<_> = (0..)
        .zip([write, write, Uniform, read, read, read, write])
        .map(|(binding, ty)| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None },
            count: None,
        })
        .collect();
    gpu.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("chain"),
        entries: &entries,
    })
}

/// The chain's bind group and pipelines: all that a step needs, made once.
pub(super) fn bind(
    gpu: &Gpu,
    network: Option<&Network>,
    frames: &Frames,
    dims: &Dims,
    table: &[u8],
    features: &[u8],
    noise: &wgpu::Buffer,
) -> Result<(wgpu::BindGroup, [wgpu::ComputePipeline; 3])> {
    let upload = |what: &str, bytes: &[u8]| -> Result<wgpu::Buffer> {
        let buffer = gpu.storage(what, bytes.len() as u64)?;
        gpu.queue.write_buffer(&buffer, 0, bytes);
        Ok(buffer)
    };
    let uniform = gpu.uniform("chain dimensions", size_of::<Dims>() as u64);
    gpu.queue.write_buffer(&uniform, 0, bytemuck::bytes_of(dims));
    // A demolition has no network; its kernels never touch the arena they must bind.
    let arena = match network {
        Some(network) => network.program.arena.clone(),
        None => gpu.storage("no activations", 16)?,
    };
    let bindings = [
        arena,
        frames.buffer().clone(),
        uniform,
        upload("step table", table)?,
        upload("time features", features)?,
        noise.clone(),
        gpu.storage("step counter", 8)?,
    ];
    let layout = layout(gpu);
    let bind_group = gpu.bind("chain", &layout, &bindings.each_ref());
    let pipelines = kernels().map(|kernel| gpu.pipeline(&kernel, &layout));
    Ok((bind_group, pipelines))
}
