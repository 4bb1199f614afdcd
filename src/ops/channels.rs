//! Some of the channels of a tensor (shaders/channels.wgsl): what each side of a concatenation gets of
//! its gradient.
//!
//! x `[n, h, w, all]` → `[n, h, w, c]`, channels `first .. first + c`.

use super::lowering::Lowering;
use super::memory::Memory;
use super::operation::Operation;
use super::rows::{clear_padding, plus};
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Profile, WORKGROUP, dims, shader};
use crate::tensor::{Real, Shape, TensorId, Tensors};

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

fn kernel(profile: Profile) -> Kernel {
    Kernel {
        entry: "channels",
        files: vec![shader!("shared/bindings"), shader!("channels")],
        constants: vec![("WORKGROUP", WORKGROUP), ("PIXELS", profile.run())],
        dims: Dims::FIELDS,
    }
}

impl Operation for Channels {
    fn inputs(&self) -> Vec<TensorId> {
        [self.x].into_iter().chain(self.add).collect()
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let x = tensors.shape(self.x);
        if self.first + self.c > x.c {
            return Err(Error::shape("channels", [self.first + self.c], x));
        }
        Ok(Shape { c: self.c, ..x })
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
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
        let items = y.c4() * to.profile.runs(y.pixels());
        vec![Dispatch::over(kernel(to.profile), &dims, items, WORKGROUP)]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let (from, into) = (at.shape(self.x), at.shape(output));
        let (y, rest, _) = memory.split(at.offset(output), into.vec4s());
        let x = rest.at(at.offset(self.x), from.vec4s());
        for (y, x) in y.chunks_exact_mut(into.c4() * 4).zip(x.chunks_exact(from.c4() * 4)) {
            y[..self.c].copy_from_slice(&x[self.first..self.first + self.c]);
        }
        clear_padding(y, self.c);
        if let Some(add) = self.add {
            plus(y, rest.at(at.offset(add), into.vec4s()));
        }
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let all = values.tensors.shape(self.x).c;
        let rows = values.of(self.x).chunks_exact(all);
        let taken = rows.flat_map(|row| row[self.first..self.first + self.c].to_vec());
        values.plus(self.add, taken.collect())
    }

    fn kernels() -> Vec<Kernel> {
        Profile::ALL.map(kernel).to_vec()
    }
}
