//! Copies of a whole training run on the device: the last good state, and the weights it began with.

use super::state;
use crate::error::Result;
use crate::run::{Backend, Buffer};

/// The buffers that are a run: weights, moments and average, state.
pub(super) struct Live<'a> {
    pub weights: &'a Buffer,
    pub moments: &'a Buffer,
    pub state: &'a Buffer,
}

/// Bytes of the state that outlive a step: all but the batch.
pub(super) const STATE_BYTES: u64 = state::BATCH_AT;

/// A copy of a run.
pub(super) struct Snapshot {
    buffer: Buffer,
    weights: u64,
}

impl Snapshot {
    /// Room for a copy of weights of that many bytes.
    pub fn new(device: &dyn Backend, weights: u64) -> Result<Self> {
        let buffer = device.storage("the last good state", 4 * weights + STATE_BYTES)?;
        Ok(Self { buffer, weights })
    }

    /// Where each buffer's copy begins, and its length.
    fn parts<'a>(&self, live: &Live<'a>) -> [(&'a Buffer, u64, u64); 3] {
        [
            (live.weights, 0, self.weights),
            (live.moments, self.weights, 3 * self.weights),
            (live.state, 4 * self.weights, STATE_BYTES),
        ]
    }

    /// Copies a run into here.
    pub fn take(&self, device: &dyn Backend, live: &Live) {
        for (buffer, at, bytes) in self.parts(live) {
            device.copy((buffer, 0), (&self.buffer, at), bytes);
        }
    }

    /// Copies it back.
    pub fn give(&self, device: &dyn Backend, live: &Live) {
        for (buffer, at, bytes) in self.parts(live) {
            device.copy((&self.buffer, at), (buffer, 0), bytes);
        }
    }

    /// Bytes on the device.
    pub fn bytes(&self) -> u64 {
        self.buffer.bytes()
    }
}
