//! Mean squared error and its gradient (shaders/mse.wgsl): the loss of a diffusion model (Ho et al. 2020,
//! eq. 14), with a weight for each sample.

use super::lowering::Lowering;
use super::memory::Memory;
use super::operation::Operation;
use super::reduce::{all_lanes, lanes, over, reduce, workgroup};
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Profile, WORKGROUP, dims, shader};
use crate::tensor::{Real, Shape, TensorId, Tensors};

/// Loss of each sample, `[n, 1, 1, 1]`: weight\[n\] times the mean of (prediction − target)² over h, w
/// and c.
#[derive(Clone, Copy, Debug)]
pub struct Mse {
    /// What the network says, `[n, h, w, c]`.
    pub prediction: TensorId,
    /// What it should say, `[n, h, w, c]`.
    pub target: TensorId,
    /// Weight of each sample, `[n, 1, 1, 1]`.
    pub weight: TensorId,
}

/// Gradient, by the prediction, of the mean of [`Mse`] over the batch:
/// 2·weight\[n\]·(prediction − target) / (n·h·w·c).
#[derive(Clone, Copy, Debug)]
pub struct MseGrad {
    /// What the network says, `[n, h, w, c]`.
    pub prediction: TensorId,
    /// What it should say, `[n, h, w, c]`.
    pub target: TensorId,
    /// Weight of each sample, `[n, 1, 1, 1]`.
    pub weight: TensorId,
}

dims! {
    /// `Dims` in shaders/mse.wgsl.
    struct Dims {
        n: u32,
        vec4s_per_sample: u32,
        prediction: u32,
        target_at: u32,
        weight: u32,
        y: u32,
        factor: f32,
    }
}

/// `lanes`: threads that sum over a sample.
fn kernel(entry: &'static str, lanes: u32) -> Kernel {
    Kernel {
        entry,
        files: vec![shader!("shared/bindings"), reduce(lanes), shader!("mse")],
        constants: vec![("WORKGROUP", workgroup(lanes)), ("LANES", lanes)],
        dims: Dims::FIELDS,
    }
}

fn check(
    tensors: &Tensors,
    prediction: TensorId,
    target: TensorId,
    weight: TensorId,
) -> Result<Shape> {
    let shape = tensors.shape(prediction);
    if tensors.shape(target) != shape {
        return Err(Error::shape("loss, target", shape, tensors.shape(target)));
    }
    if tensors.shape(weight) != Shape::vector(shape.n, 1) {
        let expected = Shape::vector(shape.n, 1);
        return Err(Error::shape("loss, weight", expected, tensors.shape(weight)));
    }
    Ok(shape)
}

fn dims(to: &Lowering, [prediction, target, weight, y]: [TensorId; 4], factor: f64) -> Dims {
    let shape = to.shape(prediction);
    Dims {
        n: shape.n as u32,
        vec4s_per_sample: (shape.vec4s() / shape.n) as u32,
        prediction: to.offset(prediction),
        target_at: to.offset(target),
        weight: to.offset(weight),
        y: to.offset(y),
        factor: factor as f32,
    }
}

impl Operation for Mse {
    fn inputs(&self) -> Vec<TensorId> {
        vec![self.prediction, self.target, self.weight]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let shape = check(tensors, self.prediction, self.target, self.weight)?;
        Ok(Shape::vector(shape.n, 1))
    }

    fn flops(&self, tensors: &Tensors, _: TensorId) -> u64 {
        3 * tensors.shape(self.prediction).elements() as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let shape = to.shape(self.prediction);
        let factor = shape.n as f64 / shape.elements() as f64;
        let dims = dims(to, [self.prediction, self.target, self.weight, output], factor);
        let lanes = lanes(to.profile, dims.vec4s_per_sample as usize);
        vec![over(kernel("mse", lanes), &dims, shape.n, lanes)]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let shape = at.shape(self.prediction);
        let per_sample = shape.vec4s() * 4 / shape.n;
        let (losses, rest, _) = memory.split(at.offset(output), shape.n);
        let [prediction, target] =
            [self.prediction, self.target].map(|id| rest.at(at.offset(id), shape.vec4s()));
        let pairs = prediction.chunks_exact(per_sample).zip(target.chunks_exact(per_sample));
        let weights = rest.at(at.offset(self.weight), shape.n).chunks_exact(4);
        for ((loss, weight), (p, t)) in losses.chunks_exact_mut(4).zip(weights).zip(pairs) {
            let squares = p.iter().zip(t).map(|(p, t)| f64::from(p - t) * f64::from(p - t));
            let mean = squares.sum::<f64>() * shape.n as f64 / shape.elements() as f64;
            loss.copy_from_slice(&[mean as f32 * weight[0], 0.0, 0.0, 0.0]);
        }
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let shape = values.tensors.shape(self.prediction);
        let mut losses = vec![F::of(0.0); shape.n];
        let per_sample = shape.elements() / shape.n;
        let pairs = values.of(self.prediction).iter().zip(values.of(self.target));
        for (i, (&p, &t)) in pairs.enumerate() {
            losses[i / per_sample] = losses[i / per_sample] + (p - t) * (p - t);
        }
        let mean = |(&sum, &weight): (&F, &F)| sum / F::of(per_sample as f64) * weight;
        losses.iter().zip(values.of(self.weight)).map(mean).collect()
    }

    fn kernels() -> Vec<Kernel> {
        all_lanes(Profile::Gpu).iter().map(|&lanes| kernel("mse", lanes)).collect()
    }
}

impl Operation for MseGrad {
    fn inputs(&self) -> Vec<TensorId> {
        vec![self.prediction, self.target, self.weight]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        check(tensors, self.prediction, self.target, self.weight)
    }

    fn flops(&self, tensors: &Tensors, _: TensorId) -> u64 {
        2 * tensors.shape(self.prediction).elements() as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let shape = to.shape(self.prediction);
        let factor = 2.0 / shape.elements() as f64;
        let dims = dims(to, [self.prediction, self.target, self.weight, output], factor);
        vec![Dispatch::over(kernel("mse_grad", 1), &dims, shape.vec4s(), WORKGROUP)]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let shape = at.shape(output);
        let per_sample = shape.vec4s() * 4 / shape.n;
        let (slopes, rest, _) = memory.split(at.offset(output), shape.vec4s());
        let [prediction, target] =
            [self.prediction, self.target].map(|id| rest.at(at.offset(id), shape.vec4s()));
        let pairs = prediction.chunks_exact(per_sample).zip(target.chunks_exact(per_sample));
        let weights = rest.at(at.offset(self.weight), shape.n).chunks_exact(4);
        for ((slopes, weight), (p, t)) in
            slopes.chunks_exact_mut(per_sample).zip(weights).zip(pairs)
        {
            let factor = weight[0] * (2.0 / shape.elements() as f64) as f32;
            for ((slope, p), t) in slopes.iter_mut().zip(p).zip(t) {
                *slope = (p - t) * factor;
            }
        }
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let shape = values.tensors.shape(self.prediction);
        let per_sample = shape.elements() / shape.n;
        let factor = F::of(2.0 / shape.elements() as f64);
        let weight = values.of(self.weight);
        let pairs = values.of(self.prediction).iter().zip(values.of(self.target)).enumerate();
        pairs.map(|(i, (&p, &t))| factor * weight[i / per_sample] * (p - t)).collect()
    }

    fn kernels() -> Vec<Kernel> {
        vec![kernel("mse_grad", 1)]
    }
}
