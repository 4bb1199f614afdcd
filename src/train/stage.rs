//! A training step is a list of stages, and a stage is a value in it: a name and the dispatches it records.
//! Kernels, buffers and what they keep in the state belong to whoever makes the stage (`batch.rs`,
//! `network.rs`, `optimizer.rs`).

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use crate::gpu::{Gpu, Kernel, WORKGROUP, groups_over};
use crate::model::Network;

/// Records some of a stage's dispatches.
type Record = Box<dyn Fn(&mut wgpu::ComputePass, Range<usize>)>;

/// See the [module documentation](self).
pub(super) struct Stage {
    /// What it does.
    pub name: &'static str,
    /// Floating-point operations of each of its dispatches, 0 where they are few.
    flops: Vec<u64>,
    record: Record,
}

impl Stage {
    /// Kernels that share their bindings, each over so many threads.
    pub fn kernels(
        gpu: &Gpu,
        name: &'static str,
        bindings: &Rc<Bindings>,
        kernels: &[(Kernel, usize)],
    ) -> Self {
        let prepare = |(kernel, threads): &(Kernel, usize)| {
            (gpu.pipeline(kernel, &bindings.layout), groups_over(*threads, WORKGROUP))
        };
        let prepared: Vec<_> = kernels.iter().map(prepare).collect();
        let (flops, bindings) = (vec![0; prepared.len()], bindings.clone());
        let record = move |pass: &mut wgpu::ComputePass, range: Range<usize>| {
            for (pipeline, [x, y, z]) in &prepared[range] {
                pass.set_pipeline(pipeline);
                pass.set_bind_group(0, &*bindings.bind_group.borrow(), &[]);
                pass.dispatch_workgroups(*x, *y, *z);
            }
        };
        Self { name, flops, record: Box::new(record) }
    }

    /// A part of a network's program, by the numbers of its dispatches.
    pub fn program<E: 'static>(
        name: &'static str,
        network: &Rc<Network<E>>,
        dispatches: Range<usize>,
    ) -> Self {
        let flops = network.program.flops(&network.net.graph)[dispatches.clone()].to_vec();
        let (network, first) = (network.clone(), dispatches.start);
        let record = move |pass: &mut wgpu::ComputePass, range: Range<usize>| {
            network.program.encode_range(pass, first + range.start..first + range.end);
        };
        Self { name, flops, record: Box::new(record) }
    }
}

/// The stages of a step, in order.
pub(super) struct Step(pub Vec<Stage>);

impl Step {
    /// Dispatches of one step.
    pub fn dispatches(&self) -> usize {
        self.0.iter().map(|stage| stage.flops.len()).sum()
    }

    /// Floating-point operations of each dispatch.
    pub fn flops(&self) -> impl Iterator<Item = u64> {
        self.0.iter().flat_map(|stage| stage.flops.iter().copied())
    }

    /// The number of the first dispatch of a stage.
    pub fn first_of(&self, name: &str) -> usize {
        let before = self.0.iter().take_while(|stage| stage.name != name);
        before.map(|stage| stage.flops.len()).sum()
    }

    /// Records some of the dispatches.
    pub fn encode(&self, pass: &mut wgpu::ComputePass, range: Range<usize>) {
        let mut first = 0;
        for stage in &self.0 {
            let end = first + stage.flops.len();
            let own = range.start.max(first)..range.end.min(end);
            if own.start < own.end {
                (stage.record)(pass, own.start - first..own.end - first);
            }
            first = end;
        }
    }
}

/// Buffers that kernels share, bound once, and their struct of dimensions.
pub(super) struct Bindings {
    layout: wgpu::BindGroupLayout,
    bind_group: RefCell<wgpu::BindGroup>,
    dims: wgpu::Buffer,
}

impl Bindings {
    /// Binds `buffers` (arena, state, then binding 3 and up).
    pub fn new(
        gpu: &Gpu,
        layout: wgpu::BindGroupLayout,
        dims: &impl bytemuck::Pod,
        buffers: &[&wgpu::Buffer],
    ) -> Rc<Self> {
        let uniform = gpu.uniform("training dimensions", size_of_val(dims) as u64);
        let bind_group = RefCell::new(bind(gpu, &layout, &uniform, buffers));
        let bindings = Self { layout, bind_group, dims: uniform };
        bindings.write(gpu, dims);
        Rc::new(bindings)
    }

    /// Other dimensions from the next submit on.
    pub fn write(&self, gpu: &Gpu, dims: &impl bytemuck::Pod) {
        gpu.queue.write_buffer(&self.dims, 0, bytemuck::bytes_of(dims));
    }

    /// Other buffers from the next submit on.
    pub fn rebind(&self, gpu: &Gpu, buffers: &[&wgpu::Buffer]) {
        *self.bind_group.borrow_mut() = bind(gpu, &self.layout, &self.dims, buffers);
    }
}

fn bind(
    gpu: &Gpu,
    layout: &wgpu::BindGroupLayout,
    dims: &wgpu::Buffer,
    buffers: &[&wgpu::Buffer],
) -> wgpu::BindGroup {
    gpu.bind("training", layout, &[&buffers[..2], &[dims], &buffers[2..]].concat())
}
