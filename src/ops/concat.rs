//! Concatenation along channels: the skip connections of a U-Net (shaders/concat.wgsl).
//!
//! a `[n, h, w, ca]`, b `[n, h, w, cb]` → `[n, h, w, ca + cb]`.

use super::{Channels, WORKGROUP};
use crate::cpu::{Real, Run};
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Lowering, dims, shader};
use crate::graph::{Graph, ParamId, Shape, Tape, TensorId};

/// See the [module documentation](self).
#[derive(Clone, Copy, Debug)]
pub struct Concat {
    /// First channels.
    pub a: TensorId,
    /// Last channels.
    pub b: TensorId,
}

dims! {
    /// `Dims` in shaders/concat.wgsl.
    struct Dims {
        pixels: u32,
        channels_a: u32,
        channels_b: u32,
        a: u32,
        b: u32,
        y: u32,
    }
}

pub(super) fn kernel() -> Kernel {
    Kernel {
        entry: "concat",
        files: vec![shader!("bindings"), shader!("concat")],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
}

impl Concat {
    pub(super) fn inputs(&self) -> Vec<TensorId> {
        vec![self.a, self.b]
    }

    pub(super) fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    pub(super) fn output_shape(&self, graph: &Graph) -> Result<Shape> {
        let (a, b) = (graph.shape(self.a), graph.shape(self.b));
        if (Shape { c: b.c, ..a }) != b {
            return Err(Error::shape("concat", Shape { c: b.c, ..a }, b));
        }
        Ok(Shape { c: a.c + b.c, ..a })
    }

    pub(super) fn flops(&self, _: &Graph, _: TensorId) -> u64 {
        0
    }

    pub(super) fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let (a, b, y) = (to.shape(self.a), to.shape(self.b), to.shape(output));
        let dims = Dims {
            pixels: y.pixels() as u32,
            channels_a: a.c as u32,
            channels_b: b.c as u32,
            a: to.offset(self.a),
            b: to.offset(self.b),
            y: to.offset(output),
        };
        vec![Dispatch::over(kernel(), &dims, y.vec4s(), WORKGROUP)]
    }

    pub(crate) fn differentiate(&self, tape: &mut Tape, dy: TensorId) -> Result<()> {
        let mut first = 0;
        for input in [self.a, self.b] {
            let c = tape.shape(input).c;
            if tape.wants(input) {
                tape.accumulate(input, |add| Channels { x: dy, first, c, add })?;
            }
            first += c;
        }
        Ok(())
    }

    pub(super) fn forward<F: Real>(&self, run: &Run<F>) -> Vec<F> {
        let (ca, cb) = (run.graph.shape(self.a).c, run.graph.shape(self.b).c);
        let (a, b) = (run.value(self.a), run.value(self.b));
        a.chunks_exact(ca).zip(b.chunks_exact(cb)).flat_map(|(a, b)| [a, b].concat()).collect()
    }
}
