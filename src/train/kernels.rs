//! The trainer's kernels by name and the buffers they bind.

use super::dims::{BatchDims, JUDGED_STEPS, LANES, OptimizerDims, RENEWED_EVERY, SMOOTHED_STEPS};
use super::draw::{BUCKETS, ENOUGH_LOSSES};
use super::state::{NOT_FINITE, PARTIALS, RING};
use super::{batch_twins, optimizer_twins};
use crate::diffusion::Stream;
use crate::gpu::{Kernel, WORKGROUP, shader};
use crate::run::{Access, Routine};

fn constants() -> Vec<(&'static str, u32)> {
    let sizes = [("BUCKETS", BUCKETS as u32), ("PARTIALS", PARTIALS as u32), ("RING", RING as u32)];
    [("WORKGROUP", WORKGROUP)].into_iter().chain(sizes).collect()
}

/// Kernels of shaders/train_batch.wgsl: deciding on picture, t and label of each sample, mixing x_t and the target,
/// filing what each t cost.
pub fn batch_kernels() -> [Kernel; 3] {
    ["train_draw", "train_noise", "train_statistics"].map(batch_kernel)
}

/// Kernels of shaders/adamw.wgsl: squares of the gradient, part by part; what happens to the step; weights, moments and
/// moving average.
pub fn optimizer_kernels() -> [Kernel; 3] {
    ["gradient_norm", "train_finish", "adamw"].map(optimizer_kernel)
}

fn batch_kernel(entry: &'static str) -> Kernel {
    let mut constants = constants();
    let streams = [
        ("DRAW", Stream::TrainDraw),
        ("NOISE", Stream::TrainNoise),
        ("NOISE2", Stream::TrainNoise2),
    ];
    constants.extend(streams.map(|(name, stream)| (name, stream as u32)));
    Kernel {
        entry,
        files: vec![shader!("shared/rng"), shader!("shared/train_state"), shader!("train_batch")],
        constants,
        dims: BatchDims::FIELDS,
    }
}

fn optimizer_kernel(entry: &'static str) -> Kernel {
    let mut constants = constants();
    constants.extend([("LANES", LANES), ("ENOUGH_LOSSES", ENOUGH_LOSSES)]);
    constants.extend([("RENEWED_EVERY", RENEWED_EVERY), ("SMOOTHED_STEPS", SMOOTHED_STEPS)]);
    constants.extend([("JUDGED_STEPS", JUDGED_STEPS), ("NOT_FINITE", NOT_FINITE)]);
    Kernel {
        entry,
        files: vec![
            shader!("shared/rng"),
            shader!("shared/reduce"),
            shader!("shared/train_state"),
            shader!("adamw"),
        ],
        constants,
        dims: OptimizerDims::FIELDS,
    }
}

const READ: Access = Access::Read;
const WRITE: Access = Access::Write;

/// Those of [`batch_kernels`] for any device, over arena, state, table over t, data.
pub fn batch_routines() -> [Routine; 3] {
    let access = &[WRITE, WRITE, READ, READ];
    let [draw, noise, statistics] = batch_kernels();
    let of = |kernel, twin| Routine { kernel, access, twin };
    [
        of(draw, batch_twins::train_draw),
        of(noise, batch_twins::train_noise),
        of(statistics, batch_twins::train_statistics),
    ]
}

/// Those of [`optimizer_kernels`] for any device, over arena, state, weights, moments, ranges.
pub fn optimizer_routines() -> [Routine; 3] {
    let access = &[WRITE, WRITE, WRITE, WRITE, READ];
    let [gradient_norm, finish, adamw] = optimizer_kernels();
    let of = |kernel, twin| Routine { kernel, access, twin };
    [
        of(gradient_norm, optimizer_twins::gradient_norm),
        of(finish, optimizer_twins::train_finish),
        of(adamw, optimizer_twins::adamw),
    ]
}
