//! What the kernels of a 3×3 convolution and of its input gradient have in common (shaders/shared/conv_dims.wgsl).

use super::epilogue::EpilogueDims;
use super::gemm::{self, Gemm};
use super::lowering::Lowering;
use super::panels::Pass;
use crate::gpu::{Counts, Dispatch, Kernel, Profile, WORKGROUP, dims, shader};
use crate::tensor::Shape;

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

/// The dispatches of a pass of the convolution that writes a tensor of shape y.
pub(super) fn lower(
    to: &Lowering,
    stride: usize,
    pass: Pass,
    dims: &Dims,
    y: Shape,
) -> Vec<Dispatch> {
    match to.profile {
        Profile::Cpu => vec![dispatch(kernel(stride, pass), dims, y)],
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
            gemm(stride, pass).lower(dims, y, to.workspace)
        }
    }
}

fn kernel(stride: usize, pass: Pass) -> Kernel {
    let (entry, body) = match (stride, pass) {
        (2, Pass::Forward) => ("conv3x3_stride2", shader!("conv3x3_stride2")),
        (2, Pass::InputGradient) => ("conv3x3_stride2_grad", shader!("conv3x3_stride2_grad")),
        _ => ("conv3x3", shader!("conv3x3")),
    };
    let mut files = vec![
        shader!("shared/bindings"),
        shader!("shared/silu"),
        shader!("shared/epilogue"),
        shader!("shared/conv_dims"),
    ];
    if stride == 2 {
        files.push(shader!("shared/stride2_load"));
    }
    files.extend([pass.weights(), body]);
    let constants = vec![("KERNEL", 3), ("WORKGROUP", WORKGROUP)];
    Kernel { entry, files, constants, dims: Dims::FIELDS }
}

fn dispatch(kernel: Kernel, dims: &Dims, y: Shape) -> Dispatch {
    let groups = [(dims.tiles as usize).div_ceil(WORKGROUP as usize), y.c.div_ceil(8), 1];
    let entry = kernel.entry;
    Dispatch::new(kernel, dims, groups).counted(|| counts(entry, dims, groups, y))
}

/// Each kernel's innermost step, counted in its text: one block of eight output channels, four input channels and
/// one of the kernel's rows.
fn counts(entry: &str, dims: &Dims, groups: [usize; 3], y: Shape) -> Counts {
    let in_c4 = dims.in_c4 as usize;
    let (in_h, pad) = (dims.in_h as usize, dims.pad as usize);
    let steps = |rows: usize| y.n * rows * dims.tiles_x as usize * groups[1] * in_c4;
    let sums = match entry {
        // 24 vec4s of weights and those of the pixels make 3 taps of 8 pixels.
        "conv3x3" => Counts::rounds(steps(rows_read(y.h, y.h, 1, 1)), 24 + 10, 3 * 8 * 2 * 16)
            .keeping(64 + 40 + 32),
        "conv3x3_stride2" => {
            Counts::rounds(steps(rows_read(y.h, in_h, 2, pad)), 24 + 17, 3 * 8 * 2 * 16)
                .keeping(64 + 68 + 32)
        }
        // Every pixel has one or two taps in a row of the kernel: 12 for 8.
        _ => Counts::rounds(steps(rows_read(in_h, y.h, 2, pad)), 24 + 5, 12 * 2 * 16)
            .keeping(64 + 20 + 32),
    };
    sums + dims.epilogue.counts(y)
}

/// Rows of the input that the rows of an output read, each as often as it is read.
pub(super) fn rows_read(out_h: usize, in_h: usize, stride: usize, pad: usize) -> usize {
    let inside = |row: usize| (pad..in_h + pad).contains(&row);
    (0..out_h).map(|y| (0..3).filter(|ky| inside(y * stride + ky)).count()).sum()
}

/// The kernels of a pass in every variant.
pub(super) fn kernels(pass: Pass) -> Vec<Kernel> {
    let of = |stride| [vec![kernel(stride, pass)], gemm(stride, pass).kernels()].concat();
    [1, 2].map(of).concat()
}
