//! Group normalisation (Wu & He 2018) with what follows it in a residual block: the time
//! embedding's scale and shift, and SiLU (shaders/group_norm.wgsl).
//!
//! x `[n, h, w, c]` → act((x − mean) / √(var + eps) · gamma + beta), mean and (biased) variance over
//! h, w and the c / groups channels of a group; with `scale_shift`, ·(1 + scale\[n\]) + shift\[n\]
//! before the activation.

use super::epilogue::{Activation, Slice};
use crate::cpu::{Real, Run};
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Lowering, Profile, dims, shader};
use crate::graph::{Graph, ParamId, Shape, TensorId};

/// Threads that share a group on a GPU.
const LANES: u32 = 64;
/// Threads in a workgroup on a CPU adapter, each with groups of its own: few, so that the two dozen
/// groups of a small batch still spread over several cores.
const CPU_WORKGROUP: u32 = 8;
const APPLY_SILU: u32 = 1;
const HAS_SCALE_SHIFT: u32 = 2;

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
    /// `Dims` in shaders/group_norm.wgsl.
    struct Dims {
        n: u32,
        pixels: u32,
        c4: u32,
        groups: u32,
        group_channels: u32,
        flags: u32,
        x: u32,
        y: u32,
        gamma: u32,
        beta: u32,
        scale: u32,
        shift: u32,
        scale_stride: u32,
        eps: f32,
    }
}

/// `groups`: how many are taken together.
pub(super) fn kernel(profile: Profile, groups: u32) -> Kernel {
    let (reduce, lanes, workgroup) = match profile {
        Profile::Gpu => (shader!("reduce"), LANES, LANES),
        Profile::Cpu => (shader!("reduce_none"), 1, CPU_WORKGROUP),
    };
    let mut constants = vec![("WORKGROUP", workgroup), ("LANES", lanes), ("GROUPS", groups)];
    if profile == Profile::Gpu {
        constants.push(("SLOTS", 2 * groups));
    }
    let files = vec![shader!("bindings"), shader!("silu"), reduce, shader!("group_norm")];
    Kernel { entry: "group_norm", files, constants, dims: Dims::FIELDS }
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
        let x = to.shape(self.x);
        let group_channels = x.c / self.groups;
        // As many groups as together fill whole vec4s.
        let together = match group_channels % 4 {
            0 => 1,
            2 => 2,
            _ => 4,
        };
        let mut dims = Dims {
            n: x.n as u32,
            pixels: (x.h * x.w) as u32,
            c4: x.c4() as u32,
            groups: self.groups as u32,
            group_channels: group_channels as u32,
            x: to.offset(self.x),
            y: to.offset(output),
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
            dims.scale = to.offset(scale.tensor) + scale.offset as u32 / 4;
            dims.shift = to.offset(shift.tensor) + shift.offset as u32 / 4;
            dims.scale_stride = to.shape(scale.tensor).c4() as u32;
        }
        let kernel = kernel(to.profile, together as u32);
        let units = x.n * self.groups.div_ceil(together);
        let units_per_workgroup = if to.profile == Profile::Gpu { 1 } else { CPU_WORKGROUP };
        let groups = [units.div_ceil(units_per_workgroup as usize), 1, 1];
        vec![Dispatch::new(kernel, &dims, groups)]
    }

    pub(super) fn forward<F: Real>(&self, run: &Run<F>) -> Vec<F> {
        let shape = run.graph.shape(self.x);
        let (x, gamma, beta) = (run.value(self.x), run.param(self.gamma), run.param(self.beta));
        let (pixels, width) = (shape.h * shape.w, shape.c / self.groups);
        let mut y = vec![F::of(0.0); x.len()];
        for n in 0..shape.n {
            for group in 0..self.groups {
                let members: Vec<usize> = (0..pixels * width)
                    .map(|i| (n * pixels + i / width) * shape.c + group * width + i % width)
                    .collect();
                let count = F::of(members.len() as f64);
                let zero = F::of(0.0);
                let mean = members.iter().fold(zero, |sum, &i| sum + x[i]) / count;
                let square = |i: usize| (x[i] - mean) * (x[i] - mean);
                let variance = members.iter().fold(zero, |sum, &i| sum + square(i)) / count;
                let std = (variance + F::of(self.eps as f64)).sqrt();
                for &i in &members {
                    let c = i % shape.c;
                    let mut v = (x[i] - mean) / std * gamma[c] + beta[c];
                    if let Some([scale, shift]) = self.scale_shift {
                        let at = |s: Slice| {
                            let stride = run.graph.shape(s.tensor).c;
                            run.value(s.tensor)[n * stride + s.offset + c]
                        };
                        v = v * (F::of(1.0) + at(scale)) + at(shift);
                    }
                    y[i] = if self.activation == Activation::Silu { v.silu() } else { v };
                }
            }
        }
        y
    }
}
