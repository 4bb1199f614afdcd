//! 3×3 convolution (shaders/conv3x3.wgsl, gemm.wgsl); its gradients are in
//! `conv_input_grad.rs` and `conv_weight_grad.rs`.
//!
//! x `[n, h, w, ci]`, weight `[co, ci, 3, 3]`, bias `[co]` → y `[n, h', w', co]`.

use super::border::Border;
use super::conv_dims::{Dims, Resize, kernels, lower, workspace};
use super::conv_input_grad::Conv2dInputGrad;
use super::conv_weight_grad::Conv2dWeightGrad;
use super::epilogue::Epilogue;
use super::lowering::Lowering;
use super::memory::{Memory, room};
use super::operation::{Operation, Tape};
use super::panels::Pass;
use super::product::{Addresses, Product};
use super::resample::Upsample;
use super::simd;
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Profile};
use crate::tensor::{ParamId, Real, Shape, TensorId, Tensors};

/// See the [module documentation](self).
#[derive(Clone, Copy, Debug)]
pub struct Conv2d {
    /// Input.
    pub x: TensorId,
    /// Weight `[co, ci, 3, 3]`.
    pub weight: ParamId,
    /// Bias `[co]`.
    pub bias: ParamId,
    /// Stride, padding, enlargement.
    pub resize: Resize,
    /// What happens to the sums.
    pub epilogue: Epilogue,
}

impl Operation for Conv2d {
    const LABEL: &'static str = "conv3x3";
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
        if ci != x.c || (kh, kw) != (3, 3) {
            return Err(Error::shape("conv", [co, x.c, 3, 3], [co, ci, kh, kw]));
        }
        let (h, w) = self.resize.output(x.h, x.w);
        let shape = Shape::new(x.n, h, w, co);
        self.epilogue.check(tensors, "conv", shape)?;
        Ok(shape)
    }

    fn flops(&self, tensors: &Tensors, output: TensorId) -> u64 {
        2 * 9 * (tensors.shape(output).elements() * tensors.shape(self.x).c) as u64
    }

    fn workspace(&self, profile: Profile, tensors: &Tensors, output: TensorId) -> usize {
        let (x, y) = (tensors.shape(self.x), tensors.shape(output));
        workspace(profile, self.resize.stride(), Pass::Forward, x.c4(), y)
    }

    fn covers(&self, _: Profile, _: &Tensors) -> Vec<TensorId> {
        self.epilogue.activated.into_iter().collect()
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let (x, y) = (to.shape(self.x), to.shape(output));
        let dims = Dims {
            epilogue: self.epilogue.lower(to, self.bias, output),
            in_h: x.h as u32,
            in_w: x.w as u32,
            in_c4: x.c4() as u32,
            out_h: y.h as u32,
            out_w: y.w as u32,
            upsample: u32::from(self.resize == Resize::Up),
            pad: self.resize.pad() as u32,
            x: to.offset(self.x),
            weight: to.param(self.weight),
            ..Default::default()
        };
        lower(to, self.resize.stride(), Pass::Forward, &dims, y, &self.inputs())
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let (x, y) = (at.shape(self.x), at.shape(output));
        let (out, rest, scratch) = memory.split(at.offset(output), y.vec4s());
        let border = Border::new(x, self.resize);
        let copy = room(scratch, border.len());
        let finish = self.epilogue.finish(at, self.bias, output, &rest);
        let x_words = x.h * x.w * x.c4() * 4;
        let samples = rest.at(at.offset(self.x), x.vec4s()).chunks_exact(x_words);
        let words = y.h * y.w * y.c4() * 4;
        for (n, (sample, y_sample)) in samples.zip(out.chunks_exact_mut(words)).enumerate() {
            border.fill(sample, copy);
            simd::dispatch(Product {
                size: [y.h, y.w],
                a: copy,
                a_at: border.windows(self.resize),
                stretches: &border.window(),
                panels: rest.panels.of(self.weight, Pass::Forward),
                depth: 9 * x.c4() * 4,
                y: y_sample,
                y_at: Addresses::dense(y.w, y.c4() * 4),
                channels: y.c4() * 4,
                finish: finish.of_sample(n, words),
            });
        }
    }

    fn differentiate(&self, tape: &mut dyn Tape, output: TensorId, dy: TensorId) -> Result<()> {
        let (dz, _) = self.epilogue.differentiate(tape, self.bias, dy)?;
        if tape.trains(self.weight) {
            let x = tape.saved(self.x)?;
            Conv2dWeightGrad::push(tape, x, dz, self.weight, self.resize)?;
        }
        if !tape.wants(self.x) {
            return Ok(());
        }
        let shape = tape.shape(self.x);
        let (weight, resize) = (self.weight, self.resize);
        if resize == Resize::Up {
            // Through the enlarged picture, which nobody stored and nobody needs.
            let large = Shape { h: 2 * shape.h, w: 2 * shape.w, ..shape };
            let grad =
                Conv2dInputGrad { dy: dz, weight, resize: Resize::Same, shape: large, add: None };
            let name = tape.tensors().tensor_name(self.x).to_string();
            let dy = tape.push(&name, grad)?;
            return Upsample { x: self.x }.differentiate(tape, output, dy);
        }
        tape.accumulate(self.x, |add| Conv2dInputGrad { dy: dz, weight, resize, shape, add })
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let x_shape = values.tensors.shape(self.x);
        let [co, ci, ..] = values.tensors.param_info(self.weight).dims;
        let (h, w) = self.resize.output(x_shape.h, x_shape.w);
        let shape = Shape::new(x_shape.n, h, w, co);
        let (x, weight) = (values.of(self.x), values.param(self.weight));
        let (stride, pad) = (self.resize.stride(), self.resize.pad());
        let zoom = if self.resize == Resize::Up { 2 } else { 1 };
        let mut y = vec![F::of(0.0); shape.elements()];
        for (pixel, sums) in y.chunks_exact_mut(co).enumerate() {
            let (n, oy, ox) = (pixel / (h * w), pixel / w % h, pixel % w);
            for (ky, kx) in (0..9).map(|tap| (tap / 3, tap % 3)) {
                let (vy, vx) = (oy * stride + ky, ox * stride + kx);
                let inside = (pad..x_shape.h * zoom + pad).contains(&vy)
                    && (pad..x_shape.w * zoom + pad).contains(&vx);
                if !inside {
                    continue;
                }
                let (iy, ix) = ((vy - pad) / zoom, (vx - pad) / zoom);
                let input = &x[((n * x_shape.h + iy) * x_shape.w + ix) * ci..][..ci];
                for (o, sum) in sums.iter_mut().enumerate() {
                    for (i, &value) in input.iter().enumerate() {
                        *sum = *sum + weight[((o * ci + i) * 3 + ky) * 3 + kx] * value;
                    }
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
