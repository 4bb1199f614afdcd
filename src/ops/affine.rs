//! The odd scalings of UNet2DModel (shaders/affine.wgsl): x · factor + offset, then optionally
//! divided by one number a sample.

use super::WORKGROUP;
use crate::cpu::{Real, Run};
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Lowering, dims, shader};
use crate::graph::{Graph, ParamId, Shape, Tape, TensorId};

/// See the [module documentation](self).
#[derive(Clone, Copy, Debug)]
pub struct Affine {
    /// Input.
    pub x: TensorId,
    /// Multiplies.
    pub factor: f32,
    /// Is added.
    pub offset: f32,
    /// Divides, `[n, 1, 1, 1]`.
    pub divisor: Option<TensorId>,
}

dims! {
    /// `Dims` in shaders/affine.wgsl.
    struct Dims {
        vec4s: u32,
        vec4s_per_sample: u32,
        x: u32,
        y: u32,
        divisor: u32,
        flags: u32,
        factor: f32,
        offset: f32,
    }
}

pub(super) fn kernel() -> Kernel {
    Kernel {
        entry: "affine",
        files: vec![shader!("bindings"), shader!("affine")],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
}

impl Affine {
    pub(super) fn inputs(&self) -> Vec<TensorId> {
        [self.x].into_iter().chain(self.divisor).collect()
    }

    pub(super) fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    pub(super) fn output_shape(&self, graph: &Graph) -> Result<Shape> {
        let x = graph.shape(self.x);
        if let Some(divisor) = self.divisor.map(|id| graph.shape(id))
            && divisor != Shape::vector(x.n, 1)
        {
            return Err(Error::shape("affine", Shape::vector(x.n, 1), divisor));
        }
        Ok(x)
    }

    pub(super) fn flops(&self, graph: &Graph, output: TensorId) -> u64 {
        2 * graph.shape(output).elements() as u64
    }

    pub(super) fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let x = to.shape(self.x);
        let dims = Dims {
            vec4s: x.vec4s() as u32,
            vec4s_per_sample: (x.vec4s() / x.n) as u32,
            x: to.offset(self.x),
            y: to.offset(output),
            divisor: self.divisor.map_or(0, |id| to.offset(id)),
            flags: u32::from(self.divisor.is_some()),
            factor: self.factor,
            offset: self.offset,
        };
        vec![Dispatch::over(kernel(), &dims, x.vec4s(), WORKGROUP)]
    }

    pub(crate) fn differentiate(&self, tape: &mut Tape, dy: TensorId) -> Result<()> {
        if !tape.wants(self.x) {
            return Ok(());
        }
        let dx = tape.push("affine", Self { x: dy, offset: 0.0, ..*self })?;
        tape.pass_on(self.x, dx)
    }

    pub(super) fn forward<F: Real>(&self, run: &Run<F>) -> Vec<F> {
        let shape = run.graph.shape(self.x);
        let per_sample = shape.elements() / shape.n;
        let divisor = |i: usize| match self.divisor {
            Some(id) => run.value(id)[i / per_sample],
            None => F::of(1.0),
        };
        let (factor, offset) = (F::of(self.factor as f64), F::of(self.offset as f64));
        let affine = |(i, &x): (usize, &F)| (x * factor + offset) / divisor(i);
        run.value(self.x).iter().enumerate().map(affine).collect()
    }
}
