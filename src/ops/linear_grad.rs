//! Gradients of a linear layer: of its input (shaders/linear.wgsl with weights_transposed.wgsl) and of its
//! weight (shaders/linear_weight_grad.wgsl, partials.wgsl); on a GPU gemm.wgsl and gemm_weight_grad.wgsl.
//!
//! dy `[n, h, w, co]` with weight `[co, ci]` → `[n, h, w, ci]`; with x `[n, h, w, ci]` → `[co, ci]`.

use super::epilogue::EpilogueDims;
use super::finish::Finish;
use super::gemm;
use super::linear_dims::{self, Dims, lower, workspace};
use super::lowering::Lowering;
use super::memory::{Memory, room};
use super::operation::Operation;
use super::panels::Pass;
use super::product::{Addresses, Product, Stretch};
use super::rows::plus;
use super::silu::times_slope;
use super::simd;
use super::values::Values;
use super::weight_grad::{self, Shares, Tile};
use super::weight_product::{WeightProduct, panels, panels_len};
use crate::error::Result;
use crate::gpu::{Counts, Dispatch, Kernel, Profile, TILES_WORKGROUP, shader};
use crate::tensor::{ParamId, Real, Shape, TensorId, Tensors};

/// Gradient of the input, or of what SiLU made it from.
#[derive(Clone, Copy, Debug)]
pub struct LinearInputGrad {
    pub(super) dy: TensorId,
    pub(super) weight: ParamId,
    /// What SiLU made the input from.
    pub(super) slope: Option<TensorId>,
    pub(super) add: Option<TensorId>,
}

/// Gradient of the weight.
#[derive(Clone, Debug)]
pub struct LinearWeightGrad {
    pub(super) x: TensorId,
    pub(super) dy: TensorId,
    pub(super) of: ParamId,
    /// Outputs of the operations that make the bias's gradient of dy, of which that is the last.
    pub(super) only_for_bias: Vec<TensorId>,
}

/// A share should sum at least this many rows: below, the dispatch that sums the shares costs as much as it saves.
const ROWS_PER_SHARE: usize = 512;

/// As for a convolution's weight (`conv_weight_grad.rs`).
fn weight_tile(dear_reads: bool, co: usize, ci: usize) -> Tile {
    if dear_reads && co > 8 && ci > 8 {
        Tile { blocks: 2, ins: 4, pixels: 4, at_once: 1 }
    } else {
        Tile { blocks: 1, ins: 2, pixels: 4, at_once: 4 }
    }
}

/// `bias`: whether it makes the bias's gradient, too.
fn weight_kernel(tile: Tile, bias: bool) -> Kernel {
    let own = [("WORKGROUP", TILES_WORKGROUP), ("BIAS", u32::from(bias))];
    let constants = [&own[..], &tile.constants(1)].concat();
    let files = [shader!("linear_weight_grad")];
    weight_grad::kernel(Profile::Cpu, "linear_weight_grad", &files, &constants)
}

impl Operation for LinearInputGrad {
    const LABEL: &'static str = "linear input gradient";
    const BY_SAMPLES: bool = true;

