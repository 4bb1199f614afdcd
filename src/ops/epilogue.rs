//! What a convolution or linear layer does to its sums before it stores them (shaders/shared/epilogue.wgsl):
//! y = act((sums + bias + per_sample\[n\] + residual) · scale). The gradient of a layer's input has one too, in which
//! SiLU's slope, if SiLU made that input, comes before everything else.

use super::affine::Affine;
use super::finish::Finish;
use super::lowering::Lowering;
use super::memory::Rest;
use super::operation::Tape;
use super::sum::{SumPixels, VectorGrad};
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Counts, dims};
use crate::tensor::{ParamId, Real, Shape, Slice, TensorId, Tensors};

/// Activation function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// None.
    #[default]
    Identity,
    /// x·σ(x) (Hendrycks & Gimpel 2016).
    Silu,
}

/// Everything optional after the sums.
#[derive(Clone, Copy, Debug)]
pub struct Epilogue {
    /// Added to every pixel of a sample: the time embedding of a residual block.
    pub per_sample: Option<Slice>,
    /// Added before scaling; has the shape of the output.
    pub residual: Option<TensorId>,
    /// Factor on everything before the activation (1 / output_scale_factor).
    pub scale: f32,
    /// Applied last.
    pub activation: Activation,
    /// Output of the [`Silu`](super::Silu) of what is stored, for whoever needs both: the kernel stores that too.
    pub activated: Option<TensorId>,
}

impl Default for Epilogue {
    fn default() -> Self {
        let activation = Activation::Identity;
        Self { per_sample: None, residual: None, scale: 1.0, activation, activated: None }
    }
}

dims! {
    /// `Epilogue` in shaders/shared/epilogue.wgsl.
    pub(super) struct EpilogueDims {
        flags: u32,
        y: u32,
        out_c4: u32,
        bias: u32,
        per_sample: u32,
        per_sample_stride: u32,
        residual: u32,
        scale: f32,
        activated: u32,
        before: u32,
        unused_0: u32,
        unused_1: u32,
    }
}

const ADD_PER_SAMPLE: u32 = 1;
const ADD_RESIDUAL: u32 = 2;
const APPLY_SILU: u32 = 4;
const ADD_BIAS: u32 = 8;
const ALSO_SILU: u32 = 16;
const TIMES_SLOPE: u32 = 32;

/// All of them: a kernel with these as a constant contains what any other does.
pub(super) const ALL_FLAGS: u32 =
    ADD_PER_SAMPLE | ADD_RESIDUAL | APPLY_SILU | ADD_BIAS | ALSO_SILU | TIMES_SLOPE;

impl EpilogueDims {
    /// What is done at all: a constant of kernels for adapters that compute on a CPU.
    pub(super) fn flags(&self) -> u32 {
        self.flags
    }

    /// Of an input gradient: the sums, plus what is there already.
    pub(super) fn plain(to: &Lowering, add: Option<TensorId>, output: TensorId) -> Self {
        Self {
            flags: if add.is_some() { ADD_RESIDUAL } else { 0 },
            y: to.offset(output),
            out_c4: to.shape(output).c4() as u32,
            residual: add.map_or(0, |id| to.offset(id)),
            scale: 1.0,
            ..Default::default()
        }
    }

    /// The same of an input that is SiLU of the tensor `before`: that tensor's gradient.
    pub(super) fn of_silu(self, to: &Lowering, before: Option<TensorId>) -> Self {
        let Some(before) = before else { return self };
        Self { flags: self.flags | TIMES_SLOPE, before: to.offset(before), ..self }
    }

    /// What storing a tensor of shape y costs.
    pub(super) fn counts(&self, y: Shape) -> Counts {
        let terms = self.flags & (ADD_BIAS | ADD_PER_SAMPLE | ADD_RESIDUAL | TIMES_SLOPE);
        let stores = if self.flags & ALSO_SILU == 0 { 1 } else { 2 };
        Counts::default().moving(terms.count_ones() as usize * y.vec4s(), stores * y.vec4s())
    }
}

impl Epilogue {
    pub(super) fn inputs(&self) -> impl Iterator<Item = TensorId> {
        self.per_sample.map(|slice| slice.tensor).into_iter().chain(self.residual)
    }

    pub(super) fn check(&self, tensors: &Tensors, op: &str, output: Shape) -> Result<()> {
        for (what, tensor) in [("residual", self.residual), ("SiLU of it", self.activated)] {
            if let Some(shape) = tensor.map(|id| tensors.shape(id))
                && shape != output
            {
                return Err(Error::shape(format!("{op}, {what}"), output, shape));
            }
        }
        if let Some(slice) = self.per_sample {
            let shape = tensors.shape(slice.tensor);
            let fits = shape.n == output.n
                && (shape.h, shape.w) == (1, 1)
                && slice.offset % 4 == 0
                && slice.offset + output.c <= shape.c;
            if !fits {
                let needed = Shape::vector(output.n, slice.offset + output.c);
                return Err(Error::shape(format!("{op}, per-sample term"), needed, shape));
            }
        }
        Ok(())
    }

