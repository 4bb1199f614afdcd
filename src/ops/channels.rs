//! Some of the channels of a tensor (shaders/channels.wgsl): what each side of a concatenation gets of
//! its gradient.
//!
//! x `[n, h, w, all]` → `[n, h, w, c]`, channels `first .. first + c`.

use super::WORKGROUP;
use crate::cpu::{Real, Run};
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Lowering, dims, shader};
use crate::graph::{Graph, ParamId, Shape, TensorId};

/// See the [module documentation](self).
#[derive(Clone, Copy, Debug)]
pub struct Channels {
    /// Input.
    pub x: TensorId,
    /// First channel taken.
    pub first: usize,
    /// Number of channels taken.
    pub c: usize,
    /// Is added.
    pub add: Option<TensorId>,
}

dims! {
    /// `Dims` in shaders/channels.wgsl.
    struct Dims {
        pixels: u32,
        x_c4: u32,
        first: u32,
        channels: u32,
        x: u32,
        add: u32,
        y: u32,
        flags: u32,
    }
}

const ADD: u32 = 1;

pub(super) fn kernel() -> Kernel {
    Kernel {
        entry: "channels",
        files: vec![shader!("bindings"), shader!("channels")],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
}

impl Channels {
    pub(super) fn inputs(&self) -> Vec<TensorId> {
        [self.x].into_iter().chain(self.add).collect()
    }

    pub(super) fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    pub(super) fn output_shape(&self, graph: &Graph) -> Result<Shape> {
        let x = graph.shape(self.x);
        if self.first + self.c > x.c {
            return Err(Error::shape("channels", [self.first + self.c], x));
        }
        Ok(Shape { c: self.c, ..x })
    }

    pub(super) fn flops(&self, _: &Graph, _: TensorId) -> u64 {
        0
    }

    pub(super) fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let (x, y) = (to.shape(self.x), to.shape(output));
        let dims = Dims {
            pixels: y.pixels() as u32,
            x_c4: x.c4() as u32,
            first: self.first as u32,
            channels: self.c as u32,
            x: to.offset(self.x),
            add: self.add.map_or(0, |id| to.offset(id)),
            y: to.offset(output),
            flags: if self.add.is_some() { ADD } else { 0 },
        };
        vec![Dispatch::over(kernel(), &dims, y.vec4s(), WORKGROUP)]
    }

    pub(super) fn forward<F: Real>(&self, run: &Run<F>) -> Vec<F> {
        let all = run.graph.shape(self.x).c;
        let rows = run.value(self.x).chunks_exact(all);
        let taken = rows.flat_map(|row| row[self.first..self.first + self.c].to_vec());
        run.plus(self.add, taken.collect())
    }
}
