//! What group normalisation and its gradients have in common: what is normed, what their kernels are told
//! (shaders/shared/group_norm_dims.wgsl), and the statistics of a group.

use super::epilogue::Activation;
use super::lowering::Lowering;
use super::reduce::{all_lanes, lanes, reduce, shared_bytes, workgroup};
use super::values::Values;
use crate::gpu::{Counts, Dispatch, Kernel, Profile, dims, shader};
use crate::tensor::{ParamId, Real, Slice, TensorId};

/// Threads in a workgroup on a CPU adapter, each with groups of its own: few, so that the two dozen
/// groups of a small batch still spread over several cores.
const CPU_WORKGROUP: u32 = 8;
/// The fewest on a GPU.
const GPU_WORKGROUP: u32 = 64;
const APPLY_SILU: u32 = 1;
const HAS_SCALE_SHIFT: u32 = 2;
pub(super) const ADD: u32 = 4;
pub(super) const ALSO_BETA: u32 = 8;
/// Vectors of channels that group_norm_sums.wgsl makes for each sample, and the numbers of the last two, P₁ and P₂.
pub(super) const PLANES: usize = 6;
pub(super) const P1: usize = 4;
pub(super) const P2: usize = 5;

/// Group normalisation, see `group_norm.rs`.
#[derive(Clone, Copy, Debug)]
pub struct GroupNorm {
    /// Input.
    pub x: TensorId,
    /// Weight `[c]`.
    pub gamma: ParamId,
    /// Bias `[c]`.
    pub beta: ParamId,
    /// Number of groups; divides c.
    pub groups: usize,
    /// Added to the variance.
    pub eps: f32,
    /// Scale and shift per sample.
    pub scale_shift: Option<[Slice; 2]>,
    /// Applied last.
    pub activation: Activation,
}

dims! {
    /// `Dims` in shaders/shared/group_norm_dims.wgsl.
    pub(super) struct Dims {
        n: u32,
        pixels: u32,
        c4: u32,
        groups: u32,
        group_channels: u32,
        flags: u32,
        x: u32,
        dy: u32,
        sums: u32,
        add: u32,
        y: u32,
        y_stride: u32,
        gamma: u32,
        beta: u32,
        scale: u32,
        shift: u32,
        scale_stride: u32,
        eps: f32,
        vector: u32,
        beta_y: u32,
    }
}

/// In front of every kernel of the norm and its gradients.
pub(super) fn fragments(profile: Profile) -> [&'static str; 4] {
    [
        shader!("shared/bindings"),
        profile.access(),
        shader!("shared/silu"),
        shader!("shared/group_norm_dims"),
    ]
}

/// `groups`: how many are taken together; `lanes`: threads that walk over them.
pub(super) fn kernel(profile: Profile, groups: u32, pass: NormPass, lanes: u32) -> Kernel {
    let workgroup = if profile == Profile::Gpu { lanes } else { CPU_WORKGROUP };
    let constants = vec![("WORKGROUP", workgroup), ("LANES", lanes), ("GROUPS", groups)];
    let (entry, body) = match pass {
        NormPass::Forward => ("group_norm", shader!("group_norm")),
        NormPass::Sums => ("group_norm_sums", shader!("group_norm_sums")),
    };
    let files =
        [&fragments(profile)[..], &[reduce(lanes), shader!("shared/group_norm_stats"), body]]
            .concat();
    Kernel { entry, files, constants, dims: Dims::FIELDS }
}

/// A kernel of shaders/group_norm_grad.wgsl; `lanes`: threads that share a sum over samples.
pub(super) fn gradient_kernel(profile: Profile, entry: &'static str, lanes: u32) -> Kernel {
    let files = [&fragments(profile)[..], &[reduce(lanes), shader!("group_norm_grad")]].concat();
    Kernel {
        entry,
        files,
        constants: vec![
            ("WORKGROUP", workgroup(lanes)),
            ("LANES", lanes),
            ("PIXELS", profile.run()),
        ],
        dims: Dims::FIELDS,
    }
}

/// The kernels that walk over groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NormPass {
    Forward,
    Sums,
}

/// The kernels of a pass in every variant.
pub(super) fn kernels(pass: NormPass) -> Vec<Kernel> {
    let of_groups = |profile: Profile, groups| {
        let walks = move |lanes: &&u32| profile == Profile::Cpu || **lanes >= GPU_WORKGROUP;
        let kernel = move |&lanes| kernel(profile, groups, pass, lanes);
        all_lanes(profile).iter().filter(walks).map(kernel)
    };
    let of = |profile| [1, 2, 4].into_iter().flat_map(move |groups| of_groups(profile, groups));
    Profile::ALL.into_iter().flat_map(of).collect()
}

