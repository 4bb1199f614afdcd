//! Gradients of group normalisation with what is fused into it (shaders/group_norm_sums.wgsl,
//! group_norm_grad.wgsl).
//!
//! Forward: x̂ = (x − mean)·rstd, u = γ·x̂ + β, v = u·(1 + scale) + shift, y = act(v). With dv = dy·act'(v)
//! everything follows from two sums over the pixels of each sample and channel, P₁ = Σ dv and
//! P₂ = Σ dv·x̂ (Wu & He 2018 give the forward pass; this is its chain rule):
//!
//! - dβ = Σ_n (1 + scale)·P₁ and dγ = Σ_n (1 + scale)·P₂,
//! - d shift = P₁ and d scale = γ·P₂ + β·P₁,
//! - dx = rstd·(γ·(1 + scale)·dv − m₁ − x̂·m₂), m₁ and m₂ being the means over a group of
//!   γ·(1 + scale)·dv and of the same times x̂: sums over the group's channels of P₁ and P₂.
//!
//! [`GroupNormSums`] makes, for each sample, six vectors of channels: mean, rstd, m₁, m₂, P₁, P₂.

use super::epilogue::Activation;
use super::group_norm_dims::{
    ADD, Dims, GroupNorm, NormPass, P1, P2, PLANES, gradient_kernel, kernels,
};
use super::group_norm_param_grad::{GroupNormParamGrad, Of};
use super::group_norm_rows::Channels;
use super::lowering::Lowering;
use super::memory::Memory;
use super::operation::{Operation, Tape};
use super::rows::{plus, zeros};
use super::values::Values;
use crate::error::Result;
use crate::gpu::{Counts, Dispatch, Kernel, Profile, WORKGROUP};
use crate::tensor::{ParamId, Real, Shape, TensorId, Tensors};

/// The sums of the [module documentation](self), `[n, 1, 1, 6·c']`, c' being c rounded up to 4.
#[derive(Clone, Copy, Debug)]
pub struct GroupNormSums {
    norm: GroupNorm,
    dy: TensorId,
}

/// Gradient of the input.
#[derive(Clone, Copy, Debug)]
pub struct GroupNormInputGrad {
    norm: GroupNorm,
    dy: TensorId,
    sums: TensorId,
    add: Option<TensorId>,
}

/// What a group norm adds to a backward pass. `norm` reads its input where it is kept, `x` is the input
/// whose gradient is wanted.
pub(super) fn differentiate(
    tape: &mut dyn Tape,
    norm: GroupNorm,
    x: TensorId,
    dy: TensorId,
) -> Result<()> {
    let sums = tape.push("group norm", GroupNormSums { norm, dy })?;
    let beta = tape.trains(norm.beta).then(|| tape.gradient_of(norm.beta));
    for (param, of, beta) in [(norm.gamma, Of::Gamma, beta), (norm.beta, Of::Beta, None)] {
        if tape.trains(param) {
            tape.push_gradient(param, GroupNormParamGrad { norm, sums, of, into: None, beta });
        }
    }
    for (part, of) in norm.scale_shift.into_iter().flatten().zip([Of::Scale, Of::Shift]) {
        if tape.wants(part.tensor) {
            let of = |into| GroupNormParamGrad { norm, sums, of, into: Some(into), beta: None };
            tape.fill(part, of)?;
        }
    }
    if tape.wants(x) {
        tape.accumulate(x, |add| GroupNormInputGrad { norm, dy, sums, add })?;
    }
    Ok(())
}

