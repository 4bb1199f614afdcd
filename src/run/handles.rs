//! What a device hands out: buffers, kernels with their buffers bound, and tasks ready to be queued. Each belongs to
//! the device that made it and means nothing to another.

use std::cell::{Cell, OnceCell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use super::team::Crew;
use super::words::Words;
use crate::gpu::{Image, Kernel};

/// Memory on a device, in 4-byte words.
#[derive(Clone)]
pub enum Buffer {
    /// On a WebGPU device.
    Gpu(Imaged),
    /// In this thread's memory.
    Cpu(Words),
}

impl Buffer {
    /// Its length in bytes.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Gpu(memory) => memory.buffer.size(),
            Self::Cpu(words) => words.bytes(),
        }
    }

    /// The WebGPU buffer, where it is one.
    pub fn gpu(&self) -> Option<&wgpu::Buffer> {
        match self {
            Self::Gpu(memory) => Some(&memory.buffer),
            Self::Cpu(_) => None,
        }
    }
}

/// A buffer of a WebGPU device and its image, if kernels read that.
#[derive(Clone)]
pub struct Imaged {
    pub(super) buffer: wgpu::Buffer,
    pub(super) image: Rc<OnceCell<Image>>,
    /// Whether the image is what the buffer was before it was written last.
    pub(super) stale: Rc<Cell<bool>>,
}

impl Imaged {
    pub(super) fn new(buffer: wgpu::Buffer) -> Self {
        Self { buffer, image: Rc::default(), stale: Rc::new(Cell::new(true)) }
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
        /// How its routines use the buffers.
        access: &'static [Access],
        /// Which of the buffers have an old image afterwards.
        written: RefCell<Vec<Rc<Cell<bool>>>>,
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
    /// The buffers of a network, where its dimensions lie, and what it reads through images.
    Network(wgpu::BindGroup, u32, Option<Fetches>),
    /// Those of routines.
    Routine(Rc<Bindings>),
}

/// What a dispatch reads through images.
#[derive(Clone)]
pub(super) struct Fetches {
    pub images: Rc<Images>,
    /// Of the arena, in vec4 units: to be copied into its image before.
    pub stage: Rc<[Range<u32>]>,
}

/// The images of a network's buffers.
pub(super) struct Images {
    pub bind_group: wgpu::BindGroup,
    pub params: Imaged,
    pub arena: (wgpu::Buffer, Image),
}

/// A browser frees a texture when it collects garbage, which it does by what it sees of memory, and this is none of it.
impl Drop for Images {
    fn drop(&mut self) {
        self.arena.1.destroy();
    }
}

impl Images {
    pub fn bytes(&self) -> u64 {
        self.arena.1.bytes() + self.params.image.get().map_or(0, Image::bytes)
    }
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
