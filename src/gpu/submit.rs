//! Work on its way to the device: one compute pass a submit, and how many submits are under way at a time.

use super::device::Gpu;

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
