//! Sinusoids of a point's coordinates at fixed frequencies (shaders/sinusoids.wgsl): what lets a small
//! network tell near points apart (Tancik et al. 2020, "Fourier Features Let Networks Learn High Frequency
//! Functions in Low Dimensional Domains").
//!
//! x `[n, h, w, 2]` → `[n, h, w, 8·K + 2]`: for u_j in x, y, x + y, x − y and frequency
//! f_k = 1, 3/2, 2, 3, 4, 6, … channels 2(jK + k) and 2(jK + k) + 1 are sin and cos of
//! 2π·f_k·u_j / [`LONGEST`]; the last two are x and y themselves, without which a network knows nothing of
//! points farther out than it was trained on and lets them run away. The diagonals, because with the axes
//! alone rings come out square; two frequencies an octave, because one leaves a haze between the turns of
//! a spiral. It has no gradient: x is data. Channels of another tensor, such as the features of t, may come ahead of them.

use super::lowering::Lowering;
use super::memory::Memory;
use super::operation::Operation;
use super::simd::vectorize;
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, WORKGROUP, dims, shader};
use crate::tensor::{Real, Shape, TensorId, Tensors};

/// Period of the slowest sinusoid: data lies within ±2 and noise within ±4, so that hardly two points look
/// alike to it.
pub const LONGEST: f64 = 8.0;

/// See the [module documentation](self).
#[derive(Clone, Copy, Debug)]
pub struct Sinusoids {
    /// Points.
    pub x: TensorId,
    /// K, frequencies in each of the four directions.
    pub frequencies: usize,
    /// An even number of channels that come first.
    pub ahead: Option<TensorId>,
}

dims! {
    /// `Dims` in shaders/sinusoids.wgsl.
    struct Dims {
        vec4s: u32,
        x: u32,
        y: u32,
        ahead: u32,
        slowest: f32,
    }
}

/// `ahead`: channels that come first.
fn kernel(frequencies: usize, ahead: usize) -> Kernel {
    let [frequencies, ahead_pairs] = [frequencies, ahead / 2].map(|n| n as u32);
    let out_c4 = (ahead_pairs + 4 * frequencies + 1).div_ceil(2);
    Kernel {
        entry: "sinusoids",
        files: vec![shader!("shared/bindings"), shader!("shared/rng"), shader!("sinusoids")],
        constants: vec![
            ("WORKGROUP", WORKGROUP),
            ("FREQUENCIES", frequencies),
            ("AHEAD_PAIRS", ahead_pairs),
            ("OUT_C4", out_c4),
        ],
        dims: Dims::FIELDS,
    }
}

/// sin and cos of so many turns, as `cos_sin_turn` in shaders/shared/rng.wgsl makes them: two polynomials for the
/// eighth of a turn on either side of a quarter.
#[inline(always)]
fn sin_cos_turn(turns: f32) -> [f32; 2] {
    let u = turns - turns.floor();
    let quarter = (4.0 * u + 0.5).floor();
    let y = (4.0 * u - quarter) * std::f32::consts::FRAC_PI_2;
    let square = y * y;
    let polynomial =
        |c: [f32; 4]| 1.0 + square * (c[0] + square * (c[1] + square * (c[2] + square * c[3])));
    let c = polynomial([-0.5, 0.041_666_668, -0.001_388_888_9, 2.480_158_8e-5]);
    let s = y * polynomial([-0.166_666_67, 0.008_333_334, -1.984_127e-4, 2.755_731_9e-6]);
    // No branches: which quarter comes next nobody can guess.
    let quarter = quarter as u32 & 3;
    let [s, c] = if quarter & 1 == 1 { [c, -s] } else { [s, c] };
    if quarter >= 2 { [-s, -c] } else { [s, c] }
}

