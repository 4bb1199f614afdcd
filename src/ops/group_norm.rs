//! Group normalisation (Wu & He 2018) with what follows it in a residual block: the time
//! embedding's scale and shift, and SiLU (shaders/group_norm.wgsl).
//!
//! x `[n, h, w, c]` → act((x − mean) / √(var + eps) · gamma + beta), mean and (biased) variance over
//! h, w and the c / groups channels of a group; with `scale_shift`, ·(1 + scale\[n\]) + shift\[n\]
//! before the activation.

use super::epilogue::{Activation, Slice};
use super::{group_norm_grad, lanes};
use crate::cpu::{Real, Run};
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Lowering, Profile, dims, shader};
use crate::graph::{Graph, ParamId, Shape, Tape, TensorId};

/// Threads in a workgroup on a CPU adapter, each with groups of its own: few, so that the two dozen
/// groups of a small batch still spread over several cores.
const CPU_WORKGROUP: u32 = 8;
const APPLY_SILU: u32 = 1;
const HAS_SCALE_SHIFT: u32 = 2;
pub(super) const ADD: u32 = 4;

/// See the [module documentation](self).
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
    /// `Dims` in shaders/group_norm_dims.wgsl.
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
    }
}

/// In front of every kernel of the norm and its gradients.
pub(super) const FRAGMENTS: [&str; 3] =
    [shader!("bindings"), shader!("silu"), shader!("group_norm_dims")];

/// `groups`: how many are taken together.
pub(super) fn kernel(profile: Profile, groups: u32, pass: NormPass) -> Kernel {
    let (reduce, lanes) = lanes(profile);
    let workgroup = if profile == Profile::Gpu { lanes } else { CPU_WORKGROUP };
    let constants = vec![("WORKGROUP", workgroup), ("LANES", lanes), ("GROUPS", groups)];
    let (entry, body) = match pass {
        NormPass::Forward => ("group_norm", shader!("group_norm")),
        NormPass::Sums => ("group_norm_sums", shader!("group_norm_sums")),
    };
    let files = [&FRAGMENTS[..], &[reduce, shader!("group_norm_stats"), body]].concat();
    Kernel { entry, files, constants, dims: Dims::FIELDS }
}

/// The kernels that walk over groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NormPass {
    Forward,
    Sums,
}

impl GroupNorm {
    pub(super) fn inputs(&self) -> Vec<TensorId> {
        [self.x].into_iter().chain(self.scale_shift.iter().flatten().map(|s| s.tensor)).collect()
    }

    pub(super) fn params(&self) -> Vec<ParamId> {
        vec![self.gamma, self.beta]
    }

    pub(super) fn output_shape(&self, graph: &Graph) -> Result<Shape> {
        let x = graph.shape(self.x);
        if self.groups == 0 || !x.c.is_multiple_of(self.groups) {
            let message = format!("{} channels cannot be split into {} groups", x.c, self.groups);
            return Err(Error::Config(message));
        }
        if graph.param_info(self.gamma).dims[0] != x.c {
            return Err(Error::shape("group norm", [x.c], graph.param_info(self.gamma).dims[0]));
        }
        Ok(x)
    }

    pub(super) fn flops(&self, graph: &Graph, output: TensorId) -> u64 {
        // Sum; difference, square, sum; difference, two products, sum: 8 an element.
        8 * graph.shape(output).elements() as u64
    }

    pub(super) fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        vec![self.dispatch(to, NormPass::Forward, &self.dims(to, output))]
    }

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
            dims.scale = scale.address(to);
            dims.shift = shift.address(to);
            dims.scale_stride = to.shape(scale.tensor).c4() as u32;
        }
        dims
    }

    /// A dispatch of a kernel that walks over groups.
    pub(super) fn dispatch(&self, to: &Lowering, pass: NormPass, dims: &Dims) -> Dispatch {
        // As many groups as together fill whole vec4s.
        let together = match dims.group_channels % 4 {
            0 => 1,
            2 => 2,
            _ => 4,
        };
        let units = to.shape(self.x).n * self.groups.div_ceil(together);
        let units_per_workgroup = if to.profile == Profile::Gpu { 1 } else { CPU_WORKGROUP };
        let groups = [units.div_ceil(units_per_workgroup as usize), 1, 1];
        Dispatch::new(kernel(to.profile, together as u32, pass), dims, groups)
    }

    pub(crate) fn differentiate(&self, tape: &mut Tape, dy: TensorId) -> Result<()> {
        let mut norm = *self;
        norm.x = tape.saved(self.x)?;
        group_norm_grad::differentiate(tape, norm, self.x, dy)
    }

    /// Mean and 1/√(variance + eps) of each group of each sample.
    pub(super) fn statistics<F: Real>(&self, run: &Run<F>) -> Vec<(F, F)> {
        let shape = run.graph.shape(self.x);
        let x = run.value(self.x);
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
    pub(super) fn modulation<F: Real>(&self, run: &Run<F>, n: usize, c: usize) -> (F, F) {
        let Some([scale, shift]) = self.scale_shift else { return (F::of(1.0), F::of(0.0)) };
        let at = |s: Slice| run.value(s.tensor)[n * run.graph.shape(s.tensor).c + s.offset + c];
        (F::of(1.0) + at(scale), at(shift))
    }

    pub(super) fn forward<F: Real>(&self, run: &Run<F>) -> Vec<F> {
        let shape = run.graph.shape(self.x);
        let (gamma, beta) = (run.param(self.gamma), run.param(self.beta));
        let (per_sample, width) = (shape.h * shape.w * shape.c, shape.c / self.groups);
        let statistics = self.statistics(run);
        let normalised = |(i, &x): (usize, &F)| {
            let (n, c) = (i / per_sample, i % shape.c);
            let (mean, rstd) = statistics[n * self.groups + c / width];
            let (scale, shift) = self.modulation(run, n, c);
            let v = ((x - mean) * rstd * gamma[c] + beta[c]) * scale + shift;
            if self.activation == Activation::Silu { v.silu() } else { v }
        };
        run.value(self.x).iter().enumerate().map(normalised).collect()
    }
}
