//! What group normalisation and its gradients share on the processor: everything about one sample that is one number a
//! channel, and the loops over its rows. Padded channels have zeros everywhere.

use super::epilogue::Activation;
use super::exp::{silu, silu_slope};
use super::group_norm_dims::GroupNorm;
use super::lowering::Lowering;
use super::memory::Rest;
use super::rows::{Blocks, SumRows, for_blocks, load, sum};
use super::simd::vectorize;
use crate::tensor::{Slice, TensorId};

/// What takes channels to x̂ = (x − mean)·rstd and to v = x̂·weight + bias, weight being γ·(1 + scale) and bias
/// β·(1 + scale) + shift.
#[derive(Clone, Copy)]
pub(super) struct Channels<'a> {
    pub mean: &'a [f32],
    pub rstd: &'a [f32],
    pub weight: &'a [f32],
    pub bias: &'a [f32],
}

impl GroupNorm {
    /// Words of a pixel, and of a sample.
    pub(super) fn words(&self, at: &Lowering) -> [usize; 2] {
        let x = at.shape(self.x);
        [x.c4() * 4, x.h * x.w * x.c4() * 4]
    }

    /// A sample of a tensor that has the shape of the input.
    pub(super) fn sample<'a>(
        &self,
        at: &Lowering,
        rest: &'a Rest,
        id: TensorId,
        n: usize,
    ) -> &'a [f32] {
        let words = self.words(at)[1];
        &rest.at(at.offset(id), at.shape(id).vec4s())[n * words..][..words]
    }

    /// Of a sample: γ·(1 + scale) and β·(1 + scale) + shift.
    pub(super) fn weight_and_bias(
        &self,
        at: &Lowering,
        rest: &Rest,
        n: usize,
        weight: &mut [f32],
        bias: &mut [f32],
    ) {
        let c = at.shape(self.x).c;
        let params = [self.gamma, self.beta].map(|id| rest.param(at.param(id), c.div_ceil(4)));
        weight[..c].copy_from_slice(&params[0][..c]);
        bias[..c].copy_from_slice(&params[1][..c]);
        let Some(slices) = self.scale_shift else { return };
        let [scale, shift] = slices.map(|slice| vector(at, rest, slice, n, c));
        for (((weight, bias), scale), shift) in weight.iter_mut().zip(bias).zip(scale).zip(shift) {
            *weight *= 1.0 + scale;
            *bias = *bias * (1.0 + scale) + shift;
        }
    }

    /// Mean and 1/√(variance + eps) of a sample's channels, in two passes: the second about the mean that the first
    /// found, whose own error it takes off again.
    pub(super) fn moments(
        &self,
        at: &Lowering,
        x: &[f32],
        [mean, rstd, sums, squares]: [&mut [f32]; 4],
    ) {
        let shape = at.shape(self.x);
        let (stride, width) = (shape.c4() * 4, shape.c / self.groups);
        let count = (shape.h * shape.w * width) as f64;
        let total = |sums: &[f32]| sums.iter().map(|&sum| f64::from(sum)).sum::<f64>() / count;
        SumRows { x, stride, sums: &mut *sums }.run();
        for (mean, sums) in mean[..shape.c].chunks_exact_mut(width).zip(sums.chunks_exact(width)) {
            mean.fill(total(sums) as f32);
        }
        let deviations = Deviations { x, mean, sums: &mut *sums, squares: &mut *squares };
        vectorize(
            #[inline(always)]
            || for_blocks(stride, deviations),
        );
        let groups = sums[..shape.c].chunks_exact(width).zip(squares.chunks_exact(width));
        let channels = mean.chunks_exact_mut(width).zip(rstd.chunks_exact_mut(width));
        for ((sums, squares), (mean, rstd)) in groups.zip(channels) {
            let off = total(sums);
            let variance = total(squares) - off * off;
            mean.iter_mut().for_each(|mean| *mean += off as f32);
            rstd.fill((1.0 / (variance + f64::from(self.eps)).sqrt()) as f32);
        }
    }

    /// Makes y of a sample x.
    pub(super) fn normalise(&self, x: &[f32], of: Channels, y: &mut [f32]) {
        vectorize(
            #[inline(always)]
            || match self.activation {
                Activation::Identity => {
                    for_blocks(of.mean.len(), Normalise { x, of, activation: |v| v, y });
                }
                Activation::Silu => {
                    for_blocks(of.mean.len(), Normalise { x, of, activation: silu, y });
                }
            },
        );
    }

    /// Σ dv and Σ dv·x̂ of a sample's channels.
    pub(super) fn sums(&self, x: &[f32], dy: &[f32], of: Channels, p1: &mut [f32], p2: &mut [f32]) {
        vectorize(
            #[inline(always)]
            || match self.activation {
                Activation::Identity => {
                    for_blocks(p1.len(), Sums { x, dy, of, slope: |_| 1.0, p1, p2 });
                }
                Activation::Silu => {
                    for_blocks(p1.len(), Sums { x, dy, of, slope: silu_slope, p1, p2 });
                }
            },
        );
    }

    /// Gradient of a sample of the input: rstd·(weight·dv − m₁ − x̂·m₂).
    pub(super) fn input_gradient(
        &self,
        x: &[f32],
        dy: &[f32],
        of: Channels,
        means: [&[f32]; 2],
        dx: &mut [f32],
    ) {
        vectorize(
            #[inline(always)]
            || match self.activation {
                Activation::Identity => {
                    for_blocks(of.mean.len(), Gradient { x, dy, of, means, slope: |_| 1.0, dx });
                }
                Activation::Silu => {
                    for_blocks(of.mean.len(), Gradient { x, dy, of, means, slope: silu_slope, dx });
                }
            },
        );
    }
}

