//! Convolutions, linear layers and the gradients of their inputs on a GPU: one matrix product through workgroup memory
//! (shaders/gemm.wgsl), whose rows are the pixels of the whole batch. Where even small tiles do not fill a card, the
//! sum is split over workgroups and added up by shaders/gemm_sum.wgsl.

mod counts;
mod tile;
pub(super) mod weight_grad;

use super::epilogue::EpilogueDims;
use super::lowering::Lowering;
use super::panels::Pass;
use crate::gpu::{Dispatch, Kernel, Profile, WORKGROUP, dims, shader};
use crate::tensor::Shape;
use tile::{COLUMNS, Cut, Tile, smallest, tiles, width};

dims! {
    /// `Dims` in shaders/shared/gemm_dims.wgsl.
    pub(super) struct Dims {
        epilogue: EpilogueDims,
        rows: u32,
        in_h: u32,
        in_w: u32,
        in_c4: u32,
        out_h: u32,
        out_w: u32,
        upsample: u32,
        pad: u32,
        x: u32,
        weight: u32,
        slices_per_split: u32,
        splits: u32,
        partials: u32,
    }
}

/// Which product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gemm {
    /// Side of the convolution's kernel: 3, or 1 for a linear layer.
    pub side: usize,
    /// 1 or 2.
    pub stride: usize,
    /// Which way the weights are read.
    pub pass: Pass,
}

impl Gemm {
    /// Parts of the output that are products of their own (shaders/shared/gemm_stride2_grad.wgsl).
    fn phases(self) -> usize {
        if (self.stride, self.pass) == (2, Pass::InputGradient) { 4 } else { 1 }
    }

    /// Rows of the largest phase.
    fn rows(self, y: Shape) -> usize {
        if self.phases() == 4 { y.n * y.h.div_ceil(2) * y.w.div_ceil(2) } else { y.pixels() }
    }

    /// vec4s of terms in a sum of the largest phase.
    fn slices(self, in_c4: usize) -> usize {
        let taps = if self.phases() == 4 { 4 } else { self.side * self.side };
        taps * in_c4
    }

    fn cut(self, in_c4: usize, y: Shape) -> Cut {
        Cut::new(self.phases(), self.rows(y), y.c4(), self.slices(in_c4))
    }

    /// Room for the splits of the sum, in vec4s.
    pub fn workspace(self, in_c4: usize, y: Shape) -> usize {
        match self.cut(in_c4, y).splits {
            1 => 0,
            splits => splits * y.vec4s(),
        }
    }

    /// The dispatches that write a tensor of shape y; `dims` says everything but how the product is cut.
    pub fn lower(self, to: &Lowering, dims: Dims, y: Shape) -> Vec<Dispatch> {
        // The sum is split as for the whole batch by the rule's tile, whatever the piece and the tile: its bits and the
        // workspace depend on that.
        let by_rule = self.cut(dims.in_c4 as usize, to.whole(y));
        // A split sum has too few workgroups already with as few rows as there can be.
        let fits = |tile: &Tile| by_rule.splits == 1 || tile.rows() == by_rule.tile.rows();
        let tile = to.way.tile_of(tiles(width(y.c4()))).filter(fits).unwrap_or(by_rule.tile);
        let cut = Cut { tile, ..by_rule };
        let dims = Dims {
            rows: y.pixels() as u32,
            slices_per_split: cut.slices_per_split as u32,
            splits: cut.splits as u32,
            partials: to.workspace,
            ..dims
        };
        let rows = self.rows(y).div_ceil(cut.tile.rows());
        let groups = [rows, y.c4().div_ceil(cut.tile.columns), self.phases() * cut.splits];
        let product = Dispatch::new(self.kernel(cut.tile, cut.splits > 1), &dims, groups)
            .counted(|| counts::product(self, cut, &dims, y));
        let sum = (cut.splits > 1).then(|| {
            Dispatch::over(sum_kernel(), &dims, y.vec4s(), WORKGROUP)
                .counted(|| counts::sum(cut, &dims, y))
        });
        [product].into_iter().chain(sum).collect()
    }

    fn kernel(self, tile: Tile, split: bool) -> Kernel {
        let reads = match self.phases() {
            4 => shader!("shared/gemm_stride2_grad"),
            _ => shader!("shared/gemm_window"),
        };
        let writes = match split {
            true => shader!("shared/gemm_store_partial"),
            false => shader!("shared/gemm_store"),
        };
        let constants = [
            ("KERNEL", self.side),
            ("STRIDE", self.stride),
            ("COLUMNS", tile.columns),
            ("ROW_THREADS", tile.row_threads),
            ("BLOCKS", tile.blocks),
            ("SLICES", tile.slices),
            ("A_LOADS", tile.a_loads()),
            ("B_LOADS", tile.b_loads()),
        ];
        Kernel {
            entry: "gemm",
            files: fragments(&[self.pass.weights(), reads, writes, shader!("gemm")]),
            constants: constants.map(|(name, value)| (name, value as u32)).to_vec(),
            dims: Dims::FIELDS,
        }
    }

    /// The kernels in every tile.
    pub fn kernels(self) -> Vec<Kernel> {
        let of = |columns| {
            let whole = tiles(columns).iter().map(move |&tile| self.kernel(tile, false));
            let few_rows = |tile: &&Tile| tile.rows() == smallest(columns).rows();
            let split = tiles(columns).iter().filter(few_rows);
            whole.chain(split.map(move |&tile| self.kernel(tile, true))).collect::<Vec<_>>()
        };
        COLUMNS.into_iter().flat_map(of).chain([sum_kernel()]).collect()
    }
}

fn sum_kernel() -> Kernel {
    Kernel {
        entry: "gemm_sum",
        files: fragments(&[shader!("gemm_sum")]),
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
}

fn fragments(more: &[&'static str]) -> Vec<&'static str> {
    let common = [
        shader!("shared/bindings"),
        Profile::Gpu.access(),
        shader!("shared/silu"),
        shader!("shared/epilogue"),
        shader!("shared/gemm_dims"),
    ];
    [&common[..], more].concat()
}
