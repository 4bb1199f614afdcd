//! The Rust side of `State` in shaders/shared/train_state.wgsl: where its fields lie, what it begins with, what is read of it.

use super::draw::{BUCKETS, Buckets};
use crate::gpu::dims;

/// Threads that add up squares of the gradient.
pub const PARTIALS: usize = 2048;
/// Losses that are kept.
pub const RING: usize = 4096;

dims! {
    /// The scalars at the start of `State`.
    pub(super) struct Scalars {
        step: u32,
        fault: u32,
        fault_step: u32,
        go: u32,
        loss: f32,
        relative: f32,
        best: f32,
        norm: f32,
        clip: f32,
        lr: f32,
        forget: f32,
        correction1: f32,
        correction2: f32,
    }
}

dims! {
    /// `Draw` in shaders/shared/train_state.wgsl.
    pub(super) struct DrawDims {
        image: u32,
        t: u32,
        bucket: u32,
        factor: f32,
        zero: f32,
    }
}

/// Words of [`Scalars`].
pub(super) const SCALARS: usize = size_of::<Scalars>() / 4;
const ENDS: usize = SCALARS;
const SEEN: usize = ENDS + BUCKETS;
const MEAN: usize = SEEN + BUCKETS;
const SQUARE: usize = MEAN + BUCKETS;
const SUMS: usize = SQUARE + BUCKETS;
const LOSSES: usize = SUMS + PARTIALS;
const BATCH: usize = LOSSES + RING;

/// The arrays of `State` in shaders/shared/train_state.wgsl after its scalars, and their byte offsets.
pub const STATE_ARRAYS: &[(&str, usize)] = &[
    ("ends", 4 * ENDS),
    ("seen", 4 * SEEN),
    ("mean", 4 * MEAN),
    ("square", 4 * SQUARE),
    ("sums", 4 * SUMS),
    ("ring", 4 * LOSSES),
    ("batch", 4 * BATCH),
];
/// The scalars before them.
pub const STATE_SCALARS: &[(&str, usize)] = Scalars::FIELDS;
/// Fields of `Draw`.
pub const DRAW_FIELDS: &[(&str, usize)] = DrawDims::FIELDS;

/// Bytes of the state of a batch.
pub(super) fn bytes(batch: usize) -> u64 {
    (BATCH * 4 + batch * size_of::<DrawDims>()) as u64
}

/// Where the batch lies, in bytes.
pub(super) const BATCH_AT: u64 = 4 * BATCH as u64;
/// Where the losses lie, in words.
pub(super) const LOSSES_AT: u64 = LOSSES as u64;
/// Where the cumulative probabilities lie, in words.
pub(super) const ENDS_AT: u64 = ENDS as u64;
/// Where the lowest smoothed loss lies, in bytes.
pub(super) const BEST_AT: u64 = std::mem::offset_of!(Scalars, best) as u64;
/// `fault` of a step whose loss or gradient is no number.
pub(super) const NOT_FINITE: u32 = 1;

/// Where the statistics of the buckets lie, in words: seen, mean, square.
pub(super) const STATISTICS_AT: u64 = SEEN as u64;

/// The words before any step, up to the ring.
pub(super) fn beginning(buckets: &Buckets) -> Vec<u32> {
    let mut words = vec![0; LOSSES];
    words[..SCALARS]
        .copy_from_slice(bytemuck::cast_slice(&[Scalars { best: f32::MAX, ..Scalars::default() }]));
    words[ENDS..SEEN].copy_from_slice(&buckets.even());
    words
}

/// The scalars from what was read as f32.
pub(super) fn scalars(words: &[f32]) -> Scalars {
    bytemuck::cast_slice(&words[..SCALARS])[0]
}

/// Losses that count in a bucket's moving averages.
pub(super) const WINDOW: f32 = 64.0;

/// The state as the processor's kernels see it.
pub(super) struct State<'a> {
    pub scalars: &'a mut Scalars,
    pub ends: &'a mut [u32],
    pub seen: &'a mut [u32],
    pub mean: &'a mut [f32],
    pub square: &'a mut [f32],
    pub sums: &'a mut [f32],
    pub ring: &'a mut [f32],
    pub batch: &'a mut [DrawDims],
}

impl<'a> State<'a> {
    /// From the buffer's words.
    pub fn new(words: &'a mut [f32]) -> Self {
        let (scalars, rest) = words.split_at_mut(SCALARS);
        let (ends, rest) = rest.split_at_mut(BUCKETS);
        let (seen, rest) = rest.split_at_mut(BUCKETS);
        let (mean, rest) = rest.split_at_mut(BUCKETS);
        let (square, rest) = rest.split_at_mut(BUCKETS);
        let (sums, rest) = rest.split_at_mut(PARTIALS);
        let (ring, batch) = rest.split_at_mut(RING);
        Self {
            scalars: &mut bytemuck::cast_slice_mut(scalars)[0],
            ends: bytemuck::cast_slice_mut(ends),
            seen: bytemuck::cast_slice_mut(seen),
            mean,
            square,
            sums,
            ring,
            batch: bytemuck::cast_slice_mut(batch),
        }
    }
}
