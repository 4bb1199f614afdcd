//! Gradient of a 3×3 convolution's weight (shaders/conv3x3_weight_grad.wgsl, gemm_weight_grad.wgsl, partials.wgsl).
//!
//! x `[n, h, w, ci]`, dy `[n, h', w', co]` → `[co, ci, 3, 3]`.

use super::border::Border;
use super::conv_dims::{COLUMNS, Resize, columns_for};
use super::gemm;
use super::lowering::Lowering;
use super::memory::{Memory, room};
use super::operation::{Operation, Tape};
use super::simd;
use super::values::Values;
use super::weight_grad::{self, Dims, Shares, Tile};
use super::weight_product::{WeightProduct, panels, panels_len};
use crate::error::Result;
use crate::gpu::{Counts, Dispatch, Kernel, Profile, TILES_WORKGROUP, shader};
use crate::tensor::{ParamId, Real, Shape, TensorId, Tensors};

/// See the [module documentation](self).
#[derive(Clone, Copy, Debug)]
pub struct Conv2dWeightGrad {
    x: TensorId,
    dy: TensorId,
    of: ParamId,
    resize: Resize,
}

/// lavapipe waits for what it stores, so sums are added to in one go; SwiftShader for what it reads, so it reads less.
fn tile(dear_reads: bool, co: usize, ci: usize, w: usize) -> Tile {
    let pixels = columns_for(w);
    if dear_reads {
        Tile { blocks: co.div_ceil(8).min(2), ins: ci.div_ceil(4).min(2), pixels, at_once: 1 }
    } else {
        Tile { blocks: 1, ins: 1, pixels, at_once: pixels }
    }
}

/// Pixels of x under a row of the tile's pixels of dy.
fn window(tile: Tile, stride: usize) -> usize {
    stride * (tile.pixels - 1) + 3
}

fn kernel(tile: Tile, stride: usize) -> Kernel {
    let own = [
        ("WORKGROUP", TILES_WORKGROUP),
        ("STRIDE", stride as u32),
        ("COLUMNS", window(tile, stride) as u32),
    ];
    let constants = [&own[..], &tile.constants(3)].concat();
    let files = [shader!("conv3x3_weight_grad")];
    weight_grad::kernel(Profile::Cpu, "conv3x3_weight_grad", &files, &constants)
}

/// A share should take at least this many steps of a thread: below, storing and summing its 24 vec4s costs as much.
const STEPS_PER_SHARE: usize = 32;

impl Conv2dWeightGrad {
    /// Appends it to a backward pass.
    pub(super) fn push(
        tape: &mut dyn Tape,
        x: TensorId,
        dy: TensorId,
        of: ParamId,
        resize: Resize,
    ) -> Result<()> {
        tape.push_gradient(of, Self { x, dy, of, resize });
        Ok(())
    }

    fn shares(&self, profile: Profile, tensors: &Tensors) -> Shares {
        let param = tensors.param_info(self.of);
        let ([co, ci, ..], dy) = (param.dims, tensors.shape(self.dy));
        let rows = dy.n * dy.h;
        match profile {
            Profile::Cpu => {
                let steps = dy.w.div_ceil(columns_for(dy.w));
                let least = STEPS_PER_SHARE.div_ceil(steps);
                // Whatever the tile is, since the order of what is summed must not depend on it.
                let threads = tile(false, co, ci, dy.w).threads(co, ci);
                Shares::of_threads(param, rows, 3 * threads, least)
            }
            Profile::Gpu => gemm::weight_grad::shares(param, [rows, dy.w]),
        }
    }

    /// Of the shares; a row above or below the picture counts as zeros.
    fn counts(&self, x: Shape, dy: Shape, shares: Shares, tile: Tile) -> Counts {
        let under = tile.ins * window(tile, self.resize.stride());
        let loads = under + 2 * tile.blocks * tile.pixels;
        let steps = 3 * tile.threads(dy.c, x.c) * dy.n * dy.h * dy.w.div_ceil(tile.pixels);
        Counts::rounds(steps, loads, 4 * tile.pixels * tile.sums(3))
            .moving(0, shares.vec4s())
            .keeping(4 * (tile.sums(3) + loads) as u64)
    }
}

