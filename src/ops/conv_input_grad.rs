//! Gradient of a 3×3 convolution's input: the convolution with the weights read the other way round
//! (shaders/conv3x3.wgsl or conv3x3_tile.wgsl with weights_transposed.wgsl; conv3x3_stride2_grad.wgsl).
//!
//! dy `[n, h', w', co]`, weight `[co, ci, 3, 3]` → `[n, h, w, ci]`.

use super::conv_dims::{Dims, Pass, Resize, dispatch, kernel, kernels};
use super::epilogue::EpilogueDims;
use super::lowering::Lowering;
use super::operation::Operation;
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel};
use crate::tensor::{ParamId, Real, Shape, TensorId, Tensors};

/// See the [module documentation](self).
#[derive(Clone, Copy, Debug)]
pub struct Conv2dInputGrad {
    pub(super) dy: TensorId,
    pub(super) weight: ParamId,
    /// Not [`Resize::Up`], which goes through the enlarged picture.
    pub(super) resize: Resize,
    /// Of the input.
    pub(super) shape: Shape,
    pub(super) add: Option<TensorId>,
}

impl Operation for Conv2dInputGrad {
    const LABEL: &'static str = "conv3x3 input gradient";

    fn inputs(&self) -> Vec<TensorId> {
        [self.dy].into_iter().chain(self.add).collect()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.weight]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let dy = tensors.shape(self.dy);
        let (h, w) = self.resize.output(self.shape.h, self.shape.w);
        if (dy.h, dy.w) != (h, w) || self.resize == Resize::Up {
            return Err(Error::shape("gradient of a convolution", [h, w], dy));
        }
        Ok(self.shape)
    }

    fn flops(&self, tensors: &Tensors, _: TensorId) -> u64 {
        2 * 9 * (tensors.shape(self.dy).elements() * self.shape.c) as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let (dy, x) = (to.shape(self.dy), self.shape);
        // Without padding on the left the pixels of a tile begin one to the left (see the shader).
        let left = usize::from(self.resize == Resize::DownAsymmetric);
        let tiles_x = (x.w + left).div_ceil(8);
        let dims = Dims {
            epilogue: EpilogueDims::plain(to, self.add, output),
            in_h: dy.h as u32,
            in_w: dy.w as u32,
            in_c4: dy.c4() as u32,
            out_h: x.h as u32,
            out_w: x.w as u32,
            tiles_x: tiles_x as u32,
            tiles: (x.n * x.h * tiles_x) as u32,
            upsample: 0,
            pad: self.resize.pad() as u32,
            x: to.offset(self.dy),
            weight: to.param(self.weight),
        };
        vec![dispatch(kernel(to.profile, self.resize.stride(), Pass::InputGradient), &dims, x)]
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let (xs, ys) = (self.shape, values.tensors.shape(self.dy));
        let (weight, dy) = (values.param(self.weight), values.of(self.dy));
        let (stride, pad) = (self.resize.stride(), self.resize.pad());
        let mut grad = vec![F::of(0.0); xs.elements()];
        for (pixel, gradient) in dy.chunks_exact(ys.c).enumerate() {
            let (n, oy, ox) = (pixel / (ys.h * ys.w), pixel / ys.w % ys.h, pixel % ys.w);
            for tap in 0..9 {
                let (vy, vx) = (oy * stride + tap / 3, ox * stride + tap % 3);
                if !(pad..xs.h + pad).contains(&vy) || !(pad..xs.w + pad).contains(&vx) {
                    continue;
                }
                let first = ((n * xs.h + vy - pad) * xs.w + vx - pad) * xs.c;
                for (i, sum) in grad[first..first + xs.c].iter_mut().enumerate() {
                    for (o, &g) in gradient.iter().enumerate() {
                        *sum = *sum + weight[(o * xs.c + i) * 9 + tap] * g;
                    }
                }
            }
        }
        values.plus(self.add, grad)
    }

    fn kernels() -> Vec<Kernel> {
        kernels(Pass::InputGradient)
    }
}