    fn inputs(&self) -> Vec<TensorId> {
        [self.dy].into_iter().chain(self.slope).chain(self.add).collect()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.weight]
    }

    fn panels(&self) -> Option<(ParamId, Pass)> {
        Some((self.weight, Pass::InputGradient))
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let [_, ci, ..] = tensors.param_info(self.weight).dims;
        Ok(Shape { c: ci, ..tensors.shape(self.dy) })
    }

    fn flops(&self, tensors: &Tensors, output: TensorId) -> u64 {
        2 * (tensors.shape(output).elements() * tensors.shape(self.dy).c) as u64
    }

    fn workspace(&self, profile: Profile, tensors: &Tensors, output: TensorId) -> usize {
        let in_c4 = tensors.shape(self.dy).c4();
        workspace(profile, Pass::InputGradient, in_c4, tensors.shape(output))
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let dy = to.shape(self.dy);
        let dims = Dims {
            epilogue: EpilogueDims::plain(to, self.add, output).of_silu(to, self.slope),
            rows: dy.pixels() as u32,
            rows_per_sample: (dy.h * dy.w) as u32,
            in_c4: dy.c4() as u32,
            x: to.offset(self.dy),
            weight: to.param(self.weight),
        };
        lower(to, Pass::InputGradient, &dims, to.shape(output), &self.inputs())
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let (dy, x) = (at.shape(self.dy), at.shape(output));
        let (out, rest, _) = memory.split(at.offset(output), x.vec4s());
        let (deep, wide) = (dy.c4() * 4, x.c4() * 4);
        let add = self.add.map(|id| rest.at(at.offset(id), x.vec4s()));
        simd::dispatch(Product {
            size: [1, x.pixels()],
            a: rest.at(at.offset(self.dy), dy.vec4s()),
            a_at: Addresses::dense(x.pixels(), deep),
            stretches: &[Stretch { a: 0, k: 0, len: deep }],
            panels: rest.panels.of(self.weight, Pass::InputGradient),
            depth: deep,
            y: out,
            y_at: Addresses::dense(x.pixels(), wide),
            channels: wide,
            finish: Finish::plus(add.filter(|_| self.slope.is_none())),
        });
        if let Some(slope) = self.slope {
            times_slope(out, rest.at(at.offset(slope), x.vec4s()));
            if let Some(add) = add {
                plus(out, add);
            }
        }
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let [co, ci, ..] = values.tensors.param_info(self.weight).dims;
        let weight = values.param(self.weight);
        let dy = values.of(self.dy);
        let mut grad = vec![F::of(0.0); dy.len() / co * ci];
        for (gradient, sums) in dy.chunks_exact(co).zip(grad.chunks_exact_mut(ci)) {
            for (o, &g) in gradient.iter().enumerate() {
                for (i, sum) in sums.iter_mut().enumerate() {
                    *sum = *sum + weight[o * ci + i] * g;
                }
            }
        }
        if let Some(slope) = self.slope {
            let each = grad.iter_mut().zip(values.of(slope));
            each.for_each(|(dx, x)| *dx = *dx * x.silu_slope());
        }
        values.plus(self.add, grad)
    }

    fn kernels() -> Vec<Kernel> {
        linear_dims::kernels(Pass::InputGradient)
    }
}

impl LinearWeightGrad {
    fn shares(&self, profile: Profile, tensors: &Tensors) -> Shares {
        let param = tensors.param_info(self.of);
        let ([co, ci, ..], rows) = (param.dims, tensors.shape(self.dy).pixels());
        match profile {
            Profile::Cpu => {
                // Whatever the tile is, since the order of what is summed must not depend on it.
                let threads = weight_tile(false, co, ci).threads(co, ci);
                Shares::of_threads(param, rows, threads, ROWS_PER_SHARE).without_gaps()
            }
            Profile::Gpu => gemm::weight_grad::shares(param, [rows, 1]),
        }
    }

    /// The bias's gradient, if the kernel makes that, too: where it adds rows in the order in which they are added
    /// otherwise, first the pixels of each sample, so that the bits do not depend on who does it.
    fn bias(&self, profile: Profile, tensors: &Tensors, shares: Shares) -> Option<TensorId> {
        let dy = tensors.shape(self.dy);
        let in_order = dy.n == 1 || dy.h * dy.w == 1;
        let makes = profile == Profile::Cpu && shares.alone && in_order;
        self.only_for_bias.last().copied().filter(|_| makes)
    }

    /// What the shares cost in the kernel for CPU adapters.
    fn counts(x: Shape, dy: Shape, shares: Shares, tile: Tile) -> Counts {
        let Shares { count, rows_per_share, .. } = shares;
        let last = dy.pixels() - (count - 1) * rows_per_share;
        let turns = (count - 1) * rows_per_share.div_ceil(tile.pixels) + last.div_ceil(tile.pixels);
        let loads = tile.pixels * (tile.ins + 2 * tile.blocks);
        Counts::rounds(tile.threads(dy.c, x.c) * turns, loads, 4 * tile.pixels * tile.sums(1))
            .moving(0, shares.vec4s())
            .keeping(4 * (tile.sums(1) + loads) as u64)
    }
}

impl Operation for LinearWeightGrad {
    const LABEL: &'static str = "linear weight gradient";