    pub(super) fn lower(&self, to: &Lowering, bias: ParamId, output: TensorId) -> EpilogueDims {
        let mut dims = EpilogueDims {
            flags: ADD_BIAS,
            y: to.offset(output),
            out_c4: to.shape(output).c4() as u32,
            bias: to.param(bias),
            scale: self.scale,
            ..Default::default()
        };
        if let Some(slice) = self.per_sample {
            dims.flags |= ADD_PER_SAMPLE;
            dims.per_sample = to.slice(slice);
            dims.per_sample_stride = to.shape(slice.tensor).c4() as u32;
        }
        if let Some(residual) = self.residual {
            dims.flags |= ADD_RESIDUAL;
            dims.residual = to.offset(residual);
        }
        if self.activation == Activation::Silu {
            dims.flags |= APPLY_SILU;
        }
        if let Some(activated) = self.activated {
            dims.flags |= ALSO_SILU;
            dims.activated = to.offset(activated);
        }
        dims
    }

    /// The same on the processor; a sample is a row.
    pub(super) fn finish<'a>(
        &self,
        at: &Lowering,
        bias: ParamId,
        output: TensorId,
        rest: &'a Rest,
    ) -> Finish<'a> {
        let shape = at.shape(output);
        let per_row = self.per_sample.map(|slice| {
            let stride = at.shape(slice.tensor).c4();
            let vectors = rest.at(at.slice(slice), (shape.n - 1) * stride + shape.c4());
            (vectors, stride * 4)
        });
        Finish {
            bias: Some(rest.param(at.param(bias), shape.c4())),
            per_row,
            residual: self.residual.map(|id| rest.at(at.offset(id), shape.vec4s())),
            scale: self.scale,
            silu: self.activation == Activation::Silu,
        }
    }

    /// Passes the gradient of the result on to bias, per-sample term and residual; returns the gradient of the sums, and
    /// what of all that is only for the bias: a kernel that walks over that gradient may cover it.
    pub(super) fn differentiate(
        &self,
        tape: &mut dyn Tape,
        bias: ParamId,
        dy: TensorId,
    ) -> Result<(TensorId, Vec<TensorId>)> {
        if self.activation != Activation::Identity {
            let message = "a layer with SiLU in it cannot be differentiated: build it for training";
            return Err(Error::Config(message.into()));
        }
        let mut dz = dy;
        if self.scale != 1.0 {
            let scaled = Affine { x: dy, factor: self.scale, offset: 0.0, divisor: None };
            dz = tape.push("scale", scaled)?;
        }
        if let Some(residual) = self.residual.filter(|&id| tape.wants(id)) {
            tape.pass_on(residual, dz)?;
        }
        let shape = tape.shape(dz);
        let mut sums = Slice { tensor: dz, offset: 0 };
        let mut only_for_bias = vec![];
        if let Some(part) = self.per_sample.filter(|slice| tape.wants(slice.tensor)) {
            sums = tape.fill(part, |into| SumPixels { x: dz, into: Some(into) })?;
        } else if tape.trains(bias) && shape.h * shape.w > 1 {
            sums.tensor = tape.push("bias", SumPixels { x: dz, into: None })?;
            only_for_bias.push(sums.tensor);
        }
        if tape.trains(bias) {
            tape.push_gradient(bias, VectorGrad { dy: sums, of: bias });
            only_for_bias.push(tape.gradient_of(bias));
        }
        Ok((dz, only_for_bias))
    }

    /// Finishes `sums`, `[pixels, c]`, in place.
    pub(super) fn apply<F: Real>(
        &self,
        values: &Values<F>,
        bias: ParamId,
        shape: Shape,
        sums: &mut [F],
    ) {
        let bias = values.param(bias);
        for (i, sum) in sums.iter_mut().enumerate() {
            let (n, c) = (i / (shape.h * shape.w * shape.c), i % shape.c);
            let mut v = *sum + bias[c];
            if let Some(slice) = self.per_sample {
                v = v + values.of(slice.tensor)
                    [n * values.tensors.shape(slice.tensor).c + slice.offset + c];
            }
            if let Some(residual) = self.residual {
                v = v + values.of(residual)[i];
            }
            v = v * F::of(self.scale as f64);
            *sum = match self.activation {
                Activation::Identity => v,
                Activation::Silu => v.silu(),
            };
        }
    }
}
