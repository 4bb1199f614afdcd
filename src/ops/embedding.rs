//! A row of a table per sample: the class embedding (shaders/embedding.wgsl).
//!
//! labels `[n, 1, 1, 1]` (whole numbers), table `[rows, c]` → `[n, 1, 1, c]`; and its gradient.

use super::lowering::Lowering;
use super::memory::Memory;
use super::operation::{Operation, Tape};
use super::rows::plus;
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, WORKGROUP, dims, shader};
use crate::tensor::{ParamId, Real, Shape, TensorId, Tensors};

/// Gradient of the table: a row is the sum over the samples that have its number.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddingGrad {
    labels: TensorId,
    dy: TensorId,
    of: ParamId,
}

/// See the [module documentation](self).
#[derive(Clone, Copy, Debug)]
pub struct Embedding {
    /// Row numbers.
    pub labels: TensorId,
    /// The table.
    pub table: ParamId,
}

dims! {
    /// `Dims` in shaders/embedding.wgsl.
    struct Dims {
        n: u32,
        rows: u32,
        c4: u32,
        labels: u32,
        table: u32,
        dy: u32,
        y: u32,
    }
}

pub(super) fn kernel(entry: &'static str) -> Kernel {
    Kernel {
        entry,
        files: vec![shader!("shared/bindings"), shader!("embedding")],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
}

/// The row that a label means: one past the end means the last, though callers refuse such labels with a message.
fn row_of(label: f32, rows: usize) -> usize {
    (label.max(0.0) as usize).min(rows - 1)
}

impl Operation for Embedding {
    fn inputs(&self) -> Vec<TensorId> {
        vec![self.labels]
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.table]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let labels = tensors.shape(self.labels);
        if labels != Shape::vector(labels.n, 1) {
            return Err(Error::shape("embedding", Shape::vector(labels.n, 1), labels));
        }
        Ok(Shape::vector(labels.n, tensors.param_info(self.table).dims[1]))
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let y = to.shape(output);
        let dims = Dims {
            n: y.n as u32,
            rows: to.tensors.param_info(self.table).dims[0] as u32,
            c4: y.c4() as u32,
            labels: to.offset(self.labels),
            table: to.param(self.table),
            dy: 0,
            y: to.offset(output),
        };
        let groups = [y.vec4s().div_ceil(WORKGROUP as usize), 1, 1];
        vec![Dispatch::new(kernel("embedding"), &dims, groups)]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let shape = at.shape(output);
        let param = at.tensors.param_info(self.table);
        let (y, rest, _) = memory.split(at.offset(output), shape.vec4s());
        let table = rest.param(at.param(self.table), param.vec4s());
        let labels = rest.at(at.offset(self.labels), shape.n).chunks_exact(4);
        for (y, label) in y.chunks_exact_mut(shape.c4() * 4).zip(labels) {
            let row = row_of(label[0], param.dims[0]);
            y.copy_from_slice(&table[row * y.len()..][..y.len()]);
        }
    }

    fn differentiate(&self, tape: &mut dyn Tape, _: TensorId, dy: TensorId) -> Result<()> {
        if tape.trains(self.table) {
            let grad = EmbeddingGrad { labels: self.labels, dy, of: self.table };
            tape.push_gradient(self.table, grad);
        }
        Ok(())
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let [rows, c, ..] = values.tensors.param_info(self.table).dims;
        let table = values.param(self.table);
        let row = |&label: &F| {
            let row = row_of(label.to_f64() as f32, rows);
            table[row * c..][..c].to_vec()
        };
        values.of(self.labels).iter().flat_map(row).collect()
    }

    fn kernels() -> Vec<Kernel> {
        vec![kernel("embedding")]
    }
}

impl Operation for EmbeddingGrad {
    fn inputs(&self) -> Vec<TensorId> {
        vec![self.labels, self.dy]
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.of]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        Ok(Shape::vector(1, tensors.param_info(self.of).vec4s() * 4))
    }

    fn flops(&self, tensors: &Tensors, _: TensorId) -> u64 {
        tensors.shape(self.dy).elements() as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let dy = to.shape(self.dy);
        let rows = to.tensors.param_info(self.of).dims[0];
        let dims = Dims {
            n: dy.n as u32,
            rows: rows as u32,
            c4: dy.c4() as u32,
            labels: to.offset(self.labels),
            table: to.param(self.of),
            dy: to.offset(self.dy),
            y: to.offset(output),
        };
        vec![Dispatch::over(kernel("embedding_grad"), &dims, rows * dy.c4(), WORKGROUP)]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let shape = at.shape(self.dy);
        let rows = at.tensors.param_info(self.of).dims[0];
        let (table, rest, _) = memory.split(at.offset(output), at.shape(output).vec4s());
        let labels = rest.at(at.offset(self.labels), shape.n).chunks_exact(4);
        let dy = rest.at(at.offset(self.dy), shape.vec4s());
        table.fill(0.0);
        for (label, dy) in labels.zip(dy.chunks_exact(shape.c4() * 4)) {
            plus(&mut table[row_of(label[0], rows) * dy.len()..][..dy.len()], dy);
        }
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let [rows, c, ..] = values.tensors.param_info(self.of).dims;
        let mut grad = vec![F::of(0.0); rows * c];
        for (label, dy) in values.of(self.labels).iter().zip(values.of(self.dy).chunks_exact(c)) {
            let row = row_of(label.to_f64() as f32, rows);
            for (sum, &v) in grad[row * c..][..c].iter_mut().zip(dy) {
                *sum = *sum + v;
            }
        }
        grad
    }

    fn kernels() -> Vec<Kernel> {
        vec![kernel("embedding_grad")]
    }
}
