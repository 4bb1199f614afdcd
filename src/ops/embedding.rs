//! A row of a table per sample: the class embedding (shaders/embedding.wgsl).
//!
//! labels `[n, 1, 1, 1]` (whole numbers), table `[rows, c]` → `[n, 1, 1, c]`; and its gradient.

use super::WORKGROUP;
use crate::cpu::{Real, Run};
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Lowering, dims, shader};
use crate::graph::{Graph, ParamId, Shape, Tape, TensorId};

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
        files: vec![shader!("bindings"), shader!("embedding")],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
}

impl Embedding {
    pub(super) fn inputs(&self) -> Vec<TensorId> {
        vec![self.labels]
    }

    pub(super) fn params(&self) -> Vec<ParamId> {
        vec![self.table]
    }

    pub(super) fn output_shape(&self, graph: &Graph) -> Result<Shape> {
        let labels = graph.shape(self.labels);
        if labels != Shape::vector(labels.n, 1) {
            return Err(Error::shape("embedding", Shape::vector(labels.n, 1), labels));
        }
        Ok(Shape::vector(labels.n, graph.param_info(self.table).dims[1]))
    }

    pub(super) fn flops(&self, _: &Graph, _: TensorId) -> u64 {
        0
    }

    pub(super) fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let y = to.shape(output);
        let dims = Dims {
            n: y.n as u32,
            rows: to.graph.param_info(self.table).dims[0] as u32,
            c4: y.c4() as u32,
            labels: to.offset(self.labels),
            table: to.param(self.table),
            dy: 0,
            y: to.offset(output),
        };
        let groups = [y.vec4s().div_ceil(WORKGROUP as usize), 1, 1];
        vec![Dispatch::new(kernel("embedding"), &dims, groups)]
    }

    pub(crate) fn differentiate(&self, tape: &mut Tape, dy: TensorId) -> Result<()> {
        if tape.trains(self.table) {
            let grad = EmbeddingGrad { labels: self.labels, dy, of: self.table };
            tape.push_gradient(self.table, grad);
        }
        Ok(())
    }

    pub(super) fn forward<F: Real>(&self, run: &Run<F>) -> Vec<F> {
        let [rows, c, ..] = run.graph.param_info(self.table).dims;
        let table = run.param(self.table);
        let row = |&label: &F| {
            let row = (label.to_f64().max(0.0) as usize).min(rows - 1);
            table[row * c..][..c].to_vec()
        };
        run.value(self.labels).iter().flat_map(row).collect()
    }
}

impl EmbeddingGrad {
    pub(super) fn inputs(&self) -> Vec<TensorId> {
        vec![self.labels, self.dy]
    }

    pub(super) fn params(&self) -> Vec<ParamId> {
        vec![self.of]
    }

    pub(super) fn output_shape(&self, graph: &Graph) -> Result<Shape> {
        Ok(Shape::vector(1, graph.param_info(self.of).vec4s() * 4))
    }

    pub(super) fn flops(&self, graph: &Graph, _: TensorId) -> u64 {
        graph.shape(self.dy).elements() as u64
    }

    pub(super) fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let dy = to.shape(self.dy);
        let rows = to.graph.param_info(self.of).dims[0];
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

    pub(super) fn forward<F: Real>(&self, run: &Run<F>) -> Vec<F> {
        let [rows, c, ..] = run.graph.param_info(self.of).dims;
        let mut grad = vec![F::of(0.0); rows * c];
        for (label, dy) in run.value(self.labels).iter().zip(run.value(self.dy).chunks_exact(c)) {
            let row = (label.to_f64().max(0.0) as usize).min(rows - 1);
            for (sum, &v) in grad[row * c..][..c].iter_mut().zip(dy) {
                *sum = *sum + v;
            }
        }
        grad
    }
}
