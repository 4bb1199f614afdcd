//! What an operation needs to know to turn itself into dispatches: where everything lies.

use std::ops::Range;

use crate::gpu::{Profile, Way};
use crate::tensor::{ParamId, Shape, Slice, TensorId, Tensors};

/// See the [module documentation](self).
pub struct Lowering<'a> {
    /// Shapes.
    pub tensors: &'a Tensors,
    /// Which kernels to use.
    pub profile: Profile,
    /// Which of the ways that lead to the same.
    pub way: Way,
    /// Address of each tensor in the arena, in vec4 units.
    pub tensor_offsets: &'a [usize],
    /// Address of each parameter in the parameters' buffer, in vec4 units.
    pub param_offsets: &'a [u32],
    /// Where an operation is lowered in pieces ([`super::Operation::BY_SAMPLES`]): which samples this one is for. Tensors
    /// are then as if there were no others.
    pub samples: Option<Samples>,
    /// Where in the arena the operation that is lowered has the room it asked for, in vec4 units.
    pub workspace: u32,
}

/// Some samples of a batch.
#[derive(Clone, Debug)]
pub struct Samples {
    /// These.
    pub range: Range<usize>,
    /// Of so many.
    pub batch: usize,
}

impl Lowering<'_> {
    /// Shape of a tensor.
    pub fn shape(&self, tensor: TensorId) -> Shape {
        let shape = self.tensors.shape(tensor);
        self.samples.as_ref().map_or(shape, |samples| Shape { n: samples.range.len(), ..shape })
    }

    /// The shape of a tensor with all samples, of which this is the shape with those of the piece.
    pub fn whole(&self, shape: Shape) -> Shape {
        self.samples.as_ref().map_or(shape, |samples| Shape { n: samples.batch, ..shape })
    }

    /// Address of a tensor in the arena, in vec4 units.
    pub fn offset(&self, tensor: TensorId) -> u32 {
        let skipped = self.samples.as_ref().map_or(0, |Samples { range, batch }| {
            self.tensors.shape(tensor).vec4s() / batch * range.start
        });
        (self.tensor_offsets[tensor.0] + skipped) as u32
    }

    /// Where a tensor lies in the arena, in vec4 units.
    pub fn stretch(&self, tensor: TensorId) -> Range<u32> {
        let at = self.offset(tensor);
        at..at + self.shape(tensor).vec4s() as u32
    }

    /// Where tensors lie.
    pub fn stretches(&self, tensors: &[TensorId]) -> Vec<Range<u32>> {
        tensors.iter().map(|&id| self.stretch(id)).collect()
    }

    /// Where the first sample's part of a vector lies in the arena, in vec4 units.
    pub fn slice(&self, slice: Slice) -> u32 {
        self.offset(slice.tensor) + slice.offset as u32 / 4
    }

    /// Address of a parameter, in vec4 units.
    pub fn param(&self, param: ParamId) -> u32 {
        self.param_offsets[param.0]
    }
}
