//! Measures the adapter itself: the yardsticks of every kernel (shaders/peak.wgsl).

use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Gpu, Kernel, Profile, WORKGROUP, dims, shader};
use crate::run::{Backend, time};

dims! {
    /// `Dims` in shaders/peak.wgsl.
    struct PeakDims {
        rounds: u32,
    }
}

/// The yardstick's kernel.
pub fn kernel() -> Kernel {
    Kernel {
        entry: "peak",
        files: vec![shader!("peak")],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: PeakDims::FIELDS,
    }
}

/// Threads that fill any adapter of a kind: a large card holds 270,000.
const fn threads(profile: Profile) -> usize {
    match profile {
        Profile::Cpu => 1 << 14,
        Profile::Gpu => 1 << 18,
    }
}

/// The adapter's multiply-add peak in GFLOP/s, as far as a shader can reach it.
///
/// # Errors
/// It runs no shaders, or failed.
pub async fn peak(device: &dyn Backend) -> Result<f64> {
    const ROUNDS: u32 = 256;
    let gpu = shaders(device)?;
    let threads = threads(gpu.profile);
    let ms = run(gpu, threads, ROUNDS).await?;
    // 8 products of a 4×4 matrix and a vector, 16 multiply-adds each.
    let flops = threads as f64 * f64::from(ROUNDS) * 8.0 * 16.0 * 2.0;
    Ok(flops / ms / 1e6)
}

/// Microseconds of a dispatch that does next to nothing, one of many that wait for each other as those of a network do:
/// no network call takes less than its number of dispatches times this.
///
/// # Errors
/// As [`peak`].
pub async fn dispatch_us(device: &dyn Backend) -> Result<f64> {
    Ok(run(shaders(device)?, WORKGROUP as usize, 1).await? * 1e3)
}

/// Milliseconds of so many rounds on so many threads.
async fn run(gpu: &Gpu, threads: usize, rounds: u32) -> Result<f64> {
    let arena = gpu.storage("peak", threads as u64 * 16)?;
    let params = gpu.storage("peak", 64)?;
    let dispatch = Dispatch::over(kernel(), &PeakDims { rounds }, threads, WORKGROUP);
    let task = [gpu.network_task(&dispatch, &arena, &params)];
    time(gpu, &task).await?;
    time(gpu, &task).await
}

fn shaders(device: &dyn Backend) -> Result<&Gpu> {
    let none = || Error::Gpu("the yardsticks are shaders, and the processor runs none".into());
    device.gpu().ok_or_else(none)
}
