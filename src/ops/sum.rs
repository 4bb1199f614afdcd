//! Sums: of two tensors, and over the pixels or rows of one (shaders/sum.wgsl). They are what gradients
//! of residuals, time embeddings and biases are made of.

use super::lowering::Lowering;
use super::memory::Memory;
use super::operation::{Operation, Tape};
use super::reduce::{all_lanes, lanes, over, reduce, shared_bytes, workgroup};
use super::rows::{SumRows, plus};
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Counts, Dispatch, Kernel, Profile, WORKGROUP, dims, shader};
use crate::tensor::{ParamId, Real, Shape, Slice, TensorId, Tensors};

/// a + b.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    /// First.
    pub a: TensorId,
    /// Second, of the same shape.
    pub b: TensorId,
}

/// Sum over the pixels of each sample: `[n, h, w, c]` → `[n, 1, 1, c]`.
#[derive(Clone, Copy, Debug)]
pub struct SumPixels {
    /// Input.
    pub x: TensorId,
    /// The vectors it is a part of; without, it is a tensor of its own.
    pub into: Option<Slice>,
}

/// Gradient of a vector that was added to every row: the sum over n of `[n, 1, 1, …]`.
#[derive(Clone, Copy, Debug)]
pub struct VectorGrad {
    /// Gradient of what the vector was added to.
    pub dy: Slice,
    /// The vector, `[c]`.
    pub of: ParamId,
}

dims! {
    /// `Dims` in shaders/sum.wgsl.
    struct Dims {
        n: u32,
        pixels: u32,
        c4: u32,
        x: u32,
        x_stride: u32,
        y: u32,
        y_stride: u32,
    }
}

dims! {
    /// `Dims` in shaders/add.wgsl.
    struct AddDims {
        vec4s: u32,
        a: u32,
        b: u32,
        y: u32,
    }
}

pub(super) fn add_kernel() -> Kernel {
    Kernel {
        entry: "add",
        files: vec![shader!("shared/bindings"), shader!("add")],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: AddDims::FIELDS,
    }
}

fn kernel(lanes: u32) -> Kernel {
    let constants = vec![("WORKGROUP", workgroup(lanes)), ("LANES", lanes)];
    let files = vec![shader!("shared/bindings"), reduce(lanes), shader!("sum")];
    Kernel { entry: "sum_rows", files, constants, dims: Dims::FIELDS }
}

/// The kernel that sums over rows, in every variant.
fn kernels() -> Vec<Kernel> {
    all_lanes(Profile::Gpu).iter().map(|&lanes| kernel(lanes)).collect()
}

fn lower(to: &Lowering, dims: Dims) -> Vec<Dispatch> {
    let (units, rows) = ((dims.n * dims.c4) as usize, dims.pixels as usize);
    let lanes = lanes(to.profile, rows);
    let kernel = kernel(lanes);
    let dispatch = over(kernel, &dims, units, lanes);
    vec![dispatch.counted(|| {
        let (flops, workgroup_bytes) =
            (4 * (units * rows) as u64, units as u64 * shared_bytes(lanes));
        Counts { flops, workgroup_bytes, ..Counts::default() }.moving(units * rows, units)
    })]
}

impl Operation for Sum {
    fn inputs(&self) -> Vec<TensorId> {
        vec![self.a, self.b]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let (a, b) = (tensors.shape(self.a), tensors.shape(self.b));
        if a != b {
            return Err(Error::shape("sum", a, b));
        }
        Ok(a)
    }

    fn flops(&self, tensors: &Tensors, output: TensorId) -> u64 {
        tensors.shape(output).elements() as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let vec4s = to.shape(output).vec4s();
        let (a, b, y) = (to.offset(self.a), to.offset(self.b), to.offset(output));
        let dims = AddDims { vec4s: vec4s as u32, a, b, y };
        vec![Dispatch::over(add_kernel(), &dims, vec4s, WORKGROUP)]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let vec4s = at.shape(output).vec4s();
        let (y, rest, _) = memory.split(at.offset(output), vec4s);
        y.copy_from_slice(rest.at(at.offset(self.a), vec4s));
        plus(y, rest.at(at.offset(self.b), vec4s));
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        values.plus(Some(self.b), values.of(self.a).to_vec())
    }

    fn differentiate(&self, tape: &mut dyn Tape, _: TensorId, dy: TensorId) -> Result<()> {
        for input in [self.a, self.b] {
            if tape.wants(input) {
                tape.pass_on(input, dy)?;
            }
        }
        Ok(())
    }

