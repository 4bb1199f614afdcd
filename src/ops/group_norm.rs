//! Group normalisation (Wu & He 2018) with what follows it in a residual block: the time
//! embedding's scale and shift, and SiLU (shaders/group_norm.wgsl).
//!
//! x `[n, h, w, c]` → act((x − mean) / √(var + eps) · gamma + beta), mean and (biased) variance over
//! h, w and the c / groups channels of a group; with `scale_shift`, ·(1 + scale\[n\]) + shift\[n\]
//! before the activation.

use super::epilogue::Activation;
use super::group_norm_dims::{GroupNorm, NormPass, kernels};
use super::group_norm_grad;
use super::group_norm_rows::Channels;
use super::lowering::Lowering;
use super::memory::Memory;
use super::operation::{Operation, Tape};
use super::rows::zeros;
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel};
use crate::tensor::{ParamId, Real, Shape, TensorId, Tensors};

impl Operation for GroupNorm {
    const LABEL: &'static str = "group_norm";

    fn inputs(&self) -> Vec<TensorId> {
        [self.x].into_iter().chain(self.scale_shift.iter().flatten().map(|s| s.tensor)).collect()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.gamma, self.beta]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let x = tensors.shape(self.x);
        if self.groups == 0 || !x.c.is_multiple_of(self.groups) {
            let message = format!("{} channels cannot be split into {} groups", x.c, self.groups);
            return Err(Error::Config(message));
        }
        if tensors.param_info(self.gamma).dims[0] != x.c {
            return Err(Error::shape("group norm", [x.c], tensors.param_info(self.gamma).dims[0]));
        }
        Ok(x)
    }

    fn flops(&self, tensors: &Tensors, output: TensorId) -> u64 {
        // Sum; difference, square, sum; difference, two products, sum: 8 an element.
        8 * tensors.shape(output).elements() as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        vec![self.dispatch(to, NormPass::Forward, &self.dims(to, output), &self.inputs())]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let [c, words] = self.words(at);
        let (out, rest, scratch) = memory.split(at.offset(output), at.shape(output).vec4s());
        for (n, y) in out.chunks_exact_mut(words).enumerate() {
            let mut planes = zeros(scratch, 6 * c).chunks_exact_mut(c);
            let [mean, rstd, weight, bias, sums, squares] =
                std::array::from_fn(|_| planes.next().unwrap_or_default());
            let x = self.sample(at, &rest, self.x, n);
            self.moments(at, x, [mean, rstd, sums, squares]);
            self.weight_and_bias(at, &rest, n, weight, bias);
            self.normalise(x, Channels { mean, rstd, weight, bias }, y);
        }
    }

    fn differentiate(&self, tape: &mut dyn Tape, _: TensorId, dy: TensorId) -> Result<()> {
        let norm = Self { x: tape.saved(self.x)?, ..*self };
        group_norm_grad::differentiate(tape, norm, self.x, dy)
    }

    fn again(&self, tape: &mut dyn Tape) -> Option<Result<Self>> {
        Some(tape.saved(self.x).map(|x| Self { x, ..*self }))
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let shape = values.tensors.shape(self.x);
        let (gamma, beta) = (values.param(self.gamma), values.param(self.beta));
        let (per_sample, width) = (shape.h * shape.w * shape.c, shape.c / self.groups);
        let statistics = self.statistics(values);
        let normalised = |(i, &x): (usize, &F)| {
            let (n, c) = (i / per_sample, i % shape.c);
            let (mean, rstd) = statistics[n * self.groups + c / width];
            let (scale, shift) = self.modulation(values, n, c);
            let v = ((x - mean) * rstd * gamma[c] + beta[c]) * scale + shift;
            if self.activation == Activation::Silu { v.silu() } else { v }
        };
        values.of(self.x).iter().enumerate().map(normalised).collect()
    }

    fn kernels() -> Vec<Kernel> {
        kernels(NormPass::Forward)
    }
}
