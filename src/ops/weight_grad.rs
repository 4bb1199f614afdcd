//! What the gradients of all weights have in common: a batch has many rows and a weight few numbers, so
//! the rows are shared out over threads and the shares summed afterwards (shaders/partials.wgsl).

use super::lowering::Lowering;
use super::operation::Tape;
use crate::gpu::{Counts, Dispatch, Kernel, Profile, WORKGROUP, dims, shader};
use crate::tensor::{ParamId, Shape, TensorId};

dims! {
    /// `Dims` in shaders/shared/weight_grad_dims.wgsl.
    pub(super) struct Dims {
        in_h: u32,
        in_w: u32,
        in_c4: u32,
        out_h: u32,
        out_w: u32,
        out_c4: u32,
        upsample: u32,
        pad: u32,
        rows: u32,
        rows_per_share: u32,
        x: u32,
        dy: u32,
        partials: u32,
        weight_vec4s: u32,
    }
}

dims! {
    /// `Dims` in shaders/partials.wgsl.
    struct PartialsDims {
        weight_vec4s: u32,
        shares: u32,
        partials: u32,
        y: u32,
        in_c: u32,
        out_c: u32,
        taps: u32,
    }
}

/// Threads a dispatch should have: enough for every adapter to be busy, few enough that a thread has
/// more to multiply than to store.
const THREADS: usize = 4096;
/// The most memory the shares of a weight may take, in vec4 units (4 MiB).
const PARTIALS_VEC4S: usize = 1 << 18;

/// Where the shares of a weight's gradient are put, and how many there are.
#[derive(Clone, Copy, Debug)]
pub struct Shares {
    pub(super) partials: TensorId,
    pub(super) count: usize,
    pub(super) rows_per_share: usize,
}

impl Shares {
    /// `items` threads per share; a share has at least `least` rows.
    pub(super) fn new(
        tape: &mut dyn Tape,
        of: ParamId,
        rows: usize,
        items: usize,
        least: usize,
    ) -> Self {
        let weight = tape.tensors().param_info(of).vec4s();
        let most = (PARTIALS_VEC4S / weight).clamp(1, rows.div_ceil(least));
        let rows_per_share = rows.div_ceil((THREADS / items).clamp(1, most));
        let count = rows.div_ceil(rows_per_share);
        let shape = Shape::vector(count, weight * 4);
        let partials = tape.scratch("shares of a weight's gradient", shape);
        Self { partials, count, rows_per_share }
    }

    /// The dispatch that sums them into `output`.
    pub(super) fn sum(&self, to: &Lowering, of: ParamId, output: TensorId) -> Dispatch {
        let param = to.tensors.param_info(of);
        let [out_c, in_c, taps, _] = param.dims;
        let dims = PartialsDims {
            weight_vec4s: param.vec4s() as u32,
            shares: self.count as u32,
            partials: to.offset(self.partials),
            y: to.offset(output),
            in_c: in_c as u32,
            out_c: out_c as u32,
            taps: taps as u32,
        };
        Dispatch::over(partials_kernel(to.profile), &dims, param.vec4s(), WORKGROUP)
            .fetching([to.stretch(self.partials)])
            .counted(|| Counts::default().moving(self.count * param.vec4s(), param.vec4s()))
    }
}

fn partials_kernel(profile: Profile) -> Kernel {
    let shared = [shader!("shared/bindings"), profile.access(), shader!("shared/bound")];
    Kernel {
        entry: "sum_partials",
        files: [&shared[..], &[shader!("partials")]].concat(),
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: PartialsDims::FIELDS,
    }
}

/// The kernel that sums shares, in every variant.
pub(super) fn partials_kernels() -> Vec<Kernel> {
    Profile::ALL.map(partials_kernel).to_vec()
}

/// `files`: what comes after bindings and dimensions.
pub(super) fn kernel(
    profile: Profile,
    entry: &'static str,
    files: &[&'static str],
    constants: &[(&'static str, u32)],
) -> Kernel {
    let shared = [
        shader!("shared/bindings"),
        profile.access(),
        shader!("shared/bound"),
        shader!("shared/weight_grad_dims"),
    ];
    let (files, constants) = ([&shared, files].concat(), constants.to_vec());
    Kernel { entry, files, constants, dims: Dims::FIELDS }
}
