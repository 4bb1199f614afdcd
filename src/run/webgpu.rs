//! A WebGPU device as a backend: a graph is lowered to dispatches, a task is one of them; a submit is
//! compute passes with, between them, the copies that bring images up to date.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::backend::Backend;
use super::blueprint::Blueprint;
use super::handles::{
    Access, Bindings, Buffer, Fetches, Imaged, Images, Operands, Prepared, Routine, Task,
};
use super::lowered::{flops, kernels, lower, touched};
use super::program::Program;
use super::staging;
use super::team::Answer;
use crate::error::Result;
use crate::gpu::{Adapter, Dispatch, Gpu, Image, Profile, WORKGROUP, Way, groups_over};
use crate::graph::{Graph, Plan};

/// Distance between two `Dims`: WebGPU's default alignment of dynamic offsets.
const DIMS_STRIDE: usize = 256;

/// Where the dimensions of a routine are bound.
const DIMS_BINDING: usize = 2;

impl Gpu {
    /// The bind group of network kernels; `dims` holds one `Dims` every [`DIMS_STRIDE`] bytes.
    pub(crate) fn bind_network(
        &self,
        arena: &wgpu::Buffer,
        params: &wgpu::Buffer,
        dims: &[u8],
    ) -> wgpu::BindGroup {
        let uniforms = self.uniform("dimensions", dims.len().next_multiple_of(DIMS_STRIDE) as u64);
        self.queue.write_buffer(&uniforms, 0, dims);
        let dims_binding = wgpu::BufferBinding {
            buffer: &uniforms,
            offset: 0,
            size: wgpu::BufferSize::new(DIMS_STRIDE as u64),
        };
        self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("network"),
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: arena.as_entire_binding() },
                wgpu::BindGroupEntry { binding: 1, resource: params.as_entire_binding() },
                wgpu::BindGroupEntry {
                    binding: 2,
                    resource: wgpu::BindingResource::Buffer(dims_binding),
                },
            ],
        })
    }

    /// A single dispatch of a network's kind.
    pub(crate) fn network_task(
        &self,
        dispatch: &Dispatch,
        arena: &wgpu::Buffer,
        params: &wgpu::Buffer,
    ) -> Task {
        let operands = Operands::Network(self.bind_network(arena, params, &dispatch.dims), 0, None);
        let pipeline = self.pipeline(&dispatch.kernel, &self.layout);
        Task::Gpu(Prepared { pipeline, operands, groups: dispatch.groups })
    }

    fn bind_routine(
        &self,
        layout: &wgpu::BindGroupLayout,
        uniform: &wgpu::Buffer,
        buffers: &[&Buffer],
    ) -> wgpu::BindGroup {
        let mut all: Vec<&wgpu::Buffer> = buffers.iter().map(|buffer| own(buffer)).collect();
        all.insert(DIMS_BINDING, uniform);
        self.bind("routine", layout, &all)
    }
}

/// The device's own kind of buffer.
fn imaged(buffer: &Buffer) -> &Imaged {
    match buffer {
        Buffer::Gpu(imaged) => imaged,
        Buffer::Cpu(_) => unreachable!("a device is given its own buffers"),
    }
}

fn own(buffer: &Buffer) -> &wgpu::Buffer {
    &imaged(buffer).buffer
}

/// Those of a routine's buffers whose images are old when it has run.
fn written(access: &[Access], buffers: &[&Buffer]) -> Vec<Rc<Cell<bool>>> {
    let both = access.iter().zip(buffers).filter(|(access, _)| **access == Access::Write);
    both.map(|(_, buffer)| imaged(buffer).stale.clone()).collect()
}

/// Bindings of a routine.
pub fn layout(gpu: &Gpu, access: &[Access]) -> wgpu::BindGroupLayout {
    use wgpu::BufferBindingType::{Storage, Uniform};
    let storage = |a: &Access| Storage { read_only: *a == Access::Read };
    let mut types: Vec<_> = access.iter().map(storage).collect();
    types.insert(DIMS_BINDING, Uniform);
    let entry = |(binding, ty)| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None },
        count: None,
    };
    gpu.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("routine"),
        entries: &(0..).zip(types).map(entry).collect::<Vec<_>>(),
    })
}

