//! What a device hands out: buffers, kernels with their buffers bound, and tasks ready to be queued. Each belongs to
//! the device that made it and means nothing to another.

use std::cell::RefCell;
use std::rc::Rc;

use super::team::Crew;
use super::words::Words;
use crate::gpu::Kernel;

/// Memory on a device, in 4-byte words.
#[derive(Clone)]
pub enum Buffer {
    /// On a WebGPU device.
    Gpu(wgpu::Buffer),
    /// In this thread's memory.
    Cpu(Words),
}

impl Buffer {
    /// Its length in bytes.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Gpu(buffer) => buffer.size(),
            Self::Cpu(words) => words.bytes(),
        }
    }

    /// The WebGPU buffer, where it is one.
    pub fn gpu(&self) -> Option<&wgpu::Buffer> {
        match self {
            Self::Gpu(buffer) => Some(buffer),
            Self::Cpu(_) => None,
        }
    }
}

/// How a routine uses one of its buffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It only reads.
    Read,
    /// It reads and writes.
    Write,
}

/// A kernel on the processor: the bytes of its dimensions and its storage buffers in the order of their bindings, as
/// words of f32. One call does the work of all threads.
pub type Twin = fn(&[u8], &mut [&mut [f32]]);

/// What a device computes beside networks: a shader, and the same on the processor.
#[derive(Clone)]
pub struct Routine {
    /// The shader. Its dimensions are at binding 2, its buffers at 0, 1, 3, 4, …
    pub kernel: Kernel,
    /// How it uses each buffer; at least two, at most [`MAX_BUFFERS`].
    pub access: &'static [Access],
    /// The same on the processor.
    pub twin: Twin,
}

/// Buffers of a routine, at most: WebGPU allows 8 in a stage, one of which Metal keeps for itself.
pub const MAX_BUFFERS: usize = 7;

/// Buffers that routines share, bound once, and their struct of dimensions.
pub enum Bindings {
    /// For shaders.
    Gpu {
        /// Of the bind group.
        layout: wgpu::BindGroupLayout,
        /// The dimensions.
        uniform: wgpu::Buffer,
        /// Buffers and dimensions.
        bind_group: RefCell<wgpu::BindGroup>,
    },
    /// For their twins.
    Cpu(RefCell<Bound>),
}

/// Something a device does in one piece.
#[derive(Clone)]
pub enum Task {
    /// A dispatch of a shader.
    Gpu(Prepared),
    /// Something done on the processor.
    Cpu(Job),
}

/// A dispatch with everything it needs.
#[derive(Clone)]
pub struct Prepared {
    pub(super) pipeline: wgpu::ComputePipeline,
    pub(super) operands: Operands,
    pub(super) groups: [u32; 3],
}

/// What a dispatch reads and writes.
#[derive(Clone)]
pub(super) enum Operands {
    /// The buffers of a network, and where its dimensions lie.
    Network(wgpu::BindGroup, u32),
    /// Those of routines.
    Routine(Rc<Bindings>),
}

/// Dimensions and buffers that routines share.
pub struct Bound {
    pub(super) dims: Vec<u8>,
    pub(super) buffers: Vec<Words>,
    pub(super) access: &'static [Access],
}

/// Something done in one piece.
#[derive(Clone)]
pub enum Job {
    /// A kernel over its buffers.
    Routine(Twin, Rc<Bindings>),
    /// A network's run: who runs it, the batch's arena, the weights.
    Network(Rc<dyn Crew>, Words, Words),
}
