//! Changes of size without parameters, as in diffusers' "resnet" up- and downsampling blocks
//! (shaders/resample.wgsl), and their gradients: each is the other, but for a factor.

use super::lowering::Lowering;
use super::memory::Memory;
use super::operation::{Operation, Tape};
use super::rows::plus;
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, WORKGROUP, dims, shader};
use crate::tensor::{Real, Shape, TensorId, Tensors};

/// Nearest-neighbour enlargement: `[n, h, w, c]` → `[n, 2h, 2w, c]`.
#[derive(Clone, Copy, Debug)]
pub struct Upsample {
    /// Input.
    pub x: TensorId,
}

/// Mean of 2 × 2 pixels: `[n, h, w, c]` → `[n, h/2, w/2, c]`.
#[derive(Clone, Copy, Debug)]
pub struct AveragePool {
    /// Input.
    pub x: TensorId,
}

/// Gradient of [`Upsample`]: sums of 2 × 2 pixels.
#[derive(Clone, Copy, Debug)]
pub struct UpsampleGrad {
    dy: TensorId,
    add: Option<TensorId>,
}

/// Gradient of [`AveragePool`]: a quarter for each of 2 × 2 pixels.
#[derive(Clone, Copy, Debug)]
pub struct AveragePoolGrad {
    dy: TensorId,
    add: Option<TensorId>,
}

dims! {
    /// `Dims` in shaders/resample.wgsl.
    struct Dims {
        n: u32,
        out_h: u32,
        out_w: u32,
        c4: u32,
        in_h: u32,
        in_w: u32,
        x: u32,
        add: u32,
        y: u32,
        flags: u32,
        factor: f32,
    }
}

const ADD: u32 = 1;

