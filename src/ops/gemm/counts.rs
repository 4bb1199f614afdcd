//! What a product costs, counted from the constants of its tile.

use super::tile::{Cut, Tile};
use super::{Dims, Gemm};
use crate::gpu::Counts;
use crate::tensor::Shape;

impl Tile {
    /// Multiply-adds of a thread for four terms of its sums.
    pub const fn multiply_adds(self) -> usize {
        4 * 4 * 4 * self.blocks
    }

    /// vec4s that a workgroup stages for four terms: one a row of A, and 4 rows of B.
    const fn staged(self) -> usize {
        self.rows() + 4 * self.columns
    }

    /// vec4s that a thread reads from workgroup memory for four terms: 4 of B, 4 of A a block.
    pub const fn read(self) -> usize {
        4 + 4 * self.blocks
    }

    /// f32 that a thread keeps: its sums, one matrix of A and of B, and what it has asked for of the next step.
    pub const fn registers(self) -> u64 {
        (16 * self.blocks + 16 + 16 + 4 * (self.a_loads() + self.b_loads())) as u64
    }
}

/// Of the product itself, with the epilogue where nobody else has it.
pub(super) fn product(gemm: Gemm, cut: Cut, dims: &Dims, y: Shape) -> Counts {
    let tile = cut.tile;
    let columns = y.c4().div_ceil(tile.columns);
    let in_c4 = dims.in_c4 as usize;
    // Nothing is loaded past the end of a sum, but the last step of each part of it is as long as all.
    let [loaded, multiplied]: [usize; 2] =
        gemm.sizes(dims, y).fold([0, 0], |[loaded, multiplied], (rows, taps)| {
            let groups = rows.div_ceil(tile.rows()) * columns;
            let whole: usize = (0..cut.splits)
                .map(|split| {
                    let left = (taps * in_c4).saturating_sub(split * cut.slices_per_split);
                    left.min(cut.slices_per_split).next_multiple_of(tile.slices)
                })
                .sum();
            [loaded + groups * taps * in_c4, multiplied + groups * whole]
        });
    let workgroup_bytes = 16 * (multiplied * tile.threads() * tile.read()) as u64;
    let flops = 2 * (multiplied * tile.threads() * tile.multiply_adds()) as u64;
    let sums = Counts { flops, workgroup_bytes, ..Counts::rounds(loaded, tile.staged(), 0) }
        .keeping(tile.registers());
    match cut.splits {
        1 => sums + dims.epilogue.counts(y),
        splits => sums.moving(0, splits * y.vec4s()),
    }
}

/// Of the addition of the splits.
pub(super) fn sum(cut: Cut, dims: &Dims, y: Shape) -> Counts {
    Counts::default().moving(cut.splits * y.vec4s(), 0).keeping(4) + dims.epilogue.counts(y)
}

impl Gemm {
    /// Rows and taps of each phase.
    fn sizes(self, dims: &Dims, y: Shape) -> impl Iterator<Item = (usize, usize)> {
        let (phases, pad) = (self.phases(), dims.pad as usize);
        (0..phases).map(move |phase| match phases {
            1 => (y.pixels(), self.side * self.side),
            _ => {
                let [odd_y, odd_x] = [phase / 2, phase % 2];
                let of = |size: usize, odd: usize| (size + 1 - (odd ^ pad)) / 2;
                (y.n * of(y.h, odd_y) * of(y.w, odd_x), (2 - odd_y) * (2 - odd_x))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tile::tiles;
    use super::*;
    use crate::ops::panels::Pass;

    fn counts(gemm: Gemm, x: Shape, y: Shape) -> Counts {
        let dims = Dims { in_c4: x.c4() as u32, pad: 1, ..Default::default() };
        product(gemm, gemm.cut(x.c4(), y), &dims, y)
    }

    fn conv(stride: usize, pass: Pass) -> Gemm {
        Gemm { side: 3, stride, pass }
    }

    /// Bytes loaded from global and from workgroup memory for each multiply-add, and f32 a thread keeps.
    #[test]
    fn what_a_multiply_add_costs_in_each_tile() {
        let cost = |tile: Tile| {
            let madds = (tile.threads() * tile.multiply_adds()) as f64;
            let global = 16.0 * tile.staged() as f64 / madds;
            let workgroup = 16.0 * tile.read() as f64 / tile.multiply_adds() as f64;
            (global, workgroup, tile.registers())
        };
        let wide: Vec<_> = tiles(8).iter().map(|&tile| cost(tile)).collect();
        assert_eq!(wide, [(0.15625, 1.5, 84), (0.1875, 2.0, 60), (0.25, 2.0, 64), (0.25, 2.0, 80)]);
        let of_24: Vec<_> = tiles(6).iter().map(|&tile| cost(tile).0).collect();
        assert!(
            of_24.iter().zip([0.198, 0.23, 0.293]).all(|(got, most)| *got <= most),
            "{of_24:?}"
        );
    }

    #[test]
    fn no_lane_is_idle_at_batch_16_and_few_in_the_gradient_of_stride_2() {
        let (large, small) = (Shape::new(16, 28, 28, 64), Shape::new(16, 14, 14, 64));
        let flops = |pixels: usize| 2 * 9 * (pixels * 64 * 64) as u64;
        let same = counts(conv(1, Pass::Forward), large, large);
        assert_eq!(same.flops, flops(16 * 28 * 28));
        let down = counts(conv(2, Pass::Forward), large, small);
        let gradient = counts(conv(2, Pass::InputGradient), small, large);
        assert_eq!(down.flops, flops(16 * 14 * 14));
        assert!(gradient.flops <= down.flops * 103 / 100, "{gradient:?}");
    }

    /// The 3×3 convolutions of the shipped models: 28, 14 and 7 pixels of 32 and 64 channels; 32, 16 and 8 of 24 to 96.
    #[test]
    fn few_lanes_are_idle_in_the_shipped_models() {
        let mnist = [(28, 32), (28, 64), (14, 64), (7, 64)];
        let towers = [(32, 24), (32, 48), (16, 48), (8, 96)];
        for (n, most) in [(1, 0.24), (16, 0.03), (64, 0.01)] {
            for (side, c) in mnist.into_iter().chain(towers) {
                let x = Shape::new(n, side, side, c);
                let conv = conv(1, Pass::Forward);
                let done = counts(conv, x, x).flops as f64;
                let idle = 1.0 - (2 * 9 * x.pixels() * c * c) as f64 / done;
                let Cut { tile, splits, .. } = conv.cut(x.c4(), x);
                let columns = x.c4().div_ceil(tile.columns);
                let groups = x.pixels().div_ceil(tile.rows()) * columns * splits;
                let rows = tile.rows();
                println!("{n}×{side}×{side}×{c}: {rows}, {groups} in {splits}, {idle:.3} idle");
                // What is left of a last step belongs to the sum's length, not to the picture's size.
                let slices = 9 * x.c4();
                let step = 1.0 - slices as f64 / slices.next_multiple_of(tile.slices) as f64;
                assert!((0.0..=most + step).contains(&idle), "{n}×{side}×{side}×{c}: {idle}");
            }
        }
    }
}
