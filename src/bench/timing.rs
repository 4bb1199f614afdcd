//! How long work on the device takes.

use crate::clock::Stopwatch;
use crate::error::Result;
use crate::gpu::Gpu;

/// A measurement takes at least this long in all.
pub(super) const ENOUGH_MS: f64 = 250.0;

/// Milliseconds of the work that `encode` records, repeated until the clock can be trusted.
pub async fn time(gpu: &Gpu, encode: impl Fn(&mut wgpu::ComputePass)) -> Result<f64> {
    let mut repeats = 1;
    loop {
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_compute_pass(&Default::default());
            (0..repeats).for_each(|_| encode(&mut pass));
        }
        let watch = Stopwatch::start();
        gpu.queue.submit([encoder.finish()]);
        gpu.idle().await?;
        let ms = watch.ms();
        if ms >= ENOUGH_MS || repeats >= 1 << 14 {
            return Ok(ms / repeats as f64);
        }
        repeats = (repeats * 2).max((repeats as f64 * ENOUGH_MS * 1.2 / ms.max(1.0)) as usize);
    }
}
