//! What the kernels of a 3×3 convolution and of its input gradient have in common (shaders/shared/conv_dims.wgsl).

use super::epilogue::{ALL_FLAGS, EpilogueDims};
use super::gemm::{self, Gemm};
use super::lowering::Lowering;
use super::panels::Pass;
use crate::gpu::{Counts, Dispatch, Kernel, Profile, TILES_WORKGROUP, Way, dims, shader};
use crate::tensor::{Shape, TensorId};

/// How the convolution changes the size of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resize {
    /// Stride 1, padding 1.
    Same,
    /// Nearest-neighbour enlargement by 2, then stride 1, padding 1.
    Up,
    /// Stride 2, padding 1 on all sides.
    Down,
    /// Stride 2, padding 1 on the right and below only (`downsample_padding: 0` in diffusers).
    DownAsymmetric,
}

impl Resize {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Same, Self::Up, Self::Down, Self::DownAsymmetric];

    pub(super) fn output(self, h: usize, w: usize) -> (usize, usize) {
        match self {
            Self::Same => (h, w),
            Self::Up => (2 * h, 2 * w),
            Self::Down => (h.div_ceil(2), w.div_ceil(2)),
            Self::DownAsymmetric => (h / 2, w / 2),
        }
    }

    /// Rows above and columns left of the picture.
    pub(super) fn pad(self) -> usize {
        if self == Self::DownAsymmetric { 0 } else { 1 }
    }

    pub(super) fn stride(self) -> usize {
        if matches!(self, Self::Down | Self::DownAsymmetric) { 2 } else { 1 }
    }
}

dims! {
    /// `Dims` in shaders/shared/conv_dims.wgsl.
    pub(super) struct Dims {
        epilogue: EpilogueDims,
        in_h: u32,
        in_w: u32,
        in_c4: u32,
        out_h: u32,
        out_w: u32,
        tiles_x: u32,
        tiles: u32,
        upsample: u32,
        pad: u32,
        x: u32,
        weight: u32,
    }
}

/// A pass of the convolution as a product on a GPU.
fn gemm(stride: usize, pass: Pass) -> Gemm {
    Gemm { side: 3, stride, pass }
}

/// Room beside its output that a pass of the convolution needs, in vec4s.
pub(super) fn workspace(
    profile: Profile,
    stride: usize,
    pass: Pass,
    in_c4: usize,
    y: Shape,
) -> usize {
    match profile {
        Profile::Cpu => 0,
        Profile::Gpu => gemm(stride, pass).workspace(in_c4, y),
    }
}

/// The dispatches of a pass of the convolution that reads some tensors and writes one of shape y; it finds out the
/// tiles in `dims` itself.
pub(super) fn lower(
    to: &Lowering,
    stride: usize,
    pass: Pass,
    dims: &Dims,
    y: Shape,
    read: &[TensorId],
) -> Vec<Dispatch> {
    match to.profile {
        Profile::Cpu => {
            vec![dispatch(stride, pass, dims, y, to.way).fetching(to.stretches(read))]
        }
        Profile::Gpu => {
            let dims = gemm::Dims {
                epilogue: dims.epilogue,
                in_h: dims.in_h,
                in_w: dims.in_w,
                in_c4: dims.in_c4,
                out_h: dims.out_h,
                out_w: dims.out_w,
                upsample: dims.upsample,
                pad: dims.pad,
                x: dims.x,
                weight: dims.weight,
                ..Default::default()
            };
            gemm(stride, pass).lower(to, dims, y)
        }
    }
}

/// How many neighbouring pixels of a row one thread takes.
pub(super) const COLUMNS: [usize; 2] = [7, 8];

/// That of which the fewest are left over in a picture so wide.
pub(super) fn columns_for(w: usize) -> usize {
    if w.next_multiple_of(7) < w.next_multiple_of(8) { 7 } else { 8 }
}

/// What one thread makes: rows × columns of pixels × blocks of 8 output channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tile {
    rows: usize,
    columns: usize,
    blocks: usize,
}

impl Tile {
    /// The tile of which the fewest columns of a picture so wide are left over.
    fn of_width(stride: usize, w: usize) -> Self {
        Self { rows: if stride == 1 { 2 } else { 1 }, columns: columns_for(w), blocks: 1 }
    }

    /// Where reads are dear one that has half as many a multiply-add, if it leaves two workgroups. lavapipe is no quicker
    /// with that and compiles it for seconds.
    fn rule(dear_reads: bool, stride: usize, y: Shape) -> Self {
        let (usual, large) = (Self::of_width(stride, y.w), Self::large(stride, y.w));
        let fits = y.c > 8 && large.threads(y) > TILES_WORKGROUP as usize;
        if dear_reads && fits { large } else { usual }
    }

    fn large(stride: usize, w: usize) -> Self {
        let usual = Self::of_width(stride, w);
        Self { rows: 2 * usual.rows, blocks: 2, ..usual }
    }

    /// Those for pictures so wide. A larger one loads less for a multiply-add, but compiles for longer; a smaller one makes
    /// more threads.
    fn others(dear_reads: bool, stride: usize, w: usize) -> Vec<Self> {
        let usual = Self::of_width(stride, w);
        match (dear_reads, stride, w) {
            (false, 1, _) => vec![Self { blocks: 2, ..usual }, Self { rows: 1, ..usual }],
            (false, ..) => vec![Self { blocks: 2, ..usual }],
            (true, 1, _) if usual.columns == 7 => vec![usual, Self { rows: 7, blocks: 2, ..usual }],
            (true, ..) => vec![usual],
        }
    }

