//! A backward pass under construction, as operations see it: what they need to add their part.

use super::operation::Op;
use crate::error::Result;
use crate::tensor::{ParamId, Shape, Slice, TensorId, Tensors};

/// See the [module documentation](self).
pub trait Tape {
    /// Shapes of the graph.
    fn tensors(&self) -> &Tensors;

    /// Whether the gradient of a tensor is wanted.
    fn wants(&self, tensor: TensorId) -> bool;

    /// Whether a parameter is trained.
    fn trains(&self, param: ParamId) -> bool;

    /// Appends an operation under the name "gradient of …".
    fn append(&mut self, of: &str, op: Op) -> Result<TensorId>;

    /// Appends an operation that writes a tensor of which there is one already.
    fn append_into(&mut self, into: TensorId, op: Op);

    /// The tensor that holds a parameter's gradient.
    fn gradient_of(&mut self, param: ParamId) -> TensorId;

    /// A tensor that an operation uses beside its output.
    fn scratch(&mut self, name: &str, shape: Shape) -> TensorId;

    /// The gradient of a tensor as far as its other readers have given it.
    fn so_far(&self, of: TensorId) -> Option<TensorId>;

    /// Makes `op` the gradient of a tensor; `op` has added what [`Tape::so_far`] says there is already.
    fn give(&mut self, of: TensorId, op: Op) -> Result<()>;

    /// Adds to the gradient of a tensor another one that exists already.
    fn pass_on(&mut self, of: TensorId, gradient: TensorId) -> Result<()>;

    /// The part of a gradient that belongs to a part of a tensor.
    ///
    /// # Errors
    /// Two operations read the same part.
    fn part(&mut self, of: Slice) -> Result<Slice>;

    /// A tensor of the forward pass for use in the backward pass. What is large and cheap to compute is
    /// computed again, so that its memory is free between the passes.
    fn saved(&mut self, tensor: TensorId) -> Result<TensorId>;

    /// Shape of a tensor.
    fn shape(&self, tensor: TensorId) -> Shape {
        self.tensors().shape(tensor)
    }
}

impl dyn Tape + '_ {
    /// Appends an operation under the name "gradient of …".
    pub fn push(&mut self, of: &str, op: impl Into<Op>) -> Result<TensorId> {
        self.append(of, op.into())
    }

    /// Appends an operation that computes a parameter's gradient.
    pub fn push_gradient(&mut self, of: ParamId, op: impl Into<Op>) {
        let gradient = self.gradient_of(of);
        self.append_into(gradient, op.into());
    }

    /// Adds to the gradient of `of` what `make` computes. `make` is given what there is so far and adds it
    /// to its result.
    pub fn accumulate<O: Into<Op>>(
        &mut self,
        of: TensorId,
        make: impl FnOnce(Option<TensorId>) -> O,
    ) -> Result<()> {
        let op = make(self.so_far(of)).into();
        self.give(of, op)
    }

    /// Adds to the gradient of a part of a tensor; `make` is given the part of the gradient to write.
    ///
    /// # Errors
    /// Two operations read the same part.
    pub fn fill<O: Into<Op>>(&mut self, of: Slice, make: impl FnOnce(Slice) -> O) -> Result<Slice> {
        let into = self.part(of)?;
        let op = make(into).into();
        self.append_into(into.tensor, op);
        Ok(into)
    }
}