impl Gpu {
    /// For each dispatch what it reads through images, if it does.
    fn fetches(
        &self,
        graph: &Graph,
        plan: &Plan,
        lowered: &[(usize, Dispatch)],
        arena: &wgpu::Buffer,
        params: &Imaged,
    ) -> Result<Vec<Option<Fetches>>> {
        if !lowered.iter().any(|(_, dispatch)| dispatch.kernel.reads_images()) {
            return Ok(vec![None; lowered.len()]);
        }
        let image = |what, vec4s| Image::new(&self.device, self.image_reads, what, vec4s);
        if params.image.get().is_none() {
            let image = image("the weights", (params.buffer.size() / 16) as usize)?;
            params.image.get_or_init(|| image);
        }
        let weights = params.image.get().expect("just made");
        let image = image("the activations", plan.vec4s)?;
        let images = Rc::new(Images {
            bind_group: Image::bind(&self.device, &self.image_layout, weights, &image),
            params: params.clone(),
            arena: (arena.clone(), image),
        });
        let staged = staging::plan(&touched(graph, plan, self.profile, lowered));
        let fetches = |((_, dispatch), stage): (&(usize, Dispatch), Vec<_>)| {
            let images = dispatch.kernel.reads_images().then(|| images.clone())?;
            Some(Fetches { images, stage: stage.into() })
        };
        Ok(lowered.iter().zip(staged).map(fetches).collect())
    }

    /// Makes a graph ready to run, each operation lowered in its way.
    ///
    /// # Errors
    /// As [`Backend::program`].
    pub(super) fn program_by(
        &self,
        graph: &Graph,
        params: &Buffer,
        way: &dyn Fn(usize) -> Way,
    ) -> Result<Program> {
        let plan = Plan::with_workspaces(graph, self.profile);
        let lowered = lower(graph, &plan, self.profile, self.most_flops(), way)?;
        let arena = self.storage("the activations", plan.vec4s as u64 * 16)?;
        let mut dims = vec![0; lowered.len() * DIMS_STRIDE];
        for (slot, (_, dispatch)) in dims.chunks_exact_mut(DIMS_STRIDE).zip(&lowered) {
            slot[..dispatch.dims.len()].copy_from_slice(&dispatch.dims);
        }
        let bind_group = self.bind_network(&arena, own(params), &dims);
        let fetches = self.fetches(graph, &plan, &lowered, &arena, imaged(params))?;
        let image_bytes = fetches.iter().flatten().next().map_or(0, |f| f.images.bytes());
        let mut fetches = fetches.into_iter();
        let mut prepare = |(i, (_, dispatch)): (usize, &(usize, Dispatch))| {
            let (dims, fetches) = ((i * DIMS_STRIDE) as u32, fetches.next().flatten());
            Task::Gpu(Prepared {
                pipeline: self.pipeline(&dispatch.kernel, &self.layout),
                operands: Operands::Network(bind_group.clone(), dims, fetches),
                groups: dispatch.groups,
            })
        };
        let nodes: Vec<usize> = lowered.iter().map(|(node, _)| *node).collect();
        Ok(Program {
            arena: Buffer::Gpu(Imaged::new(arena)),
            addresses: plan.offsets().to_vec(),
            gradients: plan.gradients(),
            tasks: lowered.iter().enumerate().map(&mut prepare).collect(),
            flops: flops(graph, &nodes),
            nodes,
            bytes: plan.vec4s as u64 * 16,
            lower_bound_bytes: plan.lower_bound_vec4s as u64 * 16,
            image_bytes,
            shares: None,
        })
    }
}

impl Backend for Gpu {
    fn adapter(&self) -> &Adapter {
        &self.adapter
    }

    fn gpu(&self) -> Option<&Gpu> {
        Some(self)
    }

    fn profile(&self) -> Profile {
        self.profile
    }

    fn max_buffer_bytes(&self) -> u64 {
        Gpu::max_buffer_bytes(self)
    }

    fn storage(&self, what: &str, bytes: u64) -> Result<Buffer> {
        Ok(Buffer::Gpu(Imaged::new(Gpu::storage(self, what, bytes)?)))
    }

    fn write(&self, buffer: &Buffer, at: u64, bytes: &[u8]) {
        imaged(buffer).stale.set(true);
        self.queue.write_buffer(own(buffer), at, bytes);
    }

    fn copy(&self, (from, from_at): (&Buffer, u64), (to, to_at): (&Buffer, u64), bytes: u64) {
        let mut encoder = self.device.create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(own(from), from_at, own(to), to_at, bytes);
        imaged(to).stale.set(true);
        self.queue.submit([encoder.finish()]);
    }

    fn clear(&self, buffer: &Buffer, at: u64, bytes: u64) {
        let mut encoder = self.device.create_command_encoder(&Default::default());
        encoder.clear_buffer(own(buffer), at, Some(bytes));
        imaged(buffer).stale.set(true);
        self.queue.submit([encoder.finish()]);
    }

