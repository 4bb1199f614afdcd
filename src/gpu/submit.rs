//! Work on its way to the device: one compute pass a submit, and how many submits are under way at a time.

use super::device::{Adapter, Gpu};

/// One runs, one waits. Outside of a browser lavapipe computes within the call that submits: there nothing waits.
pub(super) fn in_flight(adapter: &Adapter) -> usize {
    if adapter.is_fallback && cfg!(not(target_arch = "wasm32")) { 1 } else { 2 }
}

impl Gpu {
    /// Submits what `record` puts into one compute pass.
    pub fn compute(&self, record: impl FnOnce(&mut wgpu::ComputePass)) {
        let mut encoder = self.device.create_command_encoder(&Default::default());
        record(&mut encoder.begin_compute_pass(&Default::default()));
        self.queue.submit([encoder.finish()]);
    }

    /// Submits of one chain or trainer that are to be under way at a time.
    pub fn in_flight(&self) -> usize {
        self.in_flight.get()
    }

    /// Another number of them: results do not depend on it.
    pub fn set_in_flight(&self, submits: usize) {
        self.in_flight.set(submits);
    }
}