pub(super) fn kernel(entry: &'static str) -> Kernel {
    Kernel {
        entry,
        files: vec![shader!("shared/bindings"), shader!("resample")],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
}

/// `factor` on each element (of a sum: on the sum), plus what is given.
fn lower(
    entry: &'static str,
    factor: f32,
    add: Option<TensorId>,
    to: &Lowering,
    x: TensorId,
    y: TensorId,
) -> Vec<Dispatch> {
    let (from, into) = (to.shape(x), to.shape(y));
    let dims = Dims {
        n: into.n as u32,
        out_h: into.h as u32,
        out_w: into.w as u32,
        c4: into.c4() as u32,
        in_h: from.h as u32,
        in_w: from.w as u32,
        x: to.offset(x),
        add: add.map_or(0, |id| to.offset(id)),
        y: to.offset(y),
        flags: if add.is_some() { ADD } else { 0 },
        factor,
    };
    vec![Dispatch::over(kernel(entry), &dims, into.vec4s(), WORKGROUP)]
}

/// `factor` times what `make` does to every sample, plus what is given.
fn run(
    make: impl Fn(Shape, &[f32], &mut [f32]),
    factor: f32,
    add: Option<TensorId>,
    at: &Lowering,
    x: TensorId,
    y: TensorId,
    memory: &mut Memory,
) {
    let (from, into) = (at.shape(x), at.shape(y));
    let (out, rest, _) = memory.split(at.offset(y), into.vec4s());
    make(from, rest.at(at.offset(x), from.vec4s()), out);
    out.iter_mut().for_each(|v| *v *= factor);
    if let Some(add) = add {
        plus(out, rest.at(at.offset(add), into.vec4s()));
    }
}

/// Each row of pixels twice, and in it each pixel.
fn enlarge(s: Shape, x: &[f32], y: &mut [f32]) {
    let pixel = s.c4() * 4;
    let rows = y.chunks_exact_mut(4 * s.w * pixel).zip(x.chunks_exact(s.w * pixel));
    for (two, row) in rows {
        let (first, second) = two.split_at_mut(2 * s.w * pixel);
        for (pair, x) in first.chunks_exact_mut(2 * pixel).zip(row.chunks_exact(pixel)) {
            pair[..pixel].copy_from_slice(x);
            pair[pixel..].copy_from_slice(x);
        }
        second.copy_from_slice(first);
    }
}

/// Sums of 2 × 2 pixels.
fn pool(s: Shape, x: &[f32], y: &mut [f32]) {
    let pixel = s.c4() * 4;
    let rows = x.chunks_exact(2 * s.w * pixel).zip(y.chunks_exact_mut(s.w / 2 * pixel));
    for (two, row) in rows {
        let (above, below) = two.split_at(s.w * pixel);
        let pairs = above.chunks_exact(2 * pixel).zip(below.chunks_exact(2 * pixel));
        for (y, (above, below)) in row.chunks_exact_mut(pixel).zip(pairs) {
            for (i, y) in y.iter_mut().enumerate() {
                *y = (above[i] + above[pixel + i]) + (below[i] + below[pixel + i]);
            }
        }
    }
}

/// Nearest-neighbour enlargement of x by 2.
fn enlarged<F: Real>(s: Shape, x: &[F]) -> Vec<F> {
    let source = |i: usize| {
        let (c, ox) = (i % s.c, i / s.c % (2 * s.w));
        let (oy, n) = (i / s.c / (2 * s.w) % (2 * s.h), i / s.c / (4 * s.w * s.h));
        x[((n * s.h + oy / 2) * s.w + ox / 2) * s.c + c]
    };
    (0..4 * s.elements()).map(source).collect()
}

/// Sums of 2 × 2 pixels of x.
fn pooled<F: Real>(s: Shape, x: &[F]) -> Vec<F> {
    let sum = |i: usize| {
        let (c, ox) = (i % s.c, i / s.c % (s.w / 2));
        let (oy, n) = (i / s.c / (s.w / 2) % (s.h / 2), i / s.c / (s.w / 2 * (s.h / 2)));
        let at = |y: usize, x: usize| ((n * s.h + y) * s.w + x) * s.c + c;
        x[at(2 * oy, 2 * ox)]
            + x[at(2 * oy, 2 * ox + 1)]
            + x[at(2 * oy + 1, 2 * ox)]
            + x[at(2 * oy + 1, 2 * ox + 1)]
    };
    (0..s.elements() / 4).map(sum).collect()
}

impl Operation for Upsample {
    fn inputs(&self) -> Vec<TensorId> {
        vec![self.x]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let x = tensors.shape(self.x);
        Ok(Shape { h: 2 * x.h, w: 2 * x.w, ..x })
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        lower("upsample", 1.0, None, to, self.x, output)
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        run(enlarge, 1.0, None, at, self.x, output, memory);
    }

    fn differentiate(&self, tape: &mut dyn Tape, _: TensorId, dy: TensorId) -> Result<()> {
        if !tape.wants(self.x) {
            return Ok(());
        }
        tape.accumulate(self.x, |add| UpsampleGrad { dy, add })
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        enlarged(values.tensors.shape(self.x), values.of(self.x))
    }

    fn kernels() -> Vec<Kernel> {
        vec![kernel("upsample")]
    }
}

impl Operation for AveragePool {
    fn inputs(&self) -> Vec<TensorId> {
        vec![self.x]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let x = tensors.shape(self.x);
        if !x.h.is_multiple_of(2) || !x.w.is_multiple_of(2) {
            return Err(Error::shape("average pool", "even height and width", x));
        }
        Ok(Shape { h: x.h / 2, w: x.w / 2, ..x })
    }

    fn flops(&self, tensors: &Tensors, output: TensorId) -> u64 {
        4 * tensors.shape(output).elements() as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        lower("sum_pool", 0.25, None, to, self.x, output)
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        run(pool, 0.25, None, at, self.x, output, memory);
    }

    fn differentiate(&self, tape: &mut dyn Tape, _: TensorId, dy: TensorId) -> Result<()> {
        if !tape.wants(self.x) {
            return Ok(());
        }
        tape.accumulate(self.x, |add| AveragePoolGrad { dy, add })
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let sums = pooled(values.tensors.shape(self.x), values.of(self.x));
        sums.into_iter().map(|sum| sum * F::of(0.25)).collect()
    }

    fn kernels() -> Vec<Kernel> {
        vec![kernel("sum_pool")]
    }
}

impl Operation for UpsampleGrad {
    fn inputs(&self) -> Vec<TensorId> {
        [self.dy].into_iter().chain(self.add).collect()
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let dy = tensors.shape(self.dy);
        Ok(Shape { h: dy.h / 2, w: dy.w / 2, ..dy })
    }

    fn flops(&self, tensors: &Tensors, _: TensorId) -> u64 {
        tensors.shape(self.dy).elements() as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        lower("sum_pool", 1.0, self.add, to, self.dy, output)
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        run(pool, 1.0, self.add, at, self.dy, output, memory);
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        values.plus(self.add, pooled(values.tensors.shape(self.dy), values.of(self.dy)))
    }

    fn kernels() -> Vec<Kernel> {
        vec![kernel("sum_pool")]
    }
}

impl Operation for AveragePoolGrad {
    fn inputs(&self) -> Vec<TensorId> {
        [self.dy].into_iter().chain(self.add).collect()
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let dy = tensors.shape(self.dy);
        Ok(Shape { h: 2 * dy.h, w: 2 * dy.w, ..dy })
    }

    fn flops(&self, tensors: &Tensors, output: TensorId) -> u64 {
        tensors.shape(output).elements() as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        lower("upsample", 0.25, self.add, to, self.dy, output)
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        run(enlarge, 0.25, self.add, at, self.dy, output, memory);
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let shares = enlarged(values.tensors.shape(self.dy), values.of(self.dy));
        values.plus(self.add, shares.into_iter().map(|v| v * F::of(0.25)).collect())
    }

    fn kernels() -> Vec<Kernel> {
        vec![kernel("upsample")]
    }
}
