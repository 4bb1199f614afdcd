//! What a linear layer and the gradient of its input have in common: one kernel (shaders/linear.wgsl), on a GPU the
//! matrix product that convolutions are, too.

use super::epilogue::EpilogueDims;
use super::gemm::{self, Gemm};
use super::lowering::Lowering;
use super::panels::Pass;
use crate::gpu::{Counts, Dispatch, Kernel, Profile, WORKGROUP, dims, shader};
use crate::tensor::Shape;

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

fn kernel(pass: Pass) -> Kernel {
    let fragments =
        [shader!("shared/bindings"), shader!("shared/silu"), shader!("shared/epilogue")];
    Kernel {
        entry: "linear",
        files: [&fragments[..], &[pass.weights(), shader!("linear")]].concat(),
        constants: vec![("KERNEL", 1), ("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
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

/// The dispatches of a pass of the layer that writes a tensor of shape y.
pub(super) fn lower(to: &Lowering, pass: Pass, dims: &Dims, y: Shape) -> Vec<Dispatch> {
    match to.profile {
        Profile::Cpu => vec![dispatch(pass, dims, y)],
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
            gemm(pass).lower(dims, y, to.workspace)
        }
    }
}

fn dispatch(pass: Pass, dims: &Dims, y: Shape) -> Dispatch {
    let groups = [y.pixels().div_ceil(8 * WORKGROUP as usize), y.c.div_ceil(8), 1];
    let (in_c4, tiles) = (dims.in_c4 as usize, y.pixels().div_ceil(8) * groups[1]);
    Dispatch::new(kernel(pass), dims, groups).counted(|| {
        // 8 vec4s of weights and 8 rows make 8 rows' products with two 4×4 matrices.
        let sums = Counts::rounds(tiles * in_c4, 8 + 8, 8 * 2 * 16).keeping(64 + 32 + 4);
        sums + dims.epilogue.counts(y)
    })
}

/// The kernels of a pass in every variant.
pub(super) fn kernels(pass: Pass) -> Vec<Kernel> {
    [vec![kernel(pass)], gemm(pass).kernels()].concat()
}