impl GroupNorm {
    /// What all kernels of the norm and its gradients are told; `y` is what is written.
    pub(super) fn dims(&self, to: &Lowering, y: TensorId) -> Dims {
        let x = to.shape(self.x);
        let mut dims = Dims {
            n: x.n as u32,
            pixels: (x.h * x.w) as u32,
            c4: x.c4() as u32,
            groups: self.groups as u32,
            group_channels: (x.c / self.groups) as u32,
            x: to.offset(self.x),
            y: to.offset(y),
            gamma: to.param(self.gamma),
            beta: to.param(self.beta),
            eps: self.eps,
            ..Default::default()
        };
        if self.activation == Activation::Silu {
            dims.flags |= APPLY_SILU;
        }
        if let Some([scale, shift]) = self.scale_shift {
            dims.flags |= HAS_SCALE_SHIFT;
            dims.scale = to.slice(scale);
            dims.shift = to.slice(shift);
            dims.scale_stride = to.shape(scale.tensor).c4() as u32;
        }
        dims
    }

    /// A dispatch of a kernel that walks over groups of what it reads.
    pub(super) fn dispatch(
        &self,
        to: &Lowering,
        pass: NormPass,
        dims: &Dims,
        read: &[TensorId],
    ) -> Dispatch {
        // As many groups as together fill whole vec4s.
        let together = match dims.group_channels % 4 {
            0 => 1,
            2 => 2,
            _ => 4,
        };
        let units = to.shape(self.x).n * self.groups.div_ceil(together);
        let units_per_workgroup = if to.profile == Profile::Gpu { 1 } else { CPU_WORKGROUP };
        let groups = [units.div_ceil(units_per_workgroup as usize), 1, 1];
        let lanes = self.lanes(to, pass, together);
        let kernel = kernel(to.profile, together as u32, pass, lanes);
        Dispatch::new(kernel, dims, groups)
            .fetching(to.stretches(read))
            .counted(|| self.counts(to, pass, together, lanes))
    }

    /// Threads that share some groups of a sample; for the sums they share the pixels of a vec4 alone.
    fn lanes(&self, to: &Lowering, pass: NormPass, together: usize) -> u32 {
        let x = to.shape(self.x);
        let vec4s = match pass {
            NormPass::Forward => (x.c / self.groups * together).div_ceil(4),
            NormPass::Sums => 1,
        };
        // On a card no two groups share a workgroup, however small they are.
        let least = if to.profile == Profile::Gpu { GPU_WORKGROUP } else { 1 };
        lanes(to.profile, x.h * x.w * vec4s).max(least)
    }

    /// Two walks over each group for its statistics, a third for what the pass makes of them.
    fn counts(&self, to: &Lowering, pass: NormPass, together: usize, lanes: u32) -> Counts {
        let x = to.shape(self.x);
        let (width, pixels) = (x.c / self.groups, x.n * x.h * x.w);
        let spans = |channels: usize| -> usize {
            let span = |first: usize| (first + channels).div_ceil(4).min(x.c4()) - first / 4;
            (0..x.c).step_by(channels).map(span).sum()
        };
        let (statistics, walked) = (2 * pixels * spans(width), pixels * spans(width * together));
        let vectors = if self.scale_shift.is_some() { 4 } else { 2 };
        // A thread reads what belongs to a channel once for all of its pixels.
        let c_lanes = (width * together / 4).clamp(1, lanes as usize);
        let walks = x.n * spans(width * together) * (lanes as usize / c_lanes);
        let (loaded, stored, flops) = match pass {
            NormPass::Forward => (walked + vectors * walks, walked, 8),
            NormPass::Sums => (2 * walked + vectors * x.n * x.c4(), 6 * x.n * x.c4(), 10),
        };
        // Twice a group, in the sums also twice a vec4.
        let sums = 2 * x.n * (self.groups + if pass == NormPass::Sums { x.c4() } else { 0 });
        let workgroup_bytes = sums as u64 * shared_bytes(lanes);
        let work = Counts { flops: (flops * 4 * walked) as u64, ..Counts::default() };
        Counts { workgroup_bytes, ..work }.moving(statistics + loaded, stored)
    }

    /// Mean and 1/√(variance + eps) of each group of each sample.
    pub(super) fn statistics<F: Real>(&self, values: &Values<F>) -> Vec<(F, F)> {
        let shape = values.tensors.shape(self.x);
        let x = values.of(self.x);
        let (pixels, width) = (shape.h * shape.w, shape.c / self.groups);
        let of_group = |i: usize| {
            let (n, first) = (i / self.groups, i % self.groups * width);
            let members = || {
                (0..pixels * width)
                    .map(|i| x[(n * pixels + i / width) * shape.c + first + i % width])
            };
            let count = F::of((pixels * width) as f64);
            let mean = members().fold(F::of(0.0), |sum, v| sum + v) / count;
            let squares = members().fold(F::of(0.0), |sum, v| sum + (v - mean) * (v - mean));
            (mean, F::of(1.0) / (squares / count + F::of(self.eps as f64)).sqrt())
        };
        (0..shape.n * self.groups).map(of_group).collect()
    }

    /// Scale + 1 and shift of a channel of a sample.
    pub(super) fn modulation<F: Real>(&self, values: &Values<F>, n: usize, c: usize) -> (F, F) {
        let Some([scale, shift]) = self.scale_shift else { return (F::of(1.0), F::of(0.0)) };
        let at =
            |s: Slice| values.of(s.tensor)[n * values.tensors.shape(s.tensor).c + s.offset + c];
        (F::of(1.0) + at(scale), at(shift))
    }
}