    fn inputs(&self) -> Vec<TensorId> {
        vec![self.x, self.dy]
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.of]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        Ok(Shape::vector(1, tensors.param_info(self.of).vec4s() * 4))
    }

    fn flops(&self, tensors: &Tensors, _: TensorId) -> u64 {
        2 * (tensors.shape(self.dy).elements() * tensors.shape(self.x).c) as u64
    }

    fn workspace(&self, profile: Profile, tensors: &Tensors, _: TensorId) -> usize {
        self.shares(profile, tensors).workspace()
    }

    fn covers(&self, profile: Profile, tensors: &Tensors) -> Vec<TensorId> {
        let bias = self.bias(profile, tensors, self.shares(profile, tensors));
        bias.map_or(vec![], |_| self.only_for_bias.clone())
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let (x, dy) = (to.shape(self.x), to.shape(self.dy));
        let shares = self.shares(to.profile, to.tensors);
        let bias = self.bias(to.profile, to.tensors, shares);
        let [out_c, in_c, ..] = to.tensors.param_info(self.of).dims.map(|size| size as u32);
        let dims = weight_grad::Dims {
            in_c,
            out_c,
            bias: bias.map_or(0, |id| to.offset(id)),
            in_c4: x.c4() as u32,
            out_h: dy.pixels() as u32,
            out_w: 1,
            out_c4: dy.c4() as u32,
            rows: dy.pixels() as u32,
            rows_per_share: shares.rows_per_share as u32,
            x: to.offset(self.x),
            dy: to.offset(self.dy),
            partials: shares.first(to, output),
            weight_vec4s: to.tensors.param_info(self.of).vec4s() as u32,
            ..Default::default()
        };
        let products = match to.profile {
            Profile::Cpu => {
                let tile = weight_tile(to.way.dear_reads, dy.c, x.c);
                let threads = tile.threads(dy.c, x.c);
                let groups = [threads.div_ceil(TILES_WORKGROUP as usize), shares.count, 1];
                Dispatch::new(weight_kernel(tile, bias.is_some()), &dims, groups)
                    .fetching([to.stretch(self.x), to.stretch(self.dy)])
                    .counted(|| Self::counts(x, dy, shares, tile))
            }
            Profile::Gpu => gemm::weight_grad::dispatch(1, 1, &dims, shares.count, to.way),
        };
        shares.then_sum(products, to, self.of, output)
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let (x, dy) = (at.shape(self.x), at.shape(self.dy));
        let (out, rest, scratch) = memory.split(at.offset(output), at.shape(output).vec4s());
        let xs = rest.at(at.offset(self.x), x.vec4s());
        let dys = rest.at(at.offset(self.dy), dy.vec4s());
        // A sample is a picture, and a batch of points another.
        let [n, h, w] = if x.h * x.w == 1 { [1, 1, x.n] } else { [x.n, x.h, x.w] };
        let dy_panels = room(scratch, panels_len(h * w, dy.c4()));
        out.fill(0.0);
        for i in 0..n {
            let pixels = i * h * w..(i + 1) * h * w;
            let of = |words: usize| pixels.start * words..pixels.end * words;
            panels(&dys[of(dy.c4() * 4)], dy.c4(), dy_panels);
            simd::dispatch(WeightProduct {
                size: [h, w],
                x: &xs[of(x.c4() * 4)],
                x_at: Addresses::dense(w, x.c4() * 4),
                x_row: 0,
                in_c4: x.c4(),
                side: 1,
                dy: dy_panels,
                gradient: out,
            });
        }
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let [co, ci, ..] = values.tensors.param_info(self.of).dims;
        let mut grad = vec![F::of(0.0); co * ci];
        let rows = values.of(self.x).chunks_exact(ci).zip(values.of(self.dy).chunks_exact(co));
        for (input, gradient) in rows {
            for (o, &g) in gradient.iter().enumerate() {
                for (sum, &v) in grad[o * ci..][..ci].iter_mut().zip(input) {
                    *sum = *sum + g * v;
                }
            }
        }
        grad
    }

    fn kernels() -> Vec<Kernel> {
        let of_gpu = gemm::weight_grad::kernels(1, 1);
        let tiles = [false, true].map(|dear_reads| weight_tile(dear_reads, 16, 16));
        let of_cpu = [false, true].map(|bias| tiles.map(|tile| weight_kernel(tile, bias)));
        let of_cpu = of_cpu.concat();
        [of_gpu, of_cpu, weight_grad::partials_kernels()].concat()
    }
}
