//! Measures the adapter itself: the yardstick of every kernel (shaders/peak.wgsl).

use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, WORKGROUP, dims, shader};
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

/// The adapter's multiply-add peak in GFLOP/s, as far as a shader can reach it.
///
/// # Errors
/// It runs no shaders, or failed.
pub async fn peak(device: &dyn Backend) -> Result<f64> {
    let Some(gpu) = device.gpu() else {
        return Err(Error::Gpu("the yardstick is a shader, and the processor runs none".into()));
    };
    const THREADS: usize = 1 << 14;
    const ROUNDS: u32 = 256;
    let arena = gpu.storage("peak", THREADS as u64 * 16)?;
    let params = gpu.storage("peak", 64)?;
    let dispatch = Dispatch::over(kernel(), &PeakDims { rounds: ROUNDS }, THREADS, WORKGROUP);
    let task = [gpu.network_task(&dispatch, &arena, &params)];
    time(device, &task).await?;
    let ms = time(device, &task).await?;
    // 8 products of a 4×4 matrix and a vector, 16 multiply-adds each.
    let flops = THREADS as f64 * f64::from(ROUNDS) * 8.0 * 16.0 * 2.0;
    Ok(flops / ms / 1e6)
}