/// Gradient of v, and x̂, of element i of the input.
fn before_activation<F: Real>(
    values: &Values<F>,
    norm: &GroupNorm,
    (mean, rstd): (F, F),
    dy: TensorId,
    i: usize,
) -> (F, F) {
    let shape = values.tensors.shape(norm.x);
    let (n, c) = (i / (shape.h * shape.w * shape.c), i % shape.c);
    let x = (values.of(norm.x)[i] - mean) * rstd;
    let dy = values.of(dy)[i];
    if norm.activation == Activation::Identity {
        return (dy, x);
    }
    let (scale, shift) = norm.modulation(values, n, c);
    let v = (x * values.param(norm.gamma)[c] + values.param(norm.beta)[c]) * scale + shift;
    (dy * v.silu_slope(), x)
}

impl Operation for GroupNormSums {
    const LABEL: &'static str = "group_norm sums";

    fn inputs(&self) -> Vec<TensorId> {
        self.norm.inputs().into_iter().chain([self.dy]).collect()
    }

    fn params(&self) -> Vec<ParamId> {
        self.norm.params()
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let x = tensors.shape(self.norm.x);
        Ok(Shape::vector(x.n, PLANES * x.c4() * 4))
    }

    fn flops(&self, tensors: &Tensors, _: TensorId) -> u64 {
        10 * tensors.shape(self.dy).elements() as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let dims = Dims { dy: to.offset(self.dy), ..self.norm.dims(to, output) };
        vec![self.norm.dispatch(to, NormPass::Sums, &dims, &self.inputs())]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let norm = &self.norm;
        let [c, _] = norm.words(at);
        let (out, rest, scratch) = memory.split(at.offset(output), at.shape(output).vec4s());
        for (n, planes) in out.chunks_exact_mut(PLANES * c).enumerate() {
            let (weight, bias) = zeros(scratch, 2 * c).split_at_mut(c);
            planes.fill(0.0);
            let mut planes = planes.chunks_exact_mut(c);
            let [mean, rstd, m1, m2, p1, p2] =
                std::array::from_fn(|_| planes.next().unwrap_or_default());
            let [x, dy] = [norm.x, self.dy].map(|id| norm.sample(at, &rest, id, n));
            norm.moments(at, x, [mean, rstd, m1, m2]);
            norm.weight_and_bias(at, &rest, n, weight, bias);
            norm.sums(x, dy, Channels { mean, rstd, weight, bias }, p1, p2);
            norm.group_means(at, weight, [(m1, p1), (m2, p2)]);
        }
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let shape = values.tensors.shape(self.norm.x);
        let (width, padded) = (shape.c / self.norm.groups, shape.c4() * 4);
        let per_sample = shape.h * shape.w * shape.c;
        let statistics = self.norm.statistics(values);
        let mut sums = vec![F::of(0.0); shape.n * PLANES * padded];
        for i in 0..shape.elements() {
            let (n, c) = (i / per_sample, i % shape.c);
            let of_group = statistics[n * self.norm.groups + c / width];
            let (dv, x) = before_activation(values, &self.norm, of_group, self.dy, i);
            let at = |plane: usize, c: usize| (n * PLANES + plane) * padded + c;
            (sums[at(0, c)], sums[at(1, c)]) = of_group;
            sums[at(P1, c)] = sums[at(P1, c)] + dv;
            sums[at(P2, c)] = sums[at(P2, c)] + dv * x;
            let weight = values.param(self.norm.gamma)[c] * self.norm.modulation(values, n, c).0
                / F::of((shape.h * shape.w * width) as f64);
            for member in c / width * width..(c / width + 1) * width {
                sums[at(2, member)] = sums[at(2, member)] + dv * weight;
                sums[at(3, member)] = sums[at(3, member)] + dv * x * weight;
            }
        }
        sums
    }

    fn kernels() -> Vec<Kernel> {
        kernels(NormPass::Sums)
    }
}

impl Operation for GroupNormInputGrad {
    const LABEL: &'static str = "group_norm input gradient";

    fn inputs(&self) -> Vec<TensorId> {
        self.norm.inputs().into_iter().chain([self.dy, self.sums]).chain(self.add).collect()
    }

    fn params(&self) -> Vec<ParamId> {
        self.norm.params()
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        Ok(tensors.shape(self.norm.x))
    }

