//! SiLU as an operation of its own (shaders/silu_op.wgsl): where its input is needed again, by a
//! gradient or a residual, it cannot be part of the layer before it.

use super::WORKGROUP;
use crate::cpu::{Real, Run};
use crate::error::Result;
use crate::gpu::{Dispatch, Kernel, Lowering, dims, shader};
use crate::graph::{Graph, ParamId, Shape, TensorId};

/// See the [module documentation](self).
#[derive(Clone, Copy, Debug)]
pub struct Silu {
    /// Input.
    pub x: TensorId,
}

dims! {
    /// `Dims` in shaders/silu_op.wgsl.
    struct Dims {
        vec4s: u32,
        x: u32,
        y: u32,
    }
}

pub(super) fn kernel() -> Kernel {
    Kernel {
        entry: "silu_forward",
        files: vec![shader!("bindings"), shader!("silu"), shader!("silu_op")],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
}

impl Silu {
    pub(super) fn inputs(&self) -> Vec<TensorId> {
        vec![self.x]
    }

    pub(super) fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    pub(super) fn output_shape(&self, graph: &Graph) -> Result<Shape> {
        Ok(graph.shape(self.x))
    }

    pub(super) fn flops(&self, graph: &Graph, output: TensorId) -> u64 {
        4 * graph.shape(output).elements() as u64
    }

    pub(super) fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let vec4s = to.shape(self.x).vec4s();
        let dims = Dims { vec4s: vec4s as u32, x: to.offset(self.x), y: to.offset(output) };
        vec![Dispatch::over(kernel(), &dims, vec4s, WORKGROUP)]
    }

    pub(super) fn forward<F: Real>(&self, run: &Run<F>) -> Vec<F> {
        run.value(self.x).iter().map(|x| x.silu()).collect()
    }
}
