//! What the gradients of all weights have in common: a batch has many rows and a weight few numbers, so
//! the rows are shared out over threads or workgroups, and the shares summed afterwards (shaders/partials.wgsl).

use std::ops::Range;

use super::lowering::Lowering;
use super::reduce::{over, reduce, shared_bytes};
use crate::gpu::{Counts, Dispatch, Kernel, Profile, WORKGROUP, dims, shader};
use crate::tensor::{Param, ParamId, TensorId};

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
        in_c: u32,
        out_c: u32,
        bias: u32,
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

/// Threads a dispatch should have on a CPU adapter: enough for every core to be busy, few enough that a thread has
/// more to multiply than to store.
const THREADS: usize = 1024;

/// The most memory the shares of a weight may take, in vec4 units (4 MiB).
const PARTIALS_VEC4S: usize = 1 << 18;

/// How the rows that are summed for a weight are shared out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shares {
    pub count: usize,
    pub rows_per_share: usize,
    weight_vec4s: usize,
    /// Whether the only share is the gradient: there is nothing to sum, and no gap whose numbers must be zero.
    pub alone: bool,
}

impl Shares {
    /// Of so many rows about `wanted` shares, each with at least so many of them.
    pub fn new(of: &Param, rows: usize, wanted: usize, least: usize) -> Self {
        let (weight_vec4s, [out_c, in_c, ..]) = (of.vec4s(), of.dims);
        let most = (PARTIALS_VEC4S / weight_vec4s).clamp(1, rows.div_ceil(least));
        let rows_per_share = rows.div_ceil(wanted.clamp(1, most));
        let count = rows.div_ceil(rows_per_share);
        let alone = count == 1 && in_c.is_multiple_of(4) && out_c.is_multiple_of(8);
        Self { count, rows_per_share, weight_vec4s, alone }
    }

    /// For a CPU adapter, where `items` threads make a share.
    pub fn of_threads(of: &Param, rows: usize, items: usize, least: usize) -> Self {
        Self::new(of, rows, THREADS / items, least)
    }

    /// For a kernel that leaves zeros in the gaps itself.
    pub fn without_gaps(self) -> Self {
        Self { alone: self.count == 1, ..self }
    }

    /// Room for them, in vec4s.
    pub fn vec4s(self) -> usize {
        self.count * self.weight_vec4s
    }

    /// Room they need beside the gradient, in vec4s.
    pub fn workspace(self) -> usize {
        if self.alone { 0 } else { self.vec4s() }
    }

    /// Where the first lies in the arena, in vec4 units.
    pub fn first(self, to: &Lowering, output: TensorId) -> u32 {
        if self.alone { to.offset(output) } else { to.workspace }
    }

    /// The dispatch that makes them, and the one that sums them into `output` if that takes one.
    pub fn then_sum(
        self,
        products: Dispatch,
        to: &Lowering,
        of: ParamId,
        output: TensorId,
    ) -> Vec<Dispatch> {
        if self.alone { vec![products] } else { vec![products, self.sum(to, of, output)] }
    }

    /// Where they lie in the arena, in vec4 units.
    pub fn stretch(self, to: &Lowering) -> Range<u32> {
        to.workspace..to.workspace + self.vec4s() as u32
    }

    /// The dispatch that sums them into `output`.
    fn sum(self, to: &Lowering, of: ParamId, output: TensorId) -> Dispatch {
        let param = to.tensors.param_info(of);
        let [out_c, in_c, taps, _] = param.dims;
        let dims = PartialsDims {
            weight_vec4s: self.weight_vec4s as u32,
            shares: self.count as u32,
            partials: to.workspace,
            y: to.offset(output),
            in_c: in_c as u32,
            out_c: out_c as u32,
            taps: taps as u32,
        };
        let lanes = self.lanes(to.profile);
        let units = self.weight_vec4s.div_ceil(vec4s(to.profile) as usize);
        over(partials_kernel(to.profile, lanes), &dims, units, lanes)
            .fetching([self.stretch(to)])
            .counted(|| {
                let workgroup_bytes = self.weight_vec4s as u64 * shared_bytes(lanes);
                Counts { workgroup_bytes, ..Counts::default() }
                    .moving(self.vec4s(), self.weight_vec4s)
            })
    }

    /// Threads that add up the shares of one vec4: one, where that is not the longest wait of all.
    fn lanes(self, profile: Profile) -> u32 {
        if profile == Profile::Gpu && self.count >= WORKGROUP as usize { WORKGROUP } else { 1 }
    }
}

/// How many vec4s a thread sums: on a CPU adapter, which divides lane by lane for its place, those of one tap.
fn vec4s(profile: Profile) -> u32 {
    match profile {
        Profile::Cpu => 8,
        Profile::Gpu => 1,
    }
}

fn partials_kernel(profile: Profile, lanes: u32) -> Kernel {
    let shared =
        [shader!("shared/bindings"), profile.access(), shader!("shared/bound"), reduce(lanes)];
    Kernel {
        entry: "sum_partials",
        files: [&shared[..], &[shader!("partials")]].concat(),
        constants: vec![("WORKGROUP", WORKGROUP), ("LANES", lanes), ("VEC4S", vec4s(profile))],
        dims: PartialsDims::FIELDS,
    }
}

/// The kernel that sums shares, in every variant.
pub(super) fn partials_kernels() -> Vec<Kernel> {
    let of_gpu = [1, WORKGROUP].map(|lanes| partials_kernel(Profile::Gpu, lanes));
    [&of_gpu[..], &[partials_kernel(Profile::Cpu, 1)]].concat()
}

/// What one thread makes on a CPU adapter: blocks of 8 output channels × vec4s of input channels, from so many pixels, or
/// rows of a matrix, a turn, of which so many are added to a sum in one go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tile {
    pub blocks: usize,
    pub ins: usize,
    pub pixels: usize,
    pub at_once: usize,
}

impl Tile {
    /// Threads that make one share of a weight `[co, ci]`.
    pub fn threads(self, co: usize, ci: usize) -> usize {
        co.div_ceil(8 * self.blocks) * ci.div_ceil(4 * self.ins)
    }

    /// Vec4s in which a thread sums `taps` of a kernel.
    pub fn sums(self, taps: usize) -> usize {
        8 * taps * self.blocks * self.ins
    }

    /// What its kernel is told of it.
    pub fn constants(self, taps: usize) -> [(&'static str, u32); 7] {
        let Self { blocks, ins, pixels, at_once } = self;
        [
            ("BLOCKS", blocks),
            ("OUTS", 2 * blocks),
            ("INS", ins),
            ("PX", pixels),
            ("AT_ONCE", at_once),
            ("TURNS", pixels / at_once),
            ("SUMS", self.sums(taps)),
        ]
        .map(|(name, value)| (name, value as u32))
    }
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
