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
use super::group_norm_dims::{ADD, Dims, GroupNorm, NormPass, fragments, kernels};
use super::group_norm_rows::{Channels, vector};
use super::lowering::Lowering;
use super::memory::{Memory, Rest};
use super::operation::{Operation, Tape};
use super::reduce::{all_lanes, lanes, reduce};
use super::rows::{plus, zeros};
use super::values::Values;
use crate::error::Result;
use crate::gpu::{Counts, Dispatch, Kernel, Profile, WORKGROUP, shader};
use crate::tensor::{ParamId, Real, Shape, Slice, TensorId, Tensors};

const PLANES: usize = 6;
const P1: usize = 4;
const P2: usize = 5;

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

/// Gradients that are made of P₁ and P₂.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Gamma,
    Beta,
    Scale,
    Shift,
}

/// Gradient of weight, bias, scale or shift.
#[derive(Clone, Copy, Debug)]
pub struct GroupNormParamGrad {
    norm: GroupNorm,
    sums: TensorId,
    of: Of,
    /// Where scale's and shift's go.
    into: Option<Slice>,
}

/// `lanes`: threads that share a sum over samples.
fn kernel(profile: Profile, entry: &'static str, lanes: u32) -> Kernel {
    let files = [&fragments(profile)[..], &[reduce(lanes), shader!("group_norm_grad")]].concat();
    Kernel {
        entry,
        files,
        constants: vec![("WORKGROUP", WORKGROUP.max(lanes)), ("LANES", lanes)],
        dims: Dims::FIELDS,
    }
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
    for (param, of) in [(norm.gamma, Of::Gamma), (norm.beta, Of::Beta)] {
        if tape.trains(param) {
            tape.push_gradient(param, GroupNormParamGrad { norm, sums, of, into: None });
        }
    }
    for (part, of) in norm.scale_shift.into_iter().flatten().zip([Of::Scale, Of::Shift]) {
        if tape.wants(part.tensor) {
            tape.fill(part, |into| GroupNormParamGrad { norm, sums, of, into: Some(into) })?;
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
        let vec4s = to.shape(output).vec4s();
        let kernel = kernel(to.profile, "group_norm_input_grad", 1);
        let dispatch =
            Dispatch::over(kernel, &dims, vec4s, WORKGROUP).fetching(to.stretches(&self.inputs()));
        // x, dy, γ and four planes; β and shift where there is SiLU; scale; what is added.
        let silu = self.norm.activation == Activation::Silu;
        let modulated = self.norm.scale_shift.is_some();
        let extra = [silu, silu && modulated, modulated, self.add.is_some()];
        let loaded = 7 + extra.into_iter().filter(|&read| read).count();
        vec![dispatch.counted(|| Counts::rounds(vec4s, loaded, 5 * 4).moving(0, vec4s))]
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
        Profile::ALL.map(|profile| kernel(profile, "group_norm_input_grad", 1)).to_vec()
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

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let (sums, vector) = (to.offset(self.sums), self.of as u32);
        let mut dims = Dims { sums, vector, ..self.norm.dims(to, output) };
        let read = self.norm.inputs().into_iter().skip(1).chain([self.sums]);
        let read = read.map(|id| to.stretch(id));
        let Some(into) = self.into else {
            let lanes = lanes(to.profile, dims.n as usize);
            let kernel = kernel(to.profile, "group_norm_param_grad", lanes);
            let threads = (dims.c4 * lanes) as usize;
            let dispatch = Dispatch::over(kernel, &dims, threads, WORKGROUP.max(lanes));
            return vec![dispatch.fetching(read)];
        };
        dims.y += into.offset as u32 / 4;
        dims.y_stride = to.shape(output).c4() as u32;
        let kernel = kernel(to.profile, "group_norm_scale_shift_grad", 1);
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
            let kernel = move |&lanes| kernel(profile, "group_norm_param_grad", lanes);
            all_lanes(profile).iter().map(kernel)
        };
        let vectors = |profile| kernel(profile, "group_norm_scale_shift_grad", 1);
        let sums = Profile::ALL.into_iter().flat_map(sums);
        sums.chain(Profile::ALL.map(vectors)).collect()
    }
}
