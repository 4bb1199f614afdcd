//! How long work on the device takes.

use crate::clock::Stopwatch;
use crate::error::Result;
use crate::run::{Backend, Task};

/// A measurement takes at least this long in all.
pub(super) const ENOUGH_MS: f64 = 250.0;

/// Milliseconds of some tasks, repeated until the clock can be trusted.
pub async fn time(device: &dyn Backend, tasks: &[Task]) -> Result<f64> {
    let mut repeats = 1;
    loop {
        let watch = Stopwatch::start();
        device.submit(&mut (0..repeats).flat_map(|_| tasks));
        device.idle().await?;
        let ms = watch.ms();
        if ms >= ENOUGH_MS || repeats >= 1 << 14 {
            return Ok(ms / repeats as f64);
        }
        repeats = (repeats * 2).max((repeats as f64 * ENOUGH_MS * 1.2 / ms.max(1.0)) as usize);
    }
}
