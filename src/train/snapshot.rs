//! Copies of a whole training run on the device: the last good state, and the weights it began with.

use super::state;
use crate::error::Result;
use crate::gpu::Gpu;

/// The buffers that are a run: weights, moments and average, state.
pub(super) struct Live<'a> {
    pub weights: &'a wgpu::Buffer,
    pub moments: &'a wgpu::Buffer,
    pub state: &'a wgpu::Buffer,
}

/// Bytes of the state that outlive a step: all but the batch.
pub(super) const STATE_BYTES: u64 = state::BATCH_AT;

/// A copy of a run.
pub(super) struct Snapshot {
    buffer: wgpu::Buffer,
    weights: u64,
}

impl Snapshot {
    /// Room for a copy of weights of that many bytes.
    pub fn new(gpu: &Gpu, weights: u64) -> Result<Self> {
        let buffer = gpu.storage("the last good state", 4 * weights + STATE_BYTES)?;
        Ok(Self { buffer, weights })
    }

    /// Where each buffer's copy begins, and its length.
    fn parts<'a>(&self, live: &Live<'a>) -> [(&'a wgpu::Buffer, u64, u64); 3] {
        [
            (live.weights, 0, self.weights),
            (live.moments, self.weights, 3 * self.weights),
            (live.state, 4 * self.weights, STATE_BYTES),
        ]
    }

    /// Records the copying of a run into here.
    pub fn take(&self, encoder: &mut wgpu::CommandEncoder, live: &Live) {
        for (buffer, at, bytes) in self.parts(live) {
            encoder.copy_buffer_to_buffer(buffer, 0, &self.buffer, at, bytes);
        }
    }

    /// Records the copying back.
    pub fn give(&self, encoder: &mut wgpu::CommandEncoder, live: &Live) {
        for (buffer, at, bytes) in self.parts(live) {
            encoder.copy_buffer_to_buffer(&self.buffer, at, buffer, 0, bytes);
        }
    }

    /// Bytes on the device.
    pub fn bytes(&self) -> u64 {
        self.buffer.size()
    }
}
