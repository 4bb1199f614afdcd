//! What a linear layer and the gradient of its input have in common: one kernel (shaders/linear.wgsl), on a GPU the
//! matrix product that convolutions are, too.

use super::epilogue::{ALL_FLAGS, EpilogueDims};
use super::gemm::{self, Gemm};
use super::lowering::Lowering;
use super::panels::Pass;
use crate::gpu::{Counts, Dispatch, Kernel, Profile, TILES_WORKGROUP, Way, dims, shader};
use crate::tensor::{Shape, TensorId};

dims! {
    /// `Dims` in shaders/linear.wgsl.
    pub(super) struct Dims {
        epilogue: EpilogueDims,
        rows: u32,
        rows_per_sample: u32,
        in_c4: u32,
        x: u32,
        weight: u32,
    }
}

/// What one thread makes: rows × blocks of 8 output channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tile {
    rows: usize,
    blocks: usize,
}

impl Tile {
    const USUAL: Self = Self { rows: 8, blocks: 2 };
    /// For the few rows of a time embedding.
    const FEW_ROWS: Self = Self { rows: 1, blocks: 1 };
    /// Reads the least for a multiply-add.
    const LARGE: Self = Self { rows: 16, blocks: 4 };

    /// Smaller ones make more threads of a small matrix.
    const OTHERS: [Self; 2] = [Self { rows: 8, blocks: 1 }, Self { rows: 4, blocks: 1 }];

    /// Where reads are dear the large one, if it leaves four workgroups.
    fn rule(dear_reads: bool, y: Shape) -> Self {
        if dear_reads && Self::LARGE.threads(y) >= 4 * TILES_WORKGROUP as usize {
            Self::LARGE
        } else if y.pixels() < 8 {
            Self::FEW_ROWS
        } else {
            Self::USUAL
        }
    }

    /// How many threads make an output.
    fn threads(self, y: Shape) -> usize {
        y.pixels().div_ceil(self.rows) * y.c.div_ceil(8 * self.blocks)
    }
}

/// `flags`: of the epilogue.
fn kernel(pass: Pass, tile: Tile, flags: u32) -> Kernel {
    let files = vec![
        shader!("shared/bindings"),
        Profile::Cpu.access(),
        shader!("shared/bound"),
        shader!("shared/silu"),
        shader!("shared/epilogue"),
        pass.weights(),
        shader!("linear"),
    ];
    let Tile { rows, blocks } = tile;
    let [rows, blocks, sums] = [rows, blocks, 2 * rows * blocks].map(|value| value as u32);
    let constants = vec![
        ("KERNEL", 1),
        ("WORKGROUP", TILES_WORKGROUP),
        ("ROWS", rows),
        ("BLOCKS", blocks),
        ("SUMS", sums),
        ("FLAGS", flags),
    ];
    Kernel { entry: "linear", files, constants, dims: Dims::FIELDS }
}

/// A pass of the layer as a product on a GPU.
fn gemm(pass: Pass) -> Gemm {
    Gemm { side: 1, stride: 1, pass }
}

/// Room beside its output that a pass of the layer needs, in vec4s.
pub(super) fn workspace(profile: Profile, pass: Pass, in_c4: usize, y: Shape) -> usize {
    match profile {
        Profile::Cpu => 0,
        Profile::Gpu => gemm(pass).workspace(in_c4, y),
    }
}

/// The dispatches of a pass of the layer that reads some tensors and writes one of shape y.
pub(super) fn lower(
    to: &Lowering,
    pass: Pass,
    dims: &Dims,
    y: Shape,
    read: &[TensorId],
) -> Vec<Dispatch> {
    match to.profile {
        Profile::Cpu => {
            vec![dispatch(pass, dims, y, to.way).fetching(to.stretches(read))]
        }
        Profile::Gpu => {
            let [h, w] = [y.h, y.w].map(|size| size as u32);
            let dims = gemm::Dims {
                epilogue: dims.epilogue,
                in_h: h,
                in_w: w,
                in_c4: dims.in_c4,
                out_h: h,
                out_w: w,
                x: dims.x,
                weight: dims.weight,
                ..Default::default()
            };
            gemm(pass).lower(to, dims, y)
        }
    }
}

fn dispatch(pass: Pass, dims: &Dims, y: Shape, way: Way) -> Dispatch {
    let tile = way.tile_of(&Tile::OTHERS).unwrap_or_else(|| Tile::rule(way.dear_reads, y));
    let Tile { rows, blocks } = tile;
    let items = tile.threads(y);
    let kernel = kernel(pass, tile, dims.epilogue.flags());
    Dispatch::over(kernel, dims, items, TILES_WORKGROUP).counted(|| {
        let steps = items * dims.in_c4 as usize;
        let sums = Counts::rounds(steps, rows + 8 * blocks, rows * blocks * 32)
            .keeping((8 * rows * blocks + 4 * rows + 16) as u64);
        sums + dims.epilogue.counts(y)
    })
}

/// The kernels of a pass in every variant.
pub(super) fn kernels(pass: Pass) -> Vec<Kernel> {
    let rules = [Tile::USUAL, Tile::FEW_ROWS, Tile::LARGE];
    let tiled = rules.into_iter().chain(Tile::OTHERS);
    let tiled = tiled.map(|tile| kernel(pass, tile, ALL_FLAGS));
    tiled.chain(gemm(pass).kernels()).collect()
}
