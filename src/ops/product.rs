//! The product behind convolutions, linear layers and the gradients of their inputs on the processor: for each pixel,
//! y\[o\] = Σ_k a\[k\]·panel\[k\]\[o\], where a is gathered from stretches of memory that pixels may share. So a
//! convolution needs no copy of its input for every tap.
//!
//! A tile of [`ROWS`] pixels and [`LANES`] channels stays in registers while k runs through all stretches in order, and
//! a tile that lies half outside is computed whole: a number has the same bits wherever it stands.

use super::finish::{Finish, store};
use super::panels::LANES;
use super::simd::{Compute, multiply_add};

/// Pixels of a tile.
const ROWS: usize = 2 * HALF;
const HALF: usize = if cfg!(target_arch = "wasm32") { 2 } else { 3 };

/// A part of the sum over k.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stretch {
    /// Where it begins, from the address of the pixel.
    pub a: usize,
    /// The first k of the panel.
    pub k: usize,
    /// How many.
    pub len: usize,
}

/// Addresses of the pixels of a picture: first, of the next row, of the next pixel in the row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addresses {
    pub first: usize,
    pub row: usize,
    pub pixel: usize,
}

impl Addresses {
    /// Of a picture without gaps, so many words a pixel.
    pub fn dense(w: usize, words: usize) -> Self {
        Self { first: 0, row: w * words, pixel: words }
    }

    #[inline(always)]
    pub fn of(&self, y: usize, x: usize) -> usize {
        self.first + y * self.row + x * self.pixel
    }
}

/// See the [module documentation](self).
pub(super) struct Product<'a> {
    /// Rows and columns of pixels.
    pub size: [usize; 2],
    pub a: &'a [f32],
    pub a_at: Addresses,
    pub stretches: &'a [Stretch],
    pub panels: &'a [f32],
    /// Number of k of a panel.
    pub depth: usize,
    pub y: &'a mut [f32],
    pub y_at: Addresses,
    /// Channels of a pixel of y, a multiple of four.
    pub channels: usize,
    pub finish: Finish<'a>,
}

impl Compute for Product<'_> {
    #[inline(always)]
    fn compute<const FMA: bool>(mut self) {
        let panels = self.panels;
        for (i, panel) in panels.chunks_exact(self.depth * LANES).enumerate() {
            self.panel::<FMA>(panel, i * LANES);
        }
    }
}

impl Product<'_> {
    /// Makes the channels from `first` on of all pixels.
    #[inline(always)]
    fn panel<const FMA: bool>(&mut self, panel: &[f32], first: usize) {
        let [h, w] = self.size;
        let lanes = LANES.min(self.channels - first);
        let bias = self.finish.bias(first, lanes);
        let (mut y, mut x) = (0, 0);
        while y < h {
            let mut pixels = [[0; 2]; ROWS];
            let mut inside = 0;
            for pixel in &mut pixels {
                *pixel = [y.min(h - 1), x];
                inside += usize::from(y < h);
                x += 1;
                if x == w {
                    (y, x) = (y + 1, 0);
                }
            }
            let a_at = pixels.map(|[y, x]| self.a_at.of(y, x));
            let sums = tile::<FMA>(self.a, a_at, panel, self.stretches);
            for (i, (&sums, [row, x])) in sums.as_flattened().iter().zip(pixels).enumerate() {
                if i < inside {
                    let at = self.y_at.of(row, x) + first;
                    let y = &mut self.y[at..at + lanes];
                    store(y, self.finish.values(sums, bias, row, first, at, lanes));
                }
            }
        }
    }
}

/// The sums of one tile, in registers. In two halves, each small enough for the compiler to write out its rows one
/// after another: a loop over rows would keep the sums in memory.
#[inline(always)]
fn tile<const FMA: bool>(
    a: &[f32],
    at: [usize; ROWS],
    panel: &[f32],
    stretches: &[Stretch],
) -> [[[f32; LANES]; HALF]; 2] {
    let (mut upper, mut lower) = ([[0.0; LANES]; HALF], [[0.0; LANES]; HALF]);
    for stretch in stretches {
        let row = |i: usize| &a[at[i] + stretch.a..][..stretch.len];
        let upper_rows: [&[f32]; HALF] = std::array::from_fn(row);
        let lower_rows: [&[f32]; HALF] = std::array::from_fn(|i| row(HALF + i));
        let weights = &panel[stretch.k * LANES..][..stretch.len * LANES];
        for (k, weights) in (0..stretch.len).zip(weights.as_chunks().0) {
            add::<FMA>(&mut upper, &upper_rows, k, weights);
            add::<FMA>(&mut lower, &lower_rows, k, weights);
        }
    }
    [upper, lower]
}

#[inline(always)]
fn add<const FMA: bool>(
    sums: &mut [[f32; LANES]; HALF],
    rows: &[&[f32]; HALF],
    k: usize,
    weights: &[f32; LANES],
) {
    for (sums, row) in sums.iter_mut().zip(rows) {
        let a = row[k];
        for (sum, &weight) in sums.iter_mut().zip(weights) {
            *sum = multiply_add::<FMA>(a, weight, *sum);
        }
    }
}