impl Operation for Conv2dWeightGrad {
    const LABEL: &'static str = "conv3x3 weight gradient";

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
        2 * 9 * (tensors.shape(self.dy).elements() * tensors.shape(self.x).c) as u64
    }

    fn workspace(&self, profile: Profile, tensors: &Tensors, _: TensorId) -> usize {
        self.shares(profile, tensors).workspace()
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let (x, dy) = (to.shape(self.x), to.shape(self.dy));
        let shares = self.shares(to.profile, to.tensors);
        let dims = Dims {
            in_h: x.h as u32,
            in_w: x.w as u32,
            in_c4: x.c4() as u32,
            out_h: dy.h as u32,
            out_w: dy.w as u32,
            out_c4: dy.c4() as u32,
            upsample: u32::from(self.resize == Resize::Up),
            pad: self.resize.pad() as u32,
            rows: (dy.n * dy.h) as u32,
            rows_per_share: shares.rows_per_share as u32,
            x: to.offset(self.x),
            dy: to.offset(self.dy),
            partials: shares.first(to, output),
            weight_vec4s: to.tensors.param_info(self.of).vec4s() as u32,
            ..Default::default()
        };
        let stride = self.resize.stride();
        let products = match to.profile {
            Profile::Cpu => {
                let tile = tile(to.way.dear_reads, dy.c, x.c, dy.w);
                let threads = 3 * tile.threads(dy.c, x.c);
                let groups = [threads.div_ceil(TILES_WORKGROUP as usize), shares.count, 1];
                Dispatch::new(kernel(tile, stride), &dims, groups)
                    .fetching([to.stretch(self.x), to.stretch(self.dy)])
                    .counted(|| self.counts(x, dy, shares, tile))
            }
            Profile::Gpu => gemm::weight_grad::dispatch(3, stride, &dims, shares.count, to.way),
        };
        shares.then_sum(products, to, self.of, output)
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let (x, dy) = (at.shape(self.x), at.shape(self.dy));
        let (out, rest, scratch) = memory.split(at.offset(output), at.shape(output).vec4s());
        let border = Border::new(x, self.resize);
        let words = border.len() + panels_len(dy.h * dy.w, dy.c4());
        let (copy, dy_panels) = room(scratch, words).split_at_mut(border.len());
        let xs = rest.at(at.offset(self.x), x.vec4s()).chunks_exact(x.h * x.w * x.c4() * 4);
        let dys = rest.at(at.offset(self.dy), dy.vec4s()).chunks_exact(dy.h * dy.w * dy.c4() * 4);
        out.fill(0.0);
        for (x_sample, dy_sample) in xs.zip(dys) {
            border.fill(x_sample, copy);
            panels(dy_sample, dy.c4(), dy_panels);
            simd::dispatch(WeightProduct {
                size: [dy.h, dy.w],
                x: copy,
                x_at: border.windows(self.resize),
                x_row: border.row(),
                in_c4: x.c4(),
                side: 3,
                dy: dy_panels,
                gradient: out,
            });
        }
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let (xs, ys) = (values.tensors.shape(self.x), values.tensors.shape(self.dy));
        let (x, dy) = (values.of(self.x), values.of(self.dy));
        let (stride, pad) = (self.resize.stride(), self.resize.pad());
        let zoom = if self.resize == Resize::Up { 2 } else { 1 };
        let mut grad = vec![F::of(0.0); ys.c * xs.c * 9];
        for (pixel, gradient) in dy.chunks_exact(ys.c).enumerate() {
            let (n, oy, ox) = (pixel / (ys.h * ys.w), pixel / ys.w % ys.h, pixel % ys.w);
            for tap in 0..9 {
                let (vy, vx) = (oy * stride + tap / 3, ox * stride + tap % 3);
                let inside = (pad..xs.h * zoom + pad).contains(&vy)
                    && (pad..xs.w * zoom + pad).contains(&vx);
                if !inside {
                    continue;
                }
                let (iy, ix) = ((vy - pad) / zoom, (vx - pad) / zoom);
                let input = &x[((n * xs.h + iy) * xs.w + ix) * xs.c..][..xs.c];
                for (o, &g) in gradient.iter().enumerate() {
                    for (i, &value) in input.iter().enumerate() {
                        let at = (o * xs.c + i) * 9 + tap;
                        grad[at] = grad[at] + g * value;
                    }
                }
            }
        }
        grad
    }

    fn kernels() -> Vec<Kernel> {
        let of = |stride| {
            let of_width =
                |w| [(false, 8), (true, 4), (true, 16)].map(|(dear, c)| tile(dear, c, c, w));
            let tiled = COLUMNS.into_iter().flat_map(of_width).map(|tile| kernel(tile, stride));
            tiled.chain(gemm::weight_grad::kernels(3, stride)).collect::<Vec<_>>()
        };
        [of(1), of(2), weight_grad::partials_kernels()].concat()
    }
}
