//! What a linear layer and the gradient of its input have in common: one kernel (shaders/linear.wgsl).

use super::epilogue::EpilogueDims;
use super::panels::Pass;
use crate::gpu::{Counts, Dispatch, Kernel, WORKGROUP, dims, shader};
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

pub(super) fn kernel(pass: Pass) -> Kernel {
    let fragments =
        [shader!("shared/bindings"), shader!("shared/silu"), shader!("shared/epilogue")];
    Kernel {
        entry: "linear",
        files: [&fragments[..], &[pass.weights(), shader!("linear")]].concat(),
        constants: vec![("KERNEL", 1), ("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
}

/// The dispatch that writes a tensor of shape y.
pub(super) fn dispatch(pass: Pass, dims: &Dims, y: Shape) -> Dispatch {
    let groups = [y.pixels().div_ceil(8 * WORKGROUP as usize), y.c.div_ceil(8), 1];
    let (in_c4, tiles) = (dims.in_c4 as usize, y.pixels().div_ceil(8) * groups[1]);
    Dispatch::new(kernel(pass), dims, groups).counted(|| {
        // 8 vec4s of weights and 8 rows make 8 rows' products with two 4×4 matrices.
        let sums = Counts::rounds(tiles * in_c4, 8 + 8, 8 * 2 * 16).keeping(64 + 32 + 4);
        sums + dims.epilogue.counts(y)
    })
}
