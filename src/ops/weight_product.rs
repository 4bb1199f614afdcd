//! The product behind the gradients of weights on the processor: for each tap and input channel i,
//! dw\[i\]\[o\] = Σ_p x\[p + tap\]\[i\]·dy\[p\]\[o\] over the pixels p of a sample.
//!
//! A tile of four input channels and [`LANES`] output channels stays in registers while p runs through some pixels, few
//! enough that they stay in the first cache, and is then added to the gradient: always the same pixels in the same
//! order.

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
        let (dy, pixels) = (self.dy, h * w);
        let mut first = 0;
        while first < pixels {
            let count = PIXELS.min(pixels - first);
            // Where each pixel's window begins, in vec4 units.
            let mut windows = [0; PIXELS];
            for (i, window) in windows[..count].iter_mut().enumerate() {
                *window = self.x_at.of((first + i) / w, (first + i) % w) / 4;
            }
            for (panel, dy) in dy.chunks_exact(pixels * LANES).enumerate() {
                let dy = &dy[first * LANES..(first + count) * LANES];
                for ky in 0..self.side {
                    self.kernel_row::<FMA>(dy, &windows[..count], panel, ky);
                }
            }
            first += count;
        }
    }
}

impl WeightProduct<'_> {
    /// Adds what some pixels give to a row of the kernel.
    #[inline(always)]
    fn kernel_row<const FMA: bool>(
        &mut self,
        dy: &[f32],
        windows: &[usize],
        panel: usize,
        ky: usize,
    ) {
        for kx in 0..self.side {
            for i in 0..self.in_c4 {
                let first = ky * self.x_row / 4 + kx * self.in_c4 + i;
                let sums = tile::<FMA>(&self.x[first * 4..], dy, windows);
                self.add(sums, [panel, ky, i, kx]);
            }
        }
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

/// The sums over some pixels, in registers. `x` begins with the tile's first channel of the first window.
#[inline(always)]
fn tile<const FMA: bool>(x: &[f32], dy: &[f32], windows: &[usize]) -> [[f32; LANES]; 4] {
    let x = x.as_chunks::<4>().0;
    let mut sums = [[0.0; LANES]; 4];
    for (dy, &window) in dy.as_chunks::<LANES>().0.iter().zip(windows) {
        for (sums, &x) in sums.iter_mut().zip(&x[window]) {
            for (sum, &dy) in sums.iter_mut().zip(dy) {
                *sum = multiply_add::<FMA>(x, dy, *sum);
            }
        }
    }
    sums
}
