//! The odd scalings of UNet2DModel (shaders/affine.wgsl): x · factor + offset, then optionally
//! divided by one number a sample.

use super::lowering::Lowering;
use super::memory::Memory;
use super::operation::{Operation, Tape};
use super::rows::clear_padding;
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, WORKGROUP, dims, shader};
use crate::tensor::{Real, Shape, TensorId, Tensors};

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
        files: vec![shader!("shared/bindings"), shader!("affine")],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: Dims::FIELDS,
    }
}

impl Operation for Affine {
    fn inputs(&self) -> Vec<TensorId> {
        [self.x].into_iter().chain(self.divisor).collect()
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let x = tensors.shape(self.x);
        if let Some(divisor) = self.divisor.map(|id| tensors.shape(id))
            && divisor != Shape::vector(x.n, 1)
        {
            return Err(Error::shape("affine", Shape::vector(x.n, 1), divisor));
        }
        Ok(x)
    }

    fn flops(&self, tensors: &Tensors, output: TensorId) -> u64 {
        2 * tensors.shape(output).elements() as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
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

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let shape = at.shape(output);
        let (y, rest, _) = memory.split(at.offset(output), shape.vec4s());
        let x = rest.at(at.offset(self.x), shape.vec4s());
        y.iter_mut().zip(x).for_each(|(y, x)| *y = x * self.factor + self.offset);
        if let Some(id) = self.divisor {
            let divisors = rest.at(at.offset(id), shape.n).chunks_exact(4);
            for (y, divisor) in y.chunks_exact_mut(shape.vec4s() * 4 / shape.n).zip(divisors) {
                y.iter_mut().for_each(|y| *y /= divisor[0]);
            }
        }
        clear_padding(y, shape.c);
    }

    fn differentiate(&self, tape: &mut dyn Tape, _: TensorId, dy: TensorId) -> Result<()> {
        if !tape.wants(self.x) {
            return Ok(());
        }
        let dx = tape.push("affine", Self { x: dy, offset: 0.0, ..*self })?;
        tape.pass_on(self.x, dx)
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let shape = values.tensors.shape(self.x);
        let per_sample = shape.elements() / shape.n;
        let divisor = |i: usize| match self.divisor {
            Some(id) => values.of(id)[i / per_sample],
            None => F::of(1.0),
        };
        let (factor, offset) = (F::of(self.factor as f64), F::of(self.offset as f64));
        let affine = |(i, &x): (usize, &F)| (x * factor + offset) / divisor(i);
        values.of(self.x).iter().enumerate().map(affine).collect()
    }

    fn kernels() -> Vec<Kernel> {
        vec![kernel()]
    }
}