    fn kernels() -> Vec<Kernel> {
        vec![add_kernel()]
    }
}

impl Operation for SumPixels {
    const LABEL: &'static str = "bias gradient";

    fn inputs(&self) -> Vec<TensorId> {
        [self.x].into_iter().chain(self.into.map(|slice| slice.tensor)).collect()
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let x = tensors.shape(self.x);
        Ok(self.into.map_or(Shape::vector(x.n, x.c), |slice| tensors.shape(slice.tensor)))
    }

    fn flops(&self, tensors: &Tensors, _: TensorId) -> u64 {
        tensors.shape(self.x).elements() as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let x = to.shape(self.x);
        let first = self.into.map_or(0, |slice| slice.offset as u32 / 4);
        let dims = Dims {
            n: x.n as u32,
            pixels: (x.h * x.w) as u32,
            c4: x.c4() as u32,
            x: to.offset(self.x),
            x_stride: x.c4() as u32,
            y: to.offset(output) + first,
            y_stride: to.shape(output).c4() as u32,
        };
        lower(to, dims)
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let (from, into) = (at.shape(self.x), at.shape(output));
        let (y, rest, _) = memory.split(at.offset(output), into.vec4s());
        let (first, stride) = (self.into.map_or(0, |slice| slice.offset), from.c4() * 4);
        let samples =
            rest.at(at.offset(self.x), from.vec4s()).chunks_exact(from.h * from.w * stride);
        for (y, x) in y.chunks_exact_mut(into.c4() * 4).zip(samples) {
            SumRows { x, stride, sums: &mut y[first..first + stride] }.run();
        }
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let shape = values.tensors.shape(self.x);
        let mut sums = vec![F::of(0.0); shape.n * shape.c];
        for (i, &v) in values.of(self.x).iter().enumerate() {
            let at = i / (shape.h * shape.w * shape.c) * shape.c + i % shape.c;
            sums[at] = sums[at] + v;
        }
        let Some(into) = self.into else { return sums };
        let mut whole = values.of(into.tensor).to_vec();
        let stride = values.tensors.shape(into.tensor).c;
        for (row, sums) in whole.chunks_exact_mut(stride).zip(sums.chunks_exact(shape.c)) {
            row[into.offset..into.offset + shape.c].copy_from_slice(sums);
        }
        whole
    }

    fn kernels() -> Vec<Kernel> {
        kernels()
    }
}

impl Operation for VectorGrad {
    const LABEL: &'static str = "bias gradient";

    fn inputs(&self) -> Vec<TensorId> {
        vec![self.dy.tensor]
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.of]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        Ok(Shape::vector(1, tensors.param_info(self.of).vec4s() * 4))
    }

    fn flops(&self, tensors: &Tensors, _: TensorId) -> u64 {
        (tensors.shape(self.dy.tensor).n * tensors.param_info(self.of).dims[0]) as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let dy = to.shape(self.dy.tensor);
        let c4 = to.tensors.param_info(self.of).dims[0].div_ceil(4) as u32;
        let dims = Dims {
            n: 1,
            pixels: dy.n as u32,
            c4,
            x: to.offset(self.dy.tensor) + self.dy.offset as u32 / 4,
            x_stride: dy.c4() as u32,
            y: to.offset(output),
            y_stride: c4,
        };
        lower(to, dims)
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let dy = at.shape(self.dy.tensor);
        let c4 = at.tensors.param_info(self.of).dims[0].div_ceil(4);
        let (y, rest, _) = memory.split(at.offset(output), at.shape(output).vec4s());
        let x = &rest.at(at.offset(self.dy.tensor), dy.vec4s())[self.dy.offset..];
        let (sums, padding) = y.split_at_mut(c4 * 4);
        SumRows { x, stride: dy.c4() * 4, sums }.run();
        padding.fill(0.0);
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let [c, ..] = values.tensors.param_info(self.of).dims;
        let stride = values.tensors.shape(self.dy.tensor).c;
        let mut sums = vec![F::of(0.0); c];
        for row in values.of(self.dy.tensor).chunks_exact(stride) {
            for (sum, &v) in sums.iter_mut().zip(&row[self.dy.offset..]) {
                *sum = *sum + v;
            }
        }
        sums
    }

    fn kernels() -> Vec<Kernel> {
        kernels()
    }
}
