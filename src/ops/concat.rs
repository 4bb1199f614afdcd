//! Concatenation along channels: the skip connections of a U-Net (shaders/concat.wgsl).
//!
//! a `[n, h, w, ca]`, b `[n, h, w, cb]` → `[n, h, w, ca + cb]`.

use super::channels::Channels;
use super::lowering::Lowering;
use super::memory::Memory;
use super::operation::{Operation, Tape};
use super::rows::clear_padding;
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Profile, WORKGROUP, dims, shader};
use crate::tensor::{Real, Shape, TensorId, Tensors};

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

fn kernel(profile: Profile) -> Kernel {
    Kernel {
        entry: "concat",
        files: vec![shader!("shared/bindings"), profile.access(), shader!("concat")],
        constants: vec![("WORKGROUP", WORKGROUP), ("PIXELS", profile.run())],
        dims: Dims::FIELDS,
    }
}

impl Operation for Concat {
    const LABEL: &'static str = "concat";

    fn inputs(&self) -> Vec<TensorId> {
        vec![self.a, self.b]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let (a, b) = (tensors.shape(self.a), tensors.shape(self.b));
        if (Shape { c: b.c, ..a }) != b {
            return Err(Error::shape("concat", Shape { c: b.c, ..a }, b));
        }
        Ok(Shape { c: a.c + b.c, ..a })
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let (a, b, y) = (to.shape(self.a), to.shape(self.b), to.shape(output));
        let dims = Dims {
            pixels: y.pixels() as u32,
            channels_a: a.c as u32,
            channels_b: b.c as u32,
            a: to.offset(self.a),
            b: to.offset(self.b),
            y: to.offset(output),
        };
        let kernel = kernel(to.profile);
        let items = y.c4() * to.profile.runs(y.pixels());
        vec![Dispatch::over(kernel, &dims, items, WORKGROUP).fetching(to.stretches(&self.inputs()))]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let shape = at.shape(output);
        let (y, rest, _) = memory.split(at.offset(output), shape.vec4s());
        let mut first = 0;
        for id in [self.a, self.b] {
            let from = at.shape(id);
            let rows = rest.at(at.offset(id), from.vec4s()).chunks_exact(from.c4() * 4);
            for (y, row) in y.chunks_exact_mut(shape.c4() * 4).zip(rows) {
                y[first..first + from.c].copy_from_slice(&row[..from.c]);
            }
            first += from.c;
        }
        clear_padding(y, shape.c);
    }

    fn differentiate(&self, tape: &mut dyn Tape, _: TensorId, dy: TensorId) -> Result<()> {
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

    fn again(&self, tape: &mut dyn Tape) -> Option<Result<Self>> {
        let mut inputs = || Ok(Self { a: tape.saved(self.a)?, b: tape.saved(self.b)? });
        Some(inputs())
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let (ca, cb) = (values.tensors.shape(self.a).c, values.tensors.shape(self.b).c);
        let (a, b) = (values.of(self.a), values.of(self.b));
        a.chunks_exact(ca).zip(b.chunks_exact(cb)).flat_map(|(a, b)| [a, b].concat()).collect()
    }

    fn kernels() -> Vec<Kernel> {
        Profile::ALL.map(kernel).to_vec()
    }
}
