//! Linear layer over channels, which is also a 1×1 convolution (shaders/linear.wgsl; on a GPU gemm.wgsl).
//!
//! x `[n, h, w, ci]`, weight `[co, ci]`, bias `[co]` → y `[n, h, w, co]`.

use super::epilogue::Epilogue;
use super::linear_dims::{Dims, kernels, lower, workspace};
use super::linear_grad::{LinearInputGrad, LinearWeightGrad};
use super::lowering::Lowering;
use super::memory::Memory;
use super::operation::{Operation, Tape};
use super::panels::Pass;
use super::product::{Addresses, Product, Stretch};
use super::simd;
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Profile};
use crate::tensor::{ParamId, Real, Shape, TensorId, Tensors};

/// See the [module documentation](self).
#[derive(Clone, Copy, Debug)]
pub struct Linear {
    /// Input.
    pub x: TensorId,
    /// Weight `[co, ci]`.
    pub weight: ParamId,
    /// Bias `[co]`.
    pub bias: ParamId,
    /// What happens to the sums.
    pub epilogue: Epilogue,
}

impl Operation for Linear {
    const LABEL: &'static str = "linear";
    const BY_SAMPLES: bool = true;

    fn inputs(&self) -> Vec<TensorId> {
        [self.x].into_iter().chain(self.epilogue.inputs()).collect()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.weight, self.bias]
    }

    fn panels(&self) -> Option<(ParamId, Pass)> {
        Some((self.weight, Pass::Forward))
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let x = tensors.shape(self.x);
        let [co, ci, kh, kw] = tensors.param_info(self.weight).dims;
        if ci != x.c || (kh, kw) != (1, 1) {
            return Err(Error::shape("linear", [co, x.c], [co, ci]));
        }
        let shape = Shape { c: co, ..x };
        self.epilogue.check(tensors, "linear", shape)?;
        Ok(shape)
    }

    fn flops(&self, tensors: &Tensors, output: TensorId) -> u64 {
        2 * (tensors.shape(output).elements() * tensors.shape(self.x).c) as u64
    }

    fn workspace(&self, profile: Profile, tensors: &Tensors, output: TensorId) -> usize {
        let in_c4 = tensors.shape(self.x).c4();
        workspace(profile, Pass::Forward, in_c4, tensors.shape(output))
    }

    fn covers(&self, _: Profile, _: &Tensors) -> Vec<TensorId> {
        self.epilogue.activated.into_iter().collect()
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let x = to.shape(self.x);
        let dims = Dims {
            epilogue: self.epilogue.lower(to, self.bias, output),
            rows: x.pixels() as u32,
            rows_per_sample: (x.h * x.w) as u32,
            in_c4: x.c4() as u32,
            x: to.offset(self.x),
            weight: to.param(self.weight),
        };
        lower(to, Pass::Forward, &dims, to.shape(output), &self.inputs())
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let (x, y) = (at.shape(self.x), at.shape(output));
        let (out, rest, _) = memory.split(at.offset(output), y.vec4s());
        let (deep, wide) = (x.c4() * 4, y.c4() * 4);
        simd::dispatch(Product {
            size: [x.n, x.h * x.w],
            a: rest.at(at.offset(self.x), x.vec4s()),
            a_at: Addresses::dense(x.h * x.w, deep),
            stretches: &[Stretch { a: 0, k: 0, len: deep }],
            panels: rest.panels.of(self.weight, Pass::Forward),
            depth: deep,
            y: out,
            y_at: Addresses::dense(x.h * x.w, wide),
            channels: wide,
            finish: self.epilogue.finish(at, self.bias, output, &rest),
        });
    }

    fn differentiate(&self, tape: &mut dyn Tape, _: TensorId, dy: TensorId) -> Result<()> {
        let (dz, only_for_bias) = self.epilogue.differentiate(tape, self.bias, dy)?;
        if tape.trains(self.weight) {
            let x = tape.saved(self.x)?;
            let of = self.weight;
            tape.push_gradient(of, LinearWeightGrad { x, dy: dz, of, only_for_bias });
        }
        if tape.wants(self.x) {
            let weight = self.weight;
            let before = tape.before_silu(self.x);
            let slope = before.map(|before| tape.saved(before)).transpose()?;
            let of = before.unwrap_or(self.x);
            tape.accumulate(of, |add| LinearInputGrad { dy: dz, weight, slope, add })?;
        }
        Ok(())
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let [co, ci, ..] = values.tensors.param_info(self.weight).dims;
        let shape = Shape { c: co, ..values.tensors.shape(self.x) };
        let weight = values.param(self.weight);
        let mut y = vec![F::of(0.0); shape.elements()];
        for (input, sums) in values.of(self.x).chunks_exact(ci).zip(y.chunks_exact_mut(co)) {
            for (o, sum) in sums.iter_mut().enumerate() {
                for (i, &value) in input.iter().enumerate() {
                    *sum = *sum + weight[o * ci + i] * value;
                }
            }
        }
        self.epilogue.apply(values, self.bias, shape, &mut y);
        y
    }

    fn kernels() -> Vec<Kernel> {
        kernels(Pass::Forward)
    }
}
