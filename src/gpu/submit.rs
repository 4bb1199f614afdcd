//! Work on its way to the device: one compute pass a submit, and how much goes into it.

use super::device::Gpu;

/// A submit should keep the device busy about this long: long enough that submitting costs nothing,
/// short enough that a page stays alive beside it.
pub(crate) const SUBMIT_MS: f64 = 60.0;
/// Steps in a submit, at most.
const MAX_STEPS: usize = 64;

/// How many steps that take `ms` each make up a submit; at least one.
pub(crate) fn steps_in_submit(ms: f64) -> usize {
    ((SUBMIT_MS / ms.max(0.01)) as usize).clamp(1, MAX_STEPS)
}

impl Gpu {
    /// Submits what `record` puts into one compute pass.
    pub fn compute(&self, record: impl FnOnce(&mut wgpu::ComputePass)) {
        let mut encoder = self.device.create_command_encoder(&Default::default());
        record(&mut encoder.begin_compute_pass(&Default::default()));
        self.queue.submit([encoder.finish()]);
    }
}
