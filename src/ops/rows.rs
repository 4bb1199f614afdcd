//! Loops over tensors on the processor that several operations share. A tensor is rows of channels, one a pixel, padded
//! to four with zeros.

use super::simd::vectorize;

/// Rows whose sum is made before it is added to the whole: long sums of f32 lose digits.
const ROWS: usize = 32;

/// Adds a tensor to another.
#[inline(always)]
pub(super) fn plus(sums: &mut [f32], more: &[f32]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

/// Zeros behind the first `c` channels of each row.
pub(super) fn clear_padding(rows: &mut [f32], c: usize) {
    let padded = c.next_multiple_of(4);
    if padded > c {
        rows.chunks_exact_mut(padded).for_each(|row| row[c..].fill(0.0));
    }
}

/// So many zeros.
pub(super) fn zeros(scratch: &mut Vec<f32>, words: usize) -> &mut [f32] {
    scratch.clear();
    scratch.resize(words, 0.0);
    scratch
}

/// What is made for a block of neighbouring channels at a time.
pub(super) trait Blocks {
    /// Makes channels `first .. first + L`.
    fn block<const L: usize>(&mut self, first: usize);
}

/// Makes all channels (a multiple of four), as many at a time as registers hold well.
#[inline(always)]
pub(super) fn for_blocks(channels: usize, mut what: impl Blocks) {
    const WIDE: usize = 16;
    let mut first = 0;
    while first + WIDE <= channels {
        what.block::<WIDE>(first);
        first += WIDE;
    }
    while first < channels {
        what.block::<4>(first);
        first += 4;
    }
}

/// Σ over rows of what `terms` makes of each.
#[inline(always)]
pub(super) fn sum<const L: usize, const K: usize>(
    rows: usize,
    terms: impl Fn(usize) -> [[f32; L]; K],
) -> [[f32; L]; K] {
    let mut total = [[0.0; L]; K];
    for first in (0..rows).step_by(ROWS) {
        let mut part = [[0.0; L]; K];
        for row in first..rows.min(first + ROWS) {
            for (part, terms) in part.iter_mut().zip(terms(row)) {
                plus(part, &terms);
            }
        }
        total.iter_mut().zip(&part).for_each(|(total, part)| plus(total, part));
    }
    total
}

/// `L` numbers from `at` on.
#[inline(always)]
pub(super) fn load<const L: usize>(from: &[f32], at: usize) -> [f32; L] {
    let mut values = [0.0; L];
    values.copy_from_slice(&from[at..at + L]);
    values
}

/// Sums over rows that lie `stride` apart.
pub(super) struct SumRows<'a> {
    pub x: &'a [f32],
    pub stride: usize,
    pub sums: &'a mut [f32],
}

impl Blocks for SumRows<'_> {
    #[inline(always)]
    fn block<const L: usize>(&mut self, first: usize) {
        let rows = self.x.len().div_ceil(self.stride);
        let [sums] = sum(rows, |row| [load::<L>(self.x, row * self.stride + first)]);
        self.sums[first..first + L].copy_from_slice(&sums);
    }
}

impl SumRows<'_> {
    /// Makes them.
    pub fn run(self) {
        vectorize(
            #[inline(always)]
            || for_blocks(self.sums.len(), self),
        );
    }
}