/// A sample's part of vectors, so many channels of it.
pub(super) fn vector<'a>(
    at: &Lowering,
    rest: &'a Rest,
    slice: Slice,
    n: usize,
    c: usize,
) -> &'a [f32] {
    let shape = at.shape(slice.tensor);
    let first = n * shape.c4() * 4 + slice.offset;
    &rest.at(at.offset(slice.tensor), shape.vec4s())[first..first + c]
}

impl Channels<'_> {
    /// Of some channels: mean, rstd, weight and bias.
    #[inline(always)]
    fn load<const L: usize>(&self, first: usize) -> [[f32; L]; 4] {
        [
            load(self.mean, first),
            load(self.rstd, first),
            load(self.weight, first),
            load(self.bias, first),
        ]
    }
}

/// y of every row.
struct Normalise<'a, F> {
    x: &'a [f32],
    of: Channels<'a>,
    activation: F,
    y: &'a mut [f32],
}

impl<F: Fn(f32) -> f32> Blocks for Normalise<'_, F> {
    #[inline(always)]
    fn block<const L: usize>(&mut self, first: usize) {
        let stride = self.of.mean.len();
        let [mean, rstd, weight, bias] = self.of.load::<L>(first);
        for (x, y) in self.x.chunks_exact(stride).zip(self.y.chunks_exact_mut(stride)) {
            let mut v = load::<L>(x, first);
            for i in 0..L {
                v[i] = (self.activation)((v[i] - mean[i]) * rstd[i] * weight[i] + bias[i]);
            }
            y[first..first + L].copy_from_slice(&v);
        }
    }
}

/// Gradient of every row of the input.
struct Gradient<'a, F> {
    x: &'a [f32],
    dy: &'a [f32],
    of: Channels<'a>,
    means: [&'a [f32]; 2],
    slope: F,
    dx: &'a mut [f32],
}

impl<F: Fn(f32) -> f32> Blocks for Gradient<'_, F> {
    #[inline(always)]
    fn block<const L: usize>(&mut self, first: usize) {
        let stride = self.of.mean.len();
        let [mean, rstd, weight, bias] = self.of.load::<L>(first);
        let (m1, m2) = (load::<L>(self.means[0], first), load::<L>(self.means[1], first));
        let inputs = self.x.chunks_exact(stride).zip(self.dy.chunks_exact(stride));
        for ((x, dy), dx) in inputs.zip(self.dx.chunks_exact_mut(stride)) {
            let (x, mut d) = (load::<L>(x, first), load::<L>(dy, first));
            for i in 0..L {
                let x = (x[i] - mean[i]) * rstd[i];
                let dv = d[i] * (self.slope)(x * weight[i] + bias[i]);
                d[i] = rstd[i] * (weight[i] * dv - m1[i] - x * m2[i]);
            }
            dx[first..first + L].copy_from_slice(&d);
        }
    }
}

/// Sums over rows of the distance from a mean, and of its square.
struct Deviations<'a> {
    x: &'a [f32],
    mean: &'a [f32],
    sums: &'a mut [f32],
    squares: &'a mut [f32],
}

impl Blocks for Deviations<'_> {
    #[inline(always)]
    fn block<const L: usize>(&mut self, first: usize) {
        let stride = self.mean.len();
        let mean = load::<L>(self.mean, first);
        let [sums, squares] = sum(self.x.len() / stride, |row| {
            let mut off = load::<L>(self.x, row * stride + first);
            let mut square = [0.0; L];
            for i in 0..L {
                off[i] -= mean[i];
                square[i] = off[i] * off[i];
            }
            [off, square]
        });
        self.sums[first..first + L].copy_from_slice(&sums);
        self.squares[first..first + L].copy_from_slice(&squares);
    }
}

/// Sums over rows of dv and of dv·x̂.
struct Sums<'a, F> {
    x: &'a [f32],
    dy: &'a [f32],
    of: Channels<'a>,
    slope: F,
    p1: &'a mut [f32],
    p2: &'a mut [f32],
}

impl<F: Fn(f32) -> f32> Blocks for Sums<'_, F> {
    #[inline(always)]
    fn block<const L: usize>(&mut self, first: usize) {
        let stride = self.p1.len();
        let [mean, rstd, weight, bias] = self.of.load::<L>(first);
        let [p1, p2] = sum(self.x.len() / stride, |row| {
            let mut x = load::<L>(self.x, row * stride + first);
            let mut dv = load::<L>(self.dy, row * stride + first);
            for i in 0..L {
                x[i] = (x[i] - mean[i]) * rstd[i];
                dv[i] *= (self.slope)(x[i] * weight[i] + bias[i]);
                x[i] *= dv[i];
            }
            [dv, x]
        });
        self.p1[first..first + L].copy_from_slice(&p1);
        self.p2[first..first + L].copy_from_slice(&p2);
    }
}