    fn flops(&self, tensors: &Tensors, _: TensorId) -> u64 {
        10 * tensors.shape(self.dy).elements() as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let (dy, sums) = (to.offset(self.dy), to.offset(self.sums));
        let mut dims = Dims { dy, sums, ..self.norm.dims(to, output) };
        if let Some(add) = self.add {
            dims.flags |= ADD;
            dims.add = to.offset(add);
        }
        let y = to.shape(output);
        let (vec4s, runs) = (y.vec4s(), y.n * to.profile.runs(y.h * y.w));
        let kernel = gradient_kernel(to.profile, "group_norm_input_grad", 1);
        let threads = runs * y.c4();
        let dispatch = Dispatch::over(kernel, &dims, threads, WORKGROUP)
            .fetching(to.stretches(&self.inputs()));
        // A thread reads γ, β, four planes, scale and shift; for each pixel x, dy and what is added.
        let once = if self.norm.scale_shift.is_some() { 8 } else { 6 };
        let each = if self.add.is_some() { 3 } else { 2 };
        vec![dispatch.counted(|| Counts::rounds(vec4s, each, 5 * 4).moving(threads * once, vec4s))]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let norm = &self.norm;
        let [c, words] = norm.words(at);
        let (out, rest, scratch) = memory.split(at.offset(output), at.shape(output).vec4s());
        for (n, dx) in out.chunks_exact_mut(words).enumerate() {
            let (weight, bias) = zeros(scratch, 2 * c).split_at_mut(c);
            let [mean, rstd, m1, m2] = [0, 1, 2, 3].map(|number| {
                let first = (n * PLANES + number) * c;
                &rest.at(at.offset(self.sums), at.shape(self.sums).vec4s())[first..first + c]
            });
            let [x, dy] = [norm.x, self.dy].map(|id| norm.sample(at, &rest, id, n));
            norm.weight_and_bias(at, &rest, n, weight, bias);
            norm.input_gradient(x, dy, Channels { mean, rstd, weight, bias }, [m1, m2], dx);
            if let Some(add) = self.add {
                plus(dx, norm.sample(at, &rest, add, n));
            }
        }
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let shape = values.tensors.shape(self.norm.x);
        let padded = shape.c4() * 4;
        let per_sample = shape.h * shape.w * shape.c;
        let sums = values.of(self.sums);
        let gradient = |i: usize| {
            let (n, c) = (i / per_sample, i % shape.c);
            let plane = |number: usize| sums[(n * PLANES + number) * padded + c];
            let (dv, x) = before_activation(values, &self.norm, (plane(0), plane(1)), self.dy, i);
            let weight = values.param(self.norm.gamma)[c] * self.norm.modulation(values, n, c).0;
            plane(1) * (weight * dv - plane(2) - x * plane(3))
        };
        values.plus(self.add, (0..shape.elements()).map(gradient).collect())
    }

    fn kernels() -> Vec<Kernel> {
        Profile::ALL.map(|profile| gradient_kernel(profile, "group_norm_input_grad", 1)).to_vec()
    }
}

impl GroupNorm {
    /// Of each group, the means over pixels and channels of weight·P, one number for each of its channels.
    fn group_means(&self, at: &Lowering, weight: &[f32], of: [(&mut [f32], &mut [f32]); 2]) {
        let shape = at.shape(self.x);
        let width = shape.c / self.groups;
        let count = (shape.h * shape.w * width) as f64;
        for (means, sums) in of {
            for first in (0..shape.c).step_by(width) {
                let group = first..first + width;
                let terms = weight[group.clone()].iter().zip(&sums[group.clone()]);
                let total: f64 = terms.map(|(&w, &sum)| f64::from(w) * f64::from(sum)).sum();
                means[group].fill((total / count) as f32);
            }
            means[shape.c..].fill(0.0);
        }
    }
}
