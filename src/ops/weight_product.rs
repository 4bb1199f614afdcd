//! The product behind the gradients of weights on the processor: for each tap and input channel i,
//! dw\[i\]\[o\] = Σ_p x\[p + tap\]\[i\]·dy\[p\]\[o\] over the pixels p of a sample.
//!
//! A tile of four input channels and [`LANES`] output channels stays in registers while p runs through some rows of
//! the picture, few enough that they stay in the first cache, and is then added to the gradient: always the same rows
//! in the same order.

use super::panels::LANES;
use super::product::Addresses;
use super::simd::{Compute, multiply_add};

/// Pixels after which the sums go to memory: with fewer the additions there cost too much.
const PIXELS: usize = 128;

/// See the [module documentation](self).
pub(super) struct WeightProduct<'a> {
    /// Rows and columns of pixels of dy.
    pub size: [usize; 2],
    pub x: &'a [f32],
    /// The windows of the pixels of dy.
    pub x_at: Addresses,
    /// Words from a row of a window to the next.
    pub x_row: usize,
    /// Input channels in vec4 units.
    pub in_c4: usize,
    /// Side of the kernel.
    pub side: usize,
    /// `[o/LANES][pixel][LANES o]`, see [`panels`].
    pub dy: &'a [f32],
    /// As [`crate::tensor::Layout::Tiles`]; is added to.
    pub gradient: &'a mut [f32],
}

/// Words of the panels of a sample.
pub(super) fn panels_len(pixels: usize, c4: usize) -> usize {
    (c4 * 4).next_multiple_of(LANES) * pixels
}

/// Pixels of c4 vectors of four channels, as panels of [`LANES`] channels; what is not there is zero.
pub(super) fn panels(dy: &[f32], c4: usize, panels: &mut [f32]) {
    let pixels = dy.len() / (c4 * 4);
    for (i, panel) in panels.chunks_exact_mut(pixels * LANES).enumerate() {
        let lanes = LANES.min(c4 * 4 - i * LANES);
        for (to, from) in panel.chunks_exact_mut(LANES).zip(dy.chunks_exact(c4 * 4)) {
            to[..lanes].copy_from_slice(&from[i * LANES..][..lanes]);
            to[lanes..].fill(0.0);
        }
    }
}

impl Compute for WeightProduct<'_> {
    #[inline(always)]
    fn compute<const FMA: bool>(mut self) {
        let [h, w] = self.size;
        let (dy, rows) = (self.dy, PIXELS.div_ceil(w));
        for first in (0..h).step_by(rows) {
            let end = h.min(first + rows);
            for (panel, dy) in dy.chunks_exact(h * w * LANES).enumerate() {
                let dy = &dy[first * w * LANES..end * w * LANES];
                for ky in 0..self.side {
                    self.kernel_row::<FMA>(dy, first, panel, ky);
                }
            }
        }
    }
}

impl WeightProduct<'_> {
    /// Adds what some rows of pixels, from the row `first` on, give to a row of the kernel.
    #[inline(always)]
    fn kernel_row<const FMA: bool>(&mut self, dy: &[f32], first: usize, panel: usize, ky: usize) {
        for kx in 0..self.side {
            for i in 0..self.in_c4 {
                let window = ky * self.x_row + (kx * self.in_c4 + i) * 4;
                let sums = self.tile::<FMA>(dy, first, window);
                self.add(sums, [panel, ky, i, kx]);
            }
        }
    }

    /// The sums over some rows of pixels, in registers.
    #[inline(always)]
    fn tile<const FMA: bool>(&self, dy: &[f32], first: usize, window: usize) -> [[f32; LANES]; 4] {
        let w = self.size[1];
        let x = self.x.as_chunks::<4>().0;
        let step = self.x_at.pixel / 4;
        let mut sums = [[0.0; LANES]; 4];
        for (y, dy) in dy.chunks_exact(w * LANES).enumerate() {
            let mut at = (self.x_at.of(first + y, 0) + window) / 4;
            for dy in dy.as_chunks::<LANES>().0 {
                for (sums, &x) in sums.iter_mut().zip(&x[at]) {
                    for (sum, &dy) in sums.iter_mut().zip(dy) {
                        *sum = multiply_add::<FMA>(x, dy, *sum);
                    }
                }
                at += step;
            }
        }
        sums
    }

    /// Adds the 4×4 matrices of a tile.
    #[inline(always)]
    fn add(&mut self, sums: [[f32; LANES]; 4], [panel, ky, i, kx]: [usize; 4]) {
        let (side, in_c4) = (self.side, self.in_c4);
        for first in (0..LANES).step_by(4) {
            let o = panel * LANES + first;
            let at = (((o / 8 * side + ky) * in_c4 + i) * side + kx) * 32 + o % 8 / 4 * 16;
            let Some(matrix) = self.gradient.get_mut(at..at + 16) else { return };
            for (to, sums) in matrix.as_chunks_mut::<4>().0.iter_mut().zip(&sums) {
                let values: [f32; 4] = std::array::from_fn(|o| to[o] + sums[first + o]);
                *to = values;
            }
        }
    }
}
