//! Measures an adapter and a model on it: what `chailou bench` prints and the page's footer shows.
//!
//! A measurement repeats the work inside one submit and divides, because a single submit costs more
//! than a small dispatch and browsers round their clocks.

mod training;

pub use training::{POINTS_MLP, TrainingStep, TwoMoons, training, two_moons};

use std::collections::BTreeMap;

use crate::clock::Stopwatch;
use crate::error::Result;
use crate::gpu::{Dispatch, Gpu, Kernel, WORKGROUP, dims, shader};
use crate::model::{BatchShape, Model, Network};

/// A measurement takes at least this long in all.
const ENOUGH_MS: f64 = 250.0;

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

/// One network call at one batch size.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Forward {
    /// Images.
    pub batch: usize,
    /// Milliseconds of one call.
    pub ms: f64,
    /// 10⁹ floating-point operations a second, a multiply-add counted as two.
    pub gflops: f64,
    /// The same of the 3×3 convolutions alone.
    pub conv_gflops: f64,
    /// Dispatches in one call.
    pub dispatches: usize,
    /// Bytes of activations.
    pub activation_bytes: u64,
    /// The most that is alive at once: no plan can need less.
    pub lower_bound_bytes: u64,
    /// Milliseconds by kind of operation.
    pub ms_by_op: BTreeMap<&'static str, f64>,
}

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

/// Measures one network call.
pub async fn forward(model: &Model, batch: usize) -> Result<Forward> {
    let (h, w) = model.sample_size()?;
    let Network { net, program } = model.network(BatchShape { n: batch, h, w })?;
    let (gpu, graph) = (&model.gpu, &net.graph);
    time(gpu, |pass| program.encode(pass)).await?;
    let ms = time(gpu, |pass| program.encode(pass)).await?;
    let mut ms_by_op = BTreeMap::new();
    let mut conv_flops = 0;
    for node in graph.nodes() {
        ms_by_op.insert(node.op.label(), 0.0);
        if node.op.label() == "conv3x3" {
            conv_flops += node.op.flops(graph, node.output);
        }
    }
    for (name, ms) in &mut ms_by_op {
        let of_kind = |i: usize| graph.nodes()[i].op.label() == *name;
        *ms = time(gpu, |pass| program.encode_nodes(pass, of_kind)).await?;
    }
    Ok(Forward {
        batch,
        ms,
        gflops: graph.flops() as f64 / ms / 1e6,
        conv_gflops: ms_by_op.get("conv3x3").map_or(0.0, |ms| conv_flops as f64 / ms / 1e6),
        dispatches: program.dispatch_count(),
        activation_bytes: program.bytes(),
        lower_bound_bytes: program.plan().lower_bound_vec4s as u64 * 16,
        ms_by_op,
    })
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