    fn read<'a>(
        &'a self,
        buffer: &'a Buffer,
        first: u64,
        words: u64,
    ) -> Answer<'a, Result<Vec<f32>>> {
        Box::pin(Gpu::read(self, own(buffer), first, words))
    }

    fn bind(&self, routine: &Routine, dims: &[u8], buffers: &[&Buffer]) -> Rc<Bindings> {
        let layout = layout(self, routine.access);
        let uniform = self.uniform("dimensions", dims.len() as u64);
        self.queue.write_buffer(&uniform, 0, dims);
        let bind_group = RefCell::new(self.bind_routine(&layout, &uniform, buffers));
        let written = RefCell::new(written(routine.access, buffers));
        Rc::new(Bindings::Gpu { layout, uniform, bind_group, access: routine.access, written })
    }

    fn set_dims(&self, bindings: &Bindings, dims: &[u8]) {
        if let Bindings::Gpu { uniform, .. } = bindings {
            self.queue.write_buffer(uniform, 0, dims);
        }
    }

    fn rebind(&self, bindings: &Bindings, buffers: &[&Buffer]) {
        if let Bindings::Gpu { layout, uniform, bind_group, access, written: stale } = bindings {
            *stale.borrow_mut() = written(access, buffers);
            *bind_group.borrow_mut() = self.bind_routine(layout, uniform, buffers);
        }
    }

    fn call(&self, routine: &Routine, bindings: &Rc<Bindings>, threads: usize) -> Task {
        let Bindings::Gpu { layout, .. } = &**bindings else {
            unreachable!("a device is given its own bindings")
        };
        Task::Gpu(Prepared {
            pipeline: self.pipeline(&routine.kernel, layout),
            operands: Operands::Routine(bindings.clone()),
            groups: groups_over(threads, WORKGROUP),
        })
    }

    fn program(&self, network: &Blueprint, params: &Buffer) -> Result<Program> {
        let graph = network.graph;
        self.program_by(graph, params, &|node| self.way_of(|| graph.kind(node)))
    }

    fn warm_up<'a>(
        &'a self,
        graph: Option<&'a Graph>,
        routines: &'a [Routine],
        progress: &'a mut dyn FnMut(usize, usize, &str),
    ) -> Answer<'a, Result<()>> {
        Box::pin(async move {
            let network = match graph {
                Some(graph) => kernels(graph, self)?,
                None => Vec::new(),
            };
            let network = network.into_iter().map(|kernel| (kernel, self.layout.clone()));
            let own = routines.iter().map(|r| (r.kernel.clone(), layout(self, r.access)));
            Gpu::warm_up(self, &network.chain(own).collect::<Vec<_>>(), progress).await
        })
    }

    fn in_flight(&self) -> usize {
        Gpu::in_flight(self)
    }

    fn submit(&self, tasks: &mut dyn Iterator<Item = &Task>) {
        let mut encoder = self.device.create_command_encoder(&Default::default());
        let mut pass: Option<wgpu::ComputePass<'static>> = None;
        for task in tasks {
            let Task::Gpu(task) = task else { unreachable!("a device is given its own tasks") };
            if task.has_to_stage() {
                pass = None;
                task.stage(&mut encoder);
            }
            task.record(pass.get_or_insert_with(|| {
                encoder.begin_compute_pass(&Default::default()).forget_lifetime()
            }));
        }
        drop(pass);
        self.queue.submit([encoder.finish()]);
    }

    fn idle(&self) -> Answer<'_, Result<()>> {
        Box::pin(Gpu::idle(self))
    }

    fn check(&self) -> Result<()> {
        Gpu::check(self)
    }

    fn lost(&self) -> Answer<'_, String> {
        Box::pin(Gpu::lost(self))
    }
}

impl Prepared {
    fn fetches(&self) -> Option<&Fetches> {
        match &self.operands {
            Operands::Network(_, _, fetches) => fetches.as_ref(),
            Operands::Routine(_) => None,
        }
    }

    fn has_to_stage(&self) -> bool {
        self.fetches().is_some_and(|f| !f.stage.is_empty() || f.images.params.stale.get())
    }

    /// Brings the images up to date.
    fn stage(&self, encoder: &mut wgpu::CommandEncoder) {
        let Some(Fetches { images, stage }) = self.fetches() else { return };
        let (params, (arena, image)) = (&images.params, &images.arena);
        if params.stale.replace(false)
            && let Some(image) = params.image.get()
        {
            image.stage(encoder, &params.buffer, 0..(params.buffer.size() / 16) as u32);
        }
        stage.iter().for_each(|stretch| image.stage(encoder, arena, stretch.clone()));
    }

    fn record(&self, pass: &mut wgpu::ComputePass) {
        pass.set_pipeline(&self.pipeline);
        match &self.operands {
            Operands::Network(bind_group, dims, fetches) => {
                pass.set_bind_group(0, bind_group, &[*dims]);
                if let Some(fetches) = fetches {
                    pass.set_bind_group(1, &fetches.images.bind_group, &[]);
                }
            }
            Operands::Routine(bindings) => {
                if let Bindings::Gpu { bind_group, written, .. } = &**bindings {
                    pass.set_bind_group(0, &*bind_group.borrow(), &[]);
                    written.borrow().iter().for_each(|stale| stale.set(true));
                }
            }
        }
        let [x, y, z] = self.groups;
        pass.dispatch_workgroups(x, y, z);
    }
}
