//! SiLU as an operation of its own (shaders/silu_op.wgsl): where what goes into it is needed too, by a residual or by its
//! gradient. On a device the layer before may do it on the way ([`Epilogue::activated`](super::Epilogue)), and the layer
//! after its gradient ([`LinearInputGrad`](super::LinearInputGrad)).

use super::exp::{silu, silu_slope};
use super::lowering::Lowering;
use super::memory::Memory;
use super::operation::{Operation, Tape};
use super::rows::plus;
use super::simd::vectorize;
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, WORKGROUP, dims, shader};
use crate::tensor::{Real, Shape, TensorId, Tensors};

/// x·σ(x).
#[derive(Clone, Copy, Debug)]
pub struct Silu {
    /// Input.
    pub x: TensorId,
}

/// Its gradient: dy·σ(x)·(1 + x·(1 − σ(x))), plus what is given.
#[derive(Clone, Copy, Debug)]
pub struct SiluGrad {
    /// What went into the SiLU.
    pub x: TensorId,
    /// Gradient of what came out.
    pub dy: TensorId,
    /// Is added.
    pub add: Option<TensorId>,
}

dims! {
    /// `Dims` in shaders/silu_op.wgsl.
    struct Dims {
        vec4s: u32,
        x: u32,
        dy: u32,
        add: u32,
        y: u32,
        flags: u32,
    }
}

const ADD: u32 = 1;

/// From the gradient of what came out that of what went in.
pub(super) fn times_slope(gradient: &mut [f32], x: &[f32]) {
    vectorize(
        #[inline(always)]
        || {
            for (gradient, &x) in gradient.iter_mut().zip(x) {
                *gradient *= silu_slope(x);
            }
        },
    );
}

pub(super) fn kernel(entry: &'static str) -> Kernel {
    Kernel {
        entry,
        files: vec![shader!("shared/bindings"), shader!("shared/silu"), shader!("silu_op")],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
}

impl Operation for Silu {
    fn inputs(&self) -> Vec<TensorId> {
        vec![self.x]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        Ok(tensors.shape(self.x))
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let vec4s = to.shape(self.x).vec4s();
        let dims = Dims {
            vec4s: vec4s as u32,
            x: to.offset(self.x),
            y: to.offset(output),
            ..Default::default()
        };
        vec![Dispatch::over(kernel("silu_forward"), &dims, vec4s, WORKGROUP)]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let vec4s = at.shape(output).vec4s();
        let (y, rest, _) = memory.split(at.offset(output), vec4s);
        let x = rest.at(at.offset(self.x), vec4s);
        vectorize(
            #[inline(always)]
            || {
                for (y, &x) in y.iter_mut().zip(x) {
                    *y = silu(x);
                }
            },
        );
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        values.of(self.x).iter().map(|x| x.silu()).collect()
    }

    fn differentiate(&self, tape: &mut dyn Tape, _: TensorId, dy: TensorId) -> Result<()> {
        if !tape.wants(self.x) {
            return Ok(());
        }
        let x = tape.saved(self.x)?;
        tape.accumulate(self.x, |add| SiluGrad { x, dy, add })
    }

    fn kernels() -> Vec<Kernel> {
        vec![kernel("silu_forward")]
    }
}

impl Operation for SiluGrad {
    fn inputs(&self) -> Vec<TensorId> {
        [self.x, self.dy].into_iter().chain(self.add).collect()
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let (x, dy) = (tensors.shape(self.x), tensors.shape(self.dy));
        if x != dy {
            return Err(Error::shape("gradient of SiLU", x, dy));
        }
        Ok(x)
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let vec4s = to.shape(self.x).vec4s();
        let dims = Dims {
            vec4s: vec4s as u32,
            x: to.offset(self.x),
            dy: to.offset(self.dy),
            add: self.add.map_or(0, |id| to.offset(id)),
            y: to.offset(output),
            flags: if self.add.is_some() { ADD } else { 0 },
        };
        vec![Dispatch::over(kernel("silu_grad"), &dims, vec4s, WORKGROUP)]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let vec4s = at.shape(output).vec4s();
        let (dx, rest, _) = memory.split(at.offset(output), vec4s);
        let [x, dy] = [self.x, self.dy].map(|id| rest.at(at.offset(id), vec4s));
        dx.copy_from_slice(dy);
        times_slope(dx, x);
        if let Some(add) = self.add {
            plus(dx, rest.at(at.offset(add), vec4s));
        }
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let (x, dy) = (values.of(self.x), values.of(self.dy));
        let slope = x.iter().zip(dy).map(|(x, &dy)| x.silu_slope() * dy);
        values.plus(self.add, slope.collect())
    }

    fn kernels() -> Vec<Kernel> {
        vec![kernel("silu_grad")]
    }
}
