//! How long work on the device takes.

use super::backend::Backend;
use super::handles::Task;
use crate::clock::Stopwatch;
use crate::error::Result;

/// A measurement takes at least this long in all.
pub(crate) const ENOUGH_MS: f64 = 250.0;
/// Measurements of which the fastest counts.
const ROUNDS: usize = 3;

/// Milliseconds of some tasks, repeated until the clock can be trusted.
pub async fn time(device: &dyn Backend, tasks: &[Task]) -> Result<f64> {
    Ok(repeated(device, tasks, ENOUGH_MS).await?.1)
}

/// Milliseconds of each list of tasks, the fastest of some rounds of about `enough` milliseconds, in each of which every
/// list has its turn: what else a machine does only adds to a measurement, and comes to all alike.
pub(crate) async fn fastest(all: &[(&dyn Backend, &[Task])], enough: f64) -> Result<Vec<f64>> {
    let mut found = Vec::new();
    for (device, tasks) in all {
        found.push(repeated(*device, tasks, enough).await?);
    }
    for _ in 1..ROUNDS {
        for ((device, tasks), (repeats, ms)) in all.iter().zip(&mut found) {
            *ms = ms.min(run(*device, tasks, *repeats).await? / *repeats as f64);
        }
    }
    Ok(found.into_iter().map(|(_, ms)| ms).collect())
}

/// How often tasks were repeated until that took long enough, and the milliseconds of one repetition.
async fn repeated(device: &dyn Backend, tasks: &[Task], enough: f64) -> Result<(usize, f64)> {
    let mut repeats = 1;
    loop {
        let ms = run(device, tasks, repeats).await?;
        if ms >= enough || repeats >= 1 << 14 {
            return Ok((repeats, ms / repeats as f64));
        }
        repeats = (repeats * 2).max((repeats as f64 * enough * 1.2 / ms.max(1.0)) as usize);
    }
}

/// Milliseconds of tasks so often one after the other in one submit.
async fn run(device: &dyn Backend, tasks: &[Task], repeats: usize) -> Result<f64> {
    let watch = Stopwatch::start();
    device.submit(&mut (0..repeats).flat_map(|_| tasks));
    device.idle().await?;
    Ok(watch.ms())
}
