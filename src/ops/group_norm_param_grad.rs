//! Gradients of a group norm's weight and bias, and of scale and shift (shaders/group_norm_grad.wgsl): what is made of the
//! sums P₁ and P₂ of `group_norm_grad.rs`, which has the formulas.

use super::group_norm_dims::{ALSO_BETA, Dims, GroupNorm, P1, P2, PLANES, gradient_kernel};
use super::group_norm_rows::vector;
use super::lowering::Lowering;
use super::memory::{Memory, Rest};
use super::operation::Operation;
use super::reduce::{all_lanes, lanes, over};
use super::values::Values;
use crate::error::Result;
use crate::gpu::{Dispatch, Kernel, Profile, WORKGROUP};
use crate::tensor::{ParamId, Real, Shape, Slice, TensorId, Tensors};

/// Gradients that are made of P₁ and P₂.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Gamma,
    Beta,
    Scale,
    Shift,
}

/// Gradient of weight, bias, scale or shift.
#[derive(Clone, Copy, Debug)]
pub struct GroupNormParamGrad {
    pub(super) norm: GroupNorm,
    pub(super) sums: TensorId,
    pub(super) of: Of,
    /// Where scale's and shift's go.
    pub(super) into: Option<Slice>,
    /// Of the weight's: the bias's, which the kernel makes on the way.
    pub(super) beta: Option<TensorId>,
}

impl GroupNormParamGrad {
    /// Adds what a sample gives.
    fn add_sample(&self, at: &Lowering, rest: &Rest, n: usize, y: &mut [f32]) {
        let (c, norm) = (at.shape(self.norm.x).c, &self.norm);
        let plane = |number| {
            let offset = number * c.next_multiple_of(4);
            vector(at, rest, Slice { tensor: self.sums, offset }, n, c)
        };
        let (p1, p2) = (plane(P1), plane(P2));
        let [gamma, beta] =
            [norm.gamma, norm.beta].map(|id| rest.param(at.param(id), c.div_ceil(4)));
        let scale = norm.scale_shift.map(|[scale, _]| vector(at, rest, scale, n, c));
        let factor = |i: usize| scale.map_or(1.0, |scale| 1.0 + scale[i]);
        for (i, y) in y[..c].iter_mut().enumerate() {
            *y += match self.of {
                Of::Gamma => factor(i) * p2[i],
                Of::Beta => factor(i) * p1[i],
                Of::Scale => gamma[i] * p2[i] + beta[i] * p1[i],
                Of::Shift => p1[i],
            };
        }
    }
}

impl Operation for GroupNormParamGrad {
    fn inputs(&self) -> Vec<TensorId> {
        let into = self.into.map(|slice| slice.tensor);
        self.norm.inputs().into_iter().skip(1).chain([self.sums]).chain(into).collect()
    }

    fn params(&self) -> Vec<ParamId> {
        self.norm.params()
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        Ok(match self.into {
            Some(slice) => tensors.shape(slice.tensor),
            None => Shape::vector(1, tensors.param_info(self.norm.gamma).vec4s() * 4),
        })
    }

    fn flops(&self, tensors: &Tensors, _: TensorId) -> u64 {
        2 * (tensors.shape(self.norm.x).n * tensors.shape(self.norm.x).c) as u64
    }

    fn covers(&self, _: Profile, _: &Tensors) -> Vec<TensorId> {
        self.beta.into_iter().collect()
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let (sums, vector) = (to.offset(self.sums), self.of as u32);
        let mut dims = Dims { sums, vector, ..self.norm.dims(to, output) };
        if let Some(beta) = self.beta {
            dims.flags |= ALSO_BETA;
            dims.beta_y = to.offset(beta);
        }
        let read = self.norm.inputs().into_iter().skip(1).chain([self.sums]);
        let read = read.map(|id| to.stretch(id));
        let Some(into) = self.into else {
            let lanes = lanes(to.profile, dims.n as usize);
            let kernel = gradient_kernel(to.profile, "group_norm_param_grad", lanes);
            return vec![over(kernel, &dims, dims.c4 as usize, lanes).fetching(read)];
        };
        dims.y += into.offset as u32 / 4;
        dims.y_stride = to.shape(output).c4() as u32;
        let kernel = gradient_kernel(to.profile, "group_norm_scale_shift_grad", 1);
        let dispatch = Dispatch::over(kernel, &dims, (dims.n * dims.c4) as usize, WORKGROUP);
        vec![dispatch.fetching(read)]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let (shape, stride) = (at.shape(self.norm.x), at.shape(output).c4() * 4);
        let (y, rest, _) = memory.split(at.offset(output), at.shape(output).vec4s());
        if self.into.is_none() {
            y.fill(0.0);
        }
        for n in 0..shape.n {
            match self.into {
                None => self.add_sample(at, &rest, n, y),
                Some(into) => {
                    let first = n * stride + into.offset;
                    let y = &mut y[first..first + shape.c4() * 4];
                    y.fill(0.0);
                    self.add_sample(at, &rest, n, y);
                }
            }
        }
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let shape = values.tensors.shape(self.norm.x);
        let padded = shape.c4() * 4;
        let sums = values.of(self.sums);
        let plane = |n: usize, number: usize, c: usize| sums[(n * PLANES + number) * padded + c];
        let (gamma, beta) = (values.param(self.norm.gamma), values.param(self.norm.beta));
        let Some(into) = self.into else {
            let number = if self.of == Of::Gamma { P2 } else { P1 };
            let of_channel = |c: usize| {
                let term = |n| self.norm.modulation(values, n, c).0 * plane(n, number, c);
                (0..shape.n).fold(F::of(0.0), |sum, n| sum + term(n))
            };
            return (0..shape.c).map(of_channel).collect();
        };
        let mut whole = values.of(into.tensor).to_vec();
        let stride = values.tensors.shape(into.tensor).c;
        for n in 0..shape.n {
            for c in 0..shape.c {
                let (p1, p2) = (plane(n, P1, c), plane(n, P2, c));
                whole[n * stride + into.offset + c] =
                    if self.of == Of::Scale { gamma[c] * p2 + beta[c] * p1 } else { p1 };
            }
        }
        whole
    }

    fn kernels() -> Vec<Kernel> {
        let sums = |profile: Profile| {
            let kernel = move |&lanes| gradient_kernel(profile, "group_norm_param_grad", lanes);
            all_lanes(profile).iter().map(kernel)
        };
        let vectors = |profile| gradient_kernel(profile, "group_norm_scale_shift_grad", 1);
        let sums = Profile::ALL.into_iter().flat_map(sums);
        sums.chain(Profile::ALL.map(vectors)).collect()
    }
}
