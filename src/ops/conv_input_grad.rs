//! Gradient of a 3×3 convolution's input: the convolution with the weights read the other way round
//! (shaders/conv3x3.wgsl with weights_transposed.wgsl, conv3x3_stride2_grad.wgsl; on a GPU gemm.wgsl).
//!
//! dy `[n, h', w', co]`, weight `[co, ci, 3, 3]` → `[n, h, w, ci]`.

use super::border::Border;
use super::conv_dims::{Dims, Resize, kernels, lower, workspace};
use super::epilogue::EpilogueDims;
use super::finish::Finish;
use super::lowering::Lowering;
use super::memory::{Memory, room};
use super::operation::Operation;
use super::panels::Pass;
use super::product::{Addresses, Product, Stretch};
use super::simd;
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Profile};
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
    const BY_SAMPLES: bool = true;

    fn inputs(&self) -> Vec<TensorId> {
        [self.dy].into_iter().chain(self.add).collect()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.weight]
    }

    fn panels(&self) -> Option<(ParamId, Pass)> {
        Some((self.weight, Pass::InputGradient))
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

    fn workspace(&self, profile: Profile, tensors: &Tensors, _: TensorId) -> usize {
        let dy = tensors.shape(self.dy);
        workspace(profile, self.resize.stride(), Pass::InputGradient, dy.c4(), self.shape)
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let (dy, x) = (to.shape(self.dy), to.shape(output));
        let dims = Dims {
            epilogue: EpilogueDims::plain(to, self.add, output),
            in_h: dy.h as u32,
            in_w: dy.w as u32,
            in_c4: dy.c4() as u32,
            out_h: x.h as u32,
            out_w: x.w as u32,
            upsample: 0,
            pad: self.resize.pad() as u32,
            x: to.offset(self.dy),
            weight: to.param(self.weight),
            ..Default::default()
        };
        lower(to, self.resize.stride(), Pass::InputGradient, &dims, x, &self.inputs())
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let (dy, x) = (at.shape(self.dy), self.shape);
        let (out, rest, scratch) = memory.split(at.offset(output), x.vec4s());
        let border = Border::new(dy, Resize::Same);
        let copy = room(scratch, border.len());
        let finish = Finish::plus(self.add.map(|id| rest.at(at.offset(id), x.vec4s())));
        let (dy_words, x_words) = (dy.h * dy.w * dy.c4() * 4, x.h * x.w * x.c4() * 4);
        let samples = rest.at(at.offset(self.dy), dy.vec4s()).chunks_exact(dy_words);
        for (n, (sample, dx)) in samples.zip(out.chunks_exact_mut(x_words)).enumerate() {
            border.fill(sample, copy);
            for phase in self.phases(&border) {
                simd::dispatch(Product {
                    size: phase.size,
                    a: copy,
                    a_at: phase.dy_at,
                    stretches: &phase.stretches[..phase.count],
                    panels: rest.panels.of(self.weight, Pass::InputGradient),
                    depth: 9 * dy.c4() * 4,
                    y: dx,
                    y_at: phase.x_at,
                    channels: x.c4() * 4,
                    finish: finish.of_sample(n, x_words),
                });
            }
        }
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

/// Pixels of x that the same taps reach: all of them, or at stride 2 every other one of every other row.
struct Phase {
    size: [usize; 2],
    dy_at: Addresses,
    x_at: Addresses,
    stretches: [Stretch; 4],
    count: usize,
}

impl Conv2dInputGrad {
    fn phases(&self, border: &Border) -> impl Iterator<Item = Phase> {
        let whole = (self.resize.stride() == 1).then(|| self.whole(border));
        let parts = if whole.is_some() { 0 } else { 4 };
        let parts = (0..parts).map(|i| self.phase(border, [i / 2, i % 2]));
        whole.into_iter().chain(parts).filter(|phase| phase.size[0] * phase.size[1] > 0)
    }

    fn whole(&self, border: &Border) -> Phase {
        let x = self.shape;
        let mut stretches = [Stretch::default(); 4];
        stretches[..3].copy_from_slice(&border.window());
        let (dy_at, x_at) = (border.windows(Resize::Same), Addresses::dense(x.w, x.c4() * 4));
        Phase { size: [x.h, x.w], dy_at, x_at, stretches, count: 3 }
    }

    /// The pixels (y, x) with (y + pad, x + pad) = 2·(q, r) + `odd`: tap (ky, kx) brings them
    /// dy\[q − (ky − odd)/2\]\[r − (kx − odd)/2\], so ky and kx are 0 and 2, or 1.
    fn phase(&self, border: &Border, odd: [usize; 2]) -> Phase {
        let (x, pad) = (self.shape, self.resize.pad());
        let (words, pixel, row) = (x.c4() * 4, border.pixel(), border.row());
        // The first pixel at each parity.
        let first = odd.map(|odd| odd.abs_diff(pad) % 2);
        let at = [0, 1].map(|axis| (first[axis] + pad) / 2);
        let mut stretches = [Stretch::default(); 4];
        let mut count = 0;
        for ky in (odd[0]..3).step_by(2) {
            for kx in (odd[1]..3).step_by(2) {
                let (up, left) = ((ky - odd[0]) / 2, (kx - odd[1]) / 2);
                let a = (1 - up) * row + (1 - left) * pixel;
                // The panels have the taps in reverse order.
                stretches[count] = Stretch { a, k: (8 - 3 * ky - kx) * pixel, len: pixel };
                count += 1;
            }
        }
        Phase {
            size: [
                x.h.saturating_sub(first[0]).div_ceil(2),
                x.w.saturating_sub(first[1]).div_ceil(2),
            ],
            dy_at: Addresses { first: at[0] * row + at[1] * pixel, row, pixel },
            x_at: Addresses {
                first: (first[0] * x.w + first[1]) * words,
                row: 2 * x.w * words,
                pixel: 2 * words,
            },
            stretches,
            count,
        }
    }
}