    /// How many threads make an output.
    fn threads(self, y: Shape) -> usize {
        let Self { rows, columns, blocks } = self;
        y.n * y.h.div_ceil(rows) * y.w.div_ceil(columns) * y.c.div_ceil(8 * blocks)
    }

    fn constants(self, stride: usize) -> Vec<(&'static str, u32)> {
        let window = stride * (self.columns - 1) + 3;
        let sums = 2 * self.blocks * self.rows * self.columns;
        let values = [self.columns, self.rows, self.blocks, stride, window, sums];
        let names = ["PX", "ROWS", "BLOCKS", "STRIDE", "COLUMNS", "SUMS"];
        names.into_iter().zip(values.map(|value| value as u32)).collect()
    }
}

/// What every kernel for adapters that compute on a CPU is made of; `flags`: of the epilogue.
fn kernel_of(
    entry: &'static str,
    pass: Pass,
    body: &'static str,
    flags: u32,
    constants: &[(&'static str, u32)],
) -> Kernel {
    let files = vec![
        shader!("shared/bindings"),
        Profile::Cpu.access(),
        shader!("shared/bound"),
        shader!("shared/silu"),
        shader!("shared/epilogue"),
        shader!("shared/conv_dims"),
        pass.weights(),
        body,
    ];
    let constants =
        [&[("KERNEL", 3), ("WORKGROUP", TILES_WORKGROUP), ("FLAGS", flags)], constants].concat();
    Kernel { entry, files, constants, dims: Dims::FIELDS }
}

fn tiled_kernel(pass: Pass, stride: usize, tile: Tile, flags: u32) -> Kernel {
    kernel_of("conv3x3", pass, shader!("conv3x3"), flags, &tile.constants(stride))
}

fn stride2_grad_kernel(flags: u32) -> Kernel {
    let body = shader!("conv3x3_stride2_grad");
    kernel_of("conv3x3_stride2_grad", Pass::InputGradient, body, flags, &[])
}

fn dispatch(stride: usize, pass: Pass, dims: &Dims, y: Shape, way: Way) -> Dispatch {
    let tiled = |rows: usize, columns: usize, left: usize| {
        let tiles_x = (y.w + left).div_ceil(columns);
        let tiles = y.n * y.h.div_ceil(rows) * tiles_x;
        Dims { tiles_x: tiles_x as u32, tiles: tiles as u32, ..*dims }
    };
    let blocks = y.c.div_ceil(8);
    if (stride, pass) == (2, Pass::InputGradient) {
        // Without padding on the left the pixels of a tile begin one to the left (see the shader).
        let dims = tiled(1, 8, usize::from(dims.pad == 0));
        let groups = [(dims.tiles as usize).div_ceil(TILES_WORKGROUP as usize), blocks, 1];
        // Every pixel has one or two taps in a row of the kernel: 12 for 8.
        let rows = y.n * rows_read(dims.in_h as usize, y.h, 2, dims.pad as usize);
        let steps = rows * (dims.tiles_x * dims.in_c4) as usize * blocks;
        return Dispatch::new(stride2_grad_kernel(dims.epilogue.flags()), &dims, groups).counted(
            || {
                let sums = Counts::rounds(steps, 24 + 5, 12 * 2 * 16).keeping(64 + 20 + 32);
                sums + dims.epilogue.counts(y)
            },
        );
    }
    let other = way.tile_of(&Tile::others(way.dear_reads, stride, y.w));
    let tile = other.unwrap_or_else(|| Tile::rule(way.dear_reads, stride, y));
    let Tile { rows, columns, blocks: wide } = tile;
    let dims = tiled(rows, columns, 0);
    let items = tile.threads(y);
    let kernel = tiled_kernel(pass, stride, tile, dims.epilogue.flags());
    Dispatch::over(kernel, &dims, items, TILES_WORKGROUP).counted(|| {
        let (pixels, window) = (rows * columns, rows * (stride * (columns - 1) + 3));
        let steps = items * 3 * dims.in_c4 as usize;
        let sums = Counts::rounds(steps, 24 * wide + window, 3 * pixels * wide * 2 * 16)
            .keeping((8 * pixels * wide + 4 * window + 16) as u64);
        sums + dims.epilogue.counts(y)
    })
}

/// Rows of the input that the rows of an output read, each as often as it is read.
fn rows_read(out_h: usize, in_h: usize, stride: usize, pad: usize) -> usize {
    let inside = |row: usize| (pad..in_h + pad).contains(&row);
    (0..out_h).map(|y| (0..3).filter(|ky| inside(y * stride + ky)).count()).sum()
}

/// The kernels of a pass in every variant.
pub(super) fn kernels(pass: Pass) -> Vec<Kernel> {
    let tiled = |stride: usize| {
        let tiles = COLUMNS.into_iter().flat_map(|columns| {
            let others = [false, true].map(|dear| Tile::others(dear, stride, columns)).concat();
            [vec![Tile::large(stride, columns)], others].concat()
        });
        tiles.map(|tile| tiled_kernel(pass, stride, tile, ALL_FLAGS)).collect::<Vec<_>>()
    };
    let strided = match pass {
        Pass::Forward => tiled(2),
        Pass::InputGradient => vec![stride2_grad_kernel(ALL_FLAGS)],
    };
    [tiled(1), strided, gemm(1, pass).kernels(), gemm(2, pass).kernels()].concat()
}
