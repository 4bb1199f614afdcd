//! The chain's three kernels (shaders/chain.wgsl): the structs they read and the buffers they bind.

use super::frames::Frames;
use crate::diffusion::Step;
use crate::error::Result;
use crate::gpu::{Gpu, Kernel, WORKGROUP, dims, groups_over, shader};
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

fn kernel(entry: &'static str) -> Kernel {
    Kernel {
        entry,
        files: vec![shader!("shared/rng"), shader!("chain")],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
}

/// The chain's own kernels.
pub fn kernels() -> [Kernel; 3] {
    ["chain_begin", "chain_step", "chain_start"].map(kernel)
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

/// What a chain asks of the device, made once: its kernels with all they read and write.
pub(super) struct Stage {
    begin: wgpu::ComputePipeline,
    step: wgpu::ComputePipeline,
    start: wgpu::ComputePipeline,
    bind_group: wgpu::BindGroup,
    /// Words: the next step, the step under way, the first step whose x was no number (or [`NONE`]).
    state: wgpu::Buffer,
    /// z of the step to come, where a caller gives it.
    pub noise: wgpu::Buffer,
    fed: [u32; 3],
    pairs: [u32; 3],
}

impl Stage {
    pub fn new(
        gpu: &Gpu,
        network: Option<&Network>,
        frames: &Frames,
        dims: &Dims,
        table: &[u8],
        features: &[u8],
    ) -> Result<Self> {
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
        let noise_words = if dims.uploaded_noise == 1 { dims.elements } else { 1 };
        let noise = gpu.storage("uploaded noise", u64::from(noise_words) * 4)?;
        let state = upload("the state of the chain", bytemuck::bytes_of(&[0, 0, NONE]))?;
        let table = upload("step table", table)?;
        let features = upload("time features", features)?;
        let layout = layout(gpu);
        let buffers = [&arena, frames.buffer(), &uniform, &table, &features, &noise, &state];
        let bind_group = gpu.bind("chain", &layout, &buffers);
        let [begin, step, start] = kernels().map(|kernel| gpu.pipeline(&kernel, &layout));
        let each = (dims.pixels * dims.in_c4).max(dims.features_c4) as usize;
        let fed = (dims.copies * dims.batch) as usize * each;
        let pairs = dims.elements.div_ceil(2) as usize;
        let [fed, pairs] = [fed.max(1), pairs].map(|items| groups_over(items, WORKGROUP));
        Ok(Self { begin, step, start, bind_group, state, noise, fed, pairs })
    }

    fn encode(
        &self,
        pass: &mut wgpu::ComputePass,
        kernel: &wgpu::ComputePipeline,
        [x, y, z]: [u32; 3],
    ) {
        pass.set_pipeline(kernel);
        pass.set_bind_group(0, &self.bind_group, &[]);
        pass.dispatch_workgroups(x, y, z);
    }

    /// Records the feeding of the network.
    pub fn encode_begin(&self, pass: &mut wgpu::ComputePass) {
        self.encode(pass, &self.begin, self.fed);
    }

    /// Records what follows from the network's answer.
    pub fn encode_step(&self, pass: &mut wgpu::ComputePass) {
        self.encode(pass, &self.step, self.pairs);
    }

    /// Records the drawing of x_T.
    pub fn encode_start(&self, pass: &mut wgpu::ComputePass) {
        self.encode(pass, &self.start, self.pairs);
    }

    /// The first step after which x held something that is no number.
    pub async fn fault(&self, gpu: &Gpu) -> Result<Option<usize>> {
        let words = gpu.read(&self.state, 2, 1).await?;
        Ok(Some(words[0].to_bits()).filter(|&step| step != NONE).map(|step| step as usize))
    }
}
