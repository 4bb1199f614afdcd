//! Measures the adapter itself: the yardstick of every kernel (shaders/peak.wgsl).

use super::timing::time;
use crate::error::Result;
use crate::gpu::{Dispatch, Gpu, Kernel, WORKGROUP, dims, shader};

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
pub async fn peak(gpu: &Gpu) -> Result<f64> {
    const THREADS: usize = 1 << 14;
    const ROUNDS: u32 = 256;
    let arena = gpu.storage("peak", THREADS as u64 * 16)?;
    let params = gpu.storage("peak", 64)?;
    let dispatch = Dispatch::over(kernel(), &PeakDims { rounds: ROUNDS }, THREADS, WORKGROUP);
    let bound = gpu.bind_network(&arena, &params, &dispatch.dims);
    let pipeline = gpu.pipeline(&dispatch.kernel, &gpu.layout);
    let encode = |pass: &mut wgpu::ComputePass| {
        pass.set_pipeline(&pipeline);
        pass.set_bind_group(0, &bound, &[0]);
        pass.dispatch_workgroups(dispatch.groups[0], dispatch.groups[1], 1);
    };
    time(gpu, encode).await?;
    let ms = time(gpu, encode).await?;
    // 8 products of a 4×4 matrix and a vector, 16 multiply-adds each.
    let flops = THREADS as f64 * f64::from(ROUNDS) * 8.0 * 16.0 * 2.0;
    Ok(flops / ms / 1e6)
}
