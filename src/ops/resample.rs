//! Changes of size without parameters, as in diffusers' "resnet" up- and downsampling blocks
//! (shaders/resample.wgsl).

use super::WORKGROUP;
use crate::cpu::{Real, Run};
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Lowering, dims, shader};
use crate::graph::{Graph, ParamId, Shape, TensorId};

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
        y: u32,
    }
}

pub(super) fn kernel(entry: &'static str) -> Kernel {
    Kernel {
        entry,
        files: vec![shader!("bindings"), shader!("resample")],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
}

fn lower(entry: &'static str, to: &Lowering, x: TensorId, y: TensorId) -> Vec<Dispatch> {
    let (from, into) = (to.shape(x), to.shape(y));
    let dims = Dims {
        n: into.n as u32,
        out_h: into.h as u32,
        out_w: into.w as u32,
        c4: into.c4() as u32,
        in_h: from.h as u32,
        in_w: from.w as u32,
        x: to.offset(x),
        y: to.offset(y),
    };
    vec![Dispatch::over(kernel(entry), &dims, into.vec4s(), WORKGROUP)]
}

impl Upsample {
    pub(super) fn inputs(&self) -> Vec<TensorId> {
        vec![self.x]
    }

    pub(super) fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    pub(super) fn output_shape(&self, graph: &Graph) -> Result<Shape> {
        let x = graph.shape(self.x);
        Ok(Shape { h: 2 * x.h, w: 2 * x.w, ..x })
    }

    pub(super) fn flops(&self, _: &Graph, _: TensorId) -> u64 {
        0
    }

    pub(super) fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        lower("upsample", to, self.x, output)
    }

    pub(super) fn forward<F: Real>(&self, run: &Run<F>) -> Vec<F> {
        let s = run.graph.shape(self.x);
        let x = run.value(self.x);
        let source = |i: usize| {
            let (c, ox) = (i % s.c, i / s.c % (2 * s.w));
            let (oy, n) = (i / s.c / (2 * s.w) % (2 * s.h), i / s.c / (4 * s.w * s.h));
            x[((n * s.h + oy / 2) * s.w + ox / 2) * s.c + c]
        };
        (0..4 * s.elements()).map(source).collect()
    }
}

impl AveragePool {
    pub(super) fn inputs(&self) -> Vec<TensorId> {
        vec![self.x]
    }

    pub(super) fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    pub(super) fn output_shape(&self, graph: &Graph) -> Result<Shape> {
        let x = graph.shape(self.x);
        if !x.h.is_multiple_of(2) || !x.w.is_multiple_of(2) {
            return Err(Error::shape("average pool", "even height and width", x));
        }
        Ok(Shape { h: x.h / 2, w: x.w / 2, ..x })
    }

    pub(super) fn flops(&self, graph: &Graph, output: TensorId) -> u64 {
        4 * graph.shape(output).elements() as u64
    }

    pub(super) fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        lower("average_pool", to, self.x, output)
    }

    pub(super) fn forward<F: Real>(&self, run: &Run<F>) -> Vec<F> {
        let s = run.graph.shape(self.x);
        let x = run.value(self.x);
        let (h, w) = (s.h / 2, s.w / 2);
        let mean = |i: usize| {
            let (c, ox, oy, n) = (i % s.c, i / s.c % w, i / s.c / w % h, i / s.c / w / h);
            let at =
                |y: usize, x_: usize| x[((n * s.h + 2 * oy + y) * s.w + 2 * ox + x_) * s.c + c];
            (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) * F::of(0.25)
        };
        (0..s.elements() / 4).map(mean).collect()
    }
}
