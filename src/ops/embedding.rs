//! A row of a table per sample: the class embedding (shaders/embedding.wgsl).
//!
//! labels `[n, 1, 1, 1]` (whole numbers), table `[rows, c]` → `[n, 1, 1, c]`.

use super::WORKGROUP;
use crate::cpu::{Real, Run};
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Lowering, dims, shader};
use crate::graph::{Graph, ParamId, Shape, TensorId};

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
        y: u32,
    }
}

pub(super) fn kernel() -> Kernel {
    Kernel {
        entry: "embedding",
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
            y: to.offset(output),
        };
        vec![Dispatch::new(kernel(), &dims, [y.vec4s().div_ceil(WORKGROUP as usize), 1, 1])]
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
