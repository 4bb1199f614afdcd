//! The chain's three kernels (shaders/chain.wgsl) and the buffers they bind.

use super::dims::{Dims, NONE};
use super::frames::Frames;
use super::processor;
use crate::error::Result;
use crate::gpu::{Kernel, WORKGROUP, shader};
use crate::model::Network;
use crate::run::{Access, Backend, Buffer, Routine, Task};

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

const READ: Access = Access::Read;
const WRITE: Access = Access::Write;
/// Arena, frames, step table, time features, uploaded noise, state.
const ACCESS: &[Access] = &[WRITE, WRITE, READ, READ, READ, WRITE];

/// The same for any device.
pub fn routines() -> [Routine; 3] {
    let [begin, step, start] = kernels();
    let of = |kernel, twin| Routine { kernel, access: ACCESS, twin };
    [
        of(begin, processor::chain_begin),
        of(step, processor::chain_step),
        of(start, processor::chain_start),
    ]
}

/// What a chain asks of the device, made once: its kernels with all they read and write.
pub(super) struct Stage {
    /// Feeds the network.
    pub begin: Task,
    /// Does what follows from the network's answer.
    pub step: Task,
    /// Draws x_T.
    pub start: Task,
    /// Words: the next step, the step under way, the first step whose x was no number (or [`NONE`]).
    state: Buffer,
    /// z of the step to come, where a caller gives it.
    pub noise: Buffer,
}

impl Stage {
    pub fn new(
        device: &dyn Backend,
        network: Option<&Network>,
        frames: &Frames,
        dims: &Dims,
        table: &[u8],
        features: &[u8],
    ) -> Result<Self> {
        let upload = |what: &str, bytes: &[u8]| -> Result<Buffer> {
            let buffer = device.storage(what, bytes.len() as u64)?;
            device.write(&buffer, 0, bytes);
            Ok(buffer)
        };
        // A demolition has no network; its kernels never touch the arena they must bind.
        let arena = match network {
            Some(network) => network.program.arena.clone(),
            None => device.storage("no activations", 16)?,
        };
        let noise_words = if dims.uploaded_noise == 1 { dims.elements } else { 1 };
        let noise = device.storage("uploaded noise", u64::from(noise_words) * 4)?;
        let state = upload("the state of the chain", bytemuck::bytes_of(&[0, 0, NONE]))?;
        let table = upload("step table", table)?;
        let features = upload("time features", features)?;
        let buffers = [&arena, frames.buffer(), &table, &features, &noise, &state];
        let [begin, step, start] = routines();
        let bindings = device.bind(&begin, bytemuck::bytes_of(dims), &buffers);
        let each = (dims.pixels * dims.in_c4).max(dims.features_c4) as usize;
        let fed = ((dims.copies * dims.batch) as usize * each).max(1);
        let pairs = dims.elements.div_ceil(2).max(1) as usize;
        let call = |routine, threads| device.call(routine, &bindings, threads);
        let (begin, step, start) = (call(&begin, fed), call(&step, pairs), call(&start, pairs));
        Ok(Self { begin, step, start, state, noise })
    }

    /// The first step after which x held something that is no number.
    pub async fn fault(&self, device: &dyn Backend) -> Result<Option<usize>> {
        let words = device.read(&self.state, 2, 1).await?;
        Ok(Some(words[0].to_bits()).filter(|&step| step != NONE).map(|step| step as usize))
    }
}
