//! Linear layer over channels, which is also a 1×1 convolution (shaders/linear.wgsl).
//!
//! x `[n, h, w, ci]`, weight `[co, ci]`, bias `[co]` → y `[n, h, w, co]`.

use super::WORKGROUP;
use super::conv::Pass;
use super::epilogue::{Epilogue, EpilogueDims};
use super::linear_grad::{LinearInputGrad, LinearWeightGrad};
use crate::cpu::{Real, Run};
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Lowering, dims, shader};
use crate::graph::{Graph, ParamId, Shape, Tape, TensorId};

/// See the [module documentation](self).
#[derive(Clone, Copy, Debug)]
pub struct Linear {
    /// Input.
    pub x: TensorId,
    /// Weight `[co, ci]`.
    pub weight: ParamId,
    /// Bias `[co]`.
    pub bias: ParamId,
    /// What happens to the sums.
    pub epilogue: Epilogue,
}

dims! {
    /// `Dims` in shaders/linear.wgsl.
    pub(super) struct Dims {
        epilogue: EpilogueDims,
        rows: u32,
        rows_per_sample: u32,
        in_c4: u32,
        x: u32,
        weight: u32,
    }
}

pub(super) fn kernel(pass: Pass) -> Kernel {
    let fragments = [shader!("bindings"), shader!("silu"), shader!("epilogue")];
    Kernel {
        entry: "linear",
        files: [&fragments[..], &[pass.weights(), shader!("linear")]].concat(),
        constants: vec![("KERNEL", 1), ("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
}

/// The dispatch that writes a tensor of shape y.
pub(super) fn dispatch(pass: Pass, dims: &Dims, y: Shape) -> Dispatch {
    let groups = [y.pixels().div_ceil(8 * WORKGROUP as usize), y.c.div_ceil(8), 1];
    Dispatch::new(kernel(pass), dims, groups)
}

impl Linear {
    pub(super) fn inputs(&self) -> Vec<TensorId> {
        [self.x].into_iter().chain(self.epilogue.inputs()).collect()
    }

    pub(super) fn params(&self) -> Vec<ParamId> {
        vec![self.weight, self.bias]
    }

    pub(super) fn output_shape(&self, graph: &Graph) -> Result<Shape> {
        let x = graph.shape(self.x);
        let [co, ci, kh, kw] = graph.param_info(self.weight).dims;
        if ci != x.c || (kh, kw) != (1, 1) {
            return Err(Error::shape("linear", [co, x.c], [co, ci]));
        }
        let shape = Shape { c: co, ..x };
        self.epilogue.check(graph, "linear", shape)?;
        Ok(shape)
    }

    pub(super) fn flops(&self, graph: &Graph, output: TensorId) -> u64 {
        2 * (graph.shape(output).elements() * graph.shape(self.x).c) as u64
    }

    pub(super) fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let x = to.shape(self.x);
        let dims = Dims {
            epilogue: self.epilogue.lower(to, self.bias, output),
            rows: x.pixels() as u32,
            rows_per_sample: (x.h * x.w) as u32,
            in_c4: x.c4() as u32,
            x: to.offset(self.x),
            weight: to.param(self.weight),
        };
        vec![dispatch(Pass::Forward, &dims, to.shape(output))]
    }

    pub(crate) fn differentiate(&self, tape: &mut Tape, dy: TensorId) -> Result<()> {
        let dz = self.epilogue.differentiate(tape, self.bias, dy)?;
        if tape.trains(self.weight) {
            let x = tape.saved(self.x)?;
            LinearWeightGrad::push(tape, x, dz, self.weight)?;
        }
        if tape.wants(self.x) {
            let weight = self.weight;
            tape.accumulate(self.x, |add| LinearInputGrad { dy: dz, weight, add })?;
        }
        Ok(())
    }

    pub(super) fn forward<F: Real>(&self, run: &Run<F>) -> Vec<F> {
        let [co, ci, ..] = run.graph.param_info(self.weight).dims;
        let shape = Shape { c: co, ..run.graph.shape(self.x) };
        let weight = run.param(self.weight);
        let mut y = vec![F::of(0.0); shape.elements()];
        for (input, sums) in run.value(self.x).chunks_exact(ci).zip(y.chunks_exact_mut(co)) {
            for (o, sum) in sums.iter_mut().enumerate() {
                for (i, &value) in input.iter().enumerate() {
                    *sum = *sum + weight[o * ci + i] * value;
                }
            }
        }
        self.epilogue.apply(run, self.bias, shape, &mut y);
        y
    }
}