impl Sinusoids {
    /// All channels of a point.
    #[inline(always)]
    fn row(&self, [x, y]: [f32; 2], row: &mut [f32]) {
        let (pairs, end) = row.split_at_mut(8 * self.frequencies);
        let along = [x, y, x + y, x - y];
        for (pairs, u) in pairs.chunks_exact_mut(2 * self.frequencies.max(1)).zip(along) {
            let mut frequency = [1.0, 1.5].map(|f| f / LONGEST as f32);
            for (k, pair) in pairs.chunks_exact_mut(2).enumerate() {
                pair.copy_from_slice(&sin_cos_turn(u * frequency[k % 2]));
                frequency[k % 2] *= 2.0;
            }
        }
        end.fill(0.0);
        end[..2].copy_from_slice(&[x, y]);
    }
}

impl Operation for Sinusoids {
    fn inputs(&self) -> Vec<TensorId> {
        [self.x].into_iter().chain(self.ahead).collect()
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let x = tensors.shape(self.x);
        if x.c != 2 || self.frequencies == 0 {
            return Err(Error::shape("sinusoids", [2], [x.c]));
        }
        let ahead = self.ahead.map_or(Shape { c: 0, ..x }, |id| tensors.shape(id));
        if (Shape { c: x.c, ..ahead }) != x || !ahead.c.is_multiple_of(2) {
            return Err(Error::shape("sinusoids, what comes ahead", x, ahead));
        }
        Ok(Shape { c: ahead.c + 8 * self.frequencies + 2, ..x })
    }

    fn flops(&self, tensors: &Tensors, output: TensorId) -> u64 {
        10 * tensors.shape(output).elements() as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let y = to.shape(output);
        let dims = Dims {
            vec4s: y.vec4s() as u32,
            x: to.offset(self.x),
            y: to.offset(output),
            ahead: self.ahead.map_or(0, |id| to.offset(id)),
            slowest: (1.0 / LONGEST) as f32,
        };
        let kernel = kernel(self.frequencies, self.ahead.map_or(0, |id| to.shape(id).c));
        vec![Dispatch::over(kernel, &dims, y.vec4s(), WORKGROUP)]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let shape = at.shape(output);
        let (y, rest, _) = memory.split(at.offset(output), shape.vec4s());
        let points = rest.at(at.offset(self.x), shape.pixels()).chunks_exact(4);
        let mut first = 0;
        if let Some(ahead) = self.ahead {
            let from = at.shape(ahead);
            let ahead = rest.at(at.offset(ahead), from.vec4s()).chunks_exact(from.c4() * 4);
            first = from.c;
            let rows = y.chunks_exact_mut(shape.c4() * 4).zip(ahead);
            rows.for_each(|(row, ahead)| row[..first].copy_from_slice(&ahead[..first]));
        }
        let rows = y.chunks_exact_mut(shape.c4() * 4).zip(points);
        vectorize(
            #[inline(always)]
            || {
                for (row, point) in rows {
                    self.row([point[0], point[1]], &mut row[first..]);
                }
            },
        );
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let pair = |u: f64, k: usize| {
            let octave = (1u64 << (k / 2)) as f64;
            let turns = u * octave * [1.0, 1.5][k % 2] / LONGEST;
            let angle = std::f64::consts::TAU * turns;
            [F::of(angle.sin()), F::of(angle.cos())]
        };
        let pairs = |u: f64| (0..self.frequencies).flat_map(move |k| pair(u, k));
        let row = |(n, point): (usize, &[F])| -> Vec<F> {
            let ahead = self.ahead.map_or(&[][..], |id| {
                let c = values.tensors.shape(id).c;
                &values.of(id)[n * c..][..c]
            });
            let [x, y] = [point[0].to_f64(), point[1].to_f64()];
            let along = [x, y, x + y, x - y].into_iter();
            let sinusoids = along.flat_map(pairs);
            ahead.iter().copied().chain(sinusoids).chain(point.iter().copied()).collect()
        };
        values.of(self.x).chunks_exact(2).enumerate().flat_map(row).collect()
    }

    fn kernels() -> Vec<Kernel> {
        vec![kernel(8, 0), kernel(8, 32)]
    }
}
