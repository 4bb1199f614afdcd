//! Gradients of weights on a GPU: a product whose sum runs over the pixels of a share of the batch
//! (shaders/gemm_weight_grad.wgsl).

use super::tile::{Tile, WORKGROUPS, width};
use crate::gpu::{Counts, Dispatch, Kernel, Profile, Way, shader};
use crate::ops::weight_grad::{self, Dims, Shares};
use crate::tensor::Param;

/// Largest first: 64 or 32 input channels of a tap × 32 or 24 output channels.
const TILES: [[Tile; 2]; 2] = [
    [
        Tile { columns: 8, row_threads: 8, blocks: 2, slices: 4 },
        Tile { columns: 8, row_threads: 8, blocks: 1, slices: 4 },
    ],
    [
        Tile { columns: 6, row_threads: 16, blocks: 1, slices: 4 },
        Tile { columns: 6, row_threads: 8, blocks: 1, slices: 4 },
    ],
];

/// Of a convolution with a kernel of `side` × `side`, or with 1 of a linear layer.
fn kernel(side: usize, stride: usize, tile: Tile) -> Kernel {
    // Threads that stage one of the pixels of a step.
    let a_pixel = tile.threads() / (4 * tile.slices);
    let constants = [
        ("KERNEL", side),
        ("STRIDE", stride),
        ("COLUMNS", tile.columns),
        ("ROW_THREADS", tile.row_threads),
        ("BLOCKS", tile.blocks),
        ("SLICES", tile.slices),
        ("X_LOADS", (tile.rows() / 4).div_ceil(a_pixel)),
        ("DY_LOADS", tile.columns.div_ceil(a_pixel)),
    ];
    let constants = constants.map(|(name, value)| (name, value as u32));
    let files = [shader!("gemm_weight_grad")];
    weight_grad::kernel(Profile::Gpu, "gemm_weight_grad", &files, &constants)
}

/// Every tile.
pub fn kernels(side: usize, stride: usize) -> Vec<Kernel> {
    TILES.concat().into_iter().map(|tile| kernel(side, stride, tile)).collect()
}

/// Workgroups that a dispatch should have: the rows of a batch can be shared out as finely as a card needs it. An H100 takes a
/// third less time for the weight gradients of 64 pictures than with a third of them.
const GROUPS: usize = 512;

/// Pixels that a share has at least: as many multiply-adds for each number that is written and read again.
const PIXELS: usize = 64;

/// Those for so many vec4s of output channels.
fn tiles(out_c4: usize) -> [Tile; 2] {
    TILES[usize::from(width(out_c4) < 8)]
}

/// Workgroups of a tile for one share, as rows and columns.
fn groups(side: usize, [in_c4, out_c4]: [usize; 2], tile: Tile) -> [usize; 2] {
    [(side * side * in_c4).div_ceil(tile.rows() / 4), out_c4.div_ceil(tile.columns)]
}

/// How rows of `width` pixels are shared out for a weight.
pub fn shares(of: &Param, [rows, width]: [usize; 2]) -> Shares {
    let [out_c, in_c, side, _] = of.dims;
    let [in_c4, out_c4] = [in_c, out_c].map(|c| c.div_ceil(4));
    let [large, _] = tiles(out_c4);
    let of_one: usize = groups(side, [in_c4, out_c4], large).iter().product();
    Shares::new(of, rows, GROUPS / of_one, PIXELS.div_ceil(width))
}

/// The dispatch that makes all shares.
pub fn dispatch(side: usize, stride: usize, dims: &Dims, shares: usize, way: Way) -> Dispatch {
    let channels = [dims.in_c4, dims.out_c4].map(|c4| c4 as usize);
    let groups = |tile: &Tile| {
        let [rows, columns] = groups(side, channels, *tile);
        [rows, columns, shares]
    };
    let tiles = tiles(channels[1]);
    let [large, small] = tiles;
    let enough = groups(&large).iter().product::<usize>() >= WORKGROUPS;
    let by_rule = if enough { large } else { small };
    let tile = way.tile_of(&tiles).unwrap_or(by_rule);
    Dispatch::new(kernel(side, stride, tile), dims, groups(&tile))
        .counted(|| counts(dims, tile, groups(&tile)))
}

/// Of each pixel a row of dY and of X is staged; of four, a thread reads 4 vec4s of dY and 4 of X a block.
fn counts(dims: &Dims, tile: Tile, groups: [usize; 3]) -> Counts {
    let workgroups: usize = groups.iter().product();
    let pixels = (dims.rows_per_share * dims.out_w) as usize;
    let fours = workgroups * pixels.next_multiple_of(4 * tile.slices) / 4;
    let workgroup_bytes = 16 * (fours * tile.threads() * tile.read()) as u64;
    let flops = 2 * (fours * tile.threads() * tile.multiply_adds()) as u64;
    let staged = tile.columns + tile.rows() / 4;
    let sums = Counts { flops, ..Counts::rounds(workgroups * pixels, staged, 0) }
        .moving(0, workgroups * tile.threads() * 4 * tile.blocks);
    Counts { workgroup_bytes, ..sums }.keeping(tile.registers())
}
