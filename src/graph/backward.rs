//! Reverse-mode differentiation: appends to a graph the operations that compute its gradients.
//!
//! Operations are walked from the last to the first, and each (`src/ops`) adds what its inputs and
//! parameters get from the gradient of its output (Griewank & Walther 2008, chapter 3). A tensor with
//! several readers gets the sum of what they give, added where it is written rather than by an
//! operation of its own wherever a kernel can do that.

use super::{Graph, Param, ParamId, Shape, TensorId};
use crate::error::{Error, Result};
use crate::ops::{Affine, Op, Slice, Sum};

/// Tensors up to this size (256 KiB) are kept, however cheap: a dispatch costs more than their memory.
const KEPT_VEC4S: usize = 1 << 14;

/// Appends the backward pass: given `d_output`, the gradient of some loss by `output`, computes the
/// gradient of that loss by every parameter that `trainable` picks ([`Graph::gradient`]).
///
/// # Errors
/// `d_output` has another shape than `output`, or an operation on the way has no gradient.
pub fn backward(
    graph: &mut Graph,
    output: TensorId,
    d_output: TensorId,
    trainable: impl Fn(&Param) -> bool,
) -> Result<()> {
    let (expected, got) = (graph.shape(output), graph.shape(d_output));
    if expected != got {
        return Err(Error::shape("gradient of the output", expected, got));
    }
    let trainable: Vec<bool> =
        graph.params().iter().map(|p| p.vec4s() > 0 && trainable(p)).collect();
    let mut depends = vec![false; graph.tensors.len()];
    let mut made_by = vec![None; graph.tensors.len()];
    for (at, node) in graph.nodes.iter().enumerate() {
        let trained = node.op.params().iter().any(|p| trainable[p.0]);
        depends[node.output.0] |= trained || node.op.inputs().iter().any(|t| depends[t.0]);
        made_by[node.output.0] = Some(at);
    }
    let forward_nodes = graph.nodes.len();
    let gradients = vec![None; graph.tensors.len()];
    let again = vec![None; graph.tensors.len()];
    let mut tape = Tape { graph, trainable, depends, made_by, gradients, again, filled: vec![] };
    tape.gradients[output.0] = Some(d_output);
    for at in (0..forward_nodes).rev() {
        let node = tape.graph.nodes[at].clone();
        let Some(dy) = tape.gradients[node.output.0] else { continue };
        if !tape.depends[node.output.0] {
            continue;
        }
        match &node.op {
            Op::Conv2d(op) => op.differentiate(&mut tape, dy)?,
            Op::Linear(op) => op.differentiate(&mut tape, dy)?,
            Op::GroupNorm(op) => op.differentiate(&mut tape, dy)?,
            Op::Attention(op) => op.differentiate(&mut tape, node.output, dy)?,
            Op::Concat(op) => op.differentiate(&mut tape, dy)?,
            Op::Upsample(op) => op.differentiate(&mut tape, dy)?,
            Op::AveragePool(op) => op.differentiate(&mut tape, dy)?,
            Op::Affine(op) => op.differentiate(&mut tape, dy)?,
            Op::Embedding(op) => op.differentiate(&mut tape, dy)?,
            Op::Silu(op) => op.differentiate(&mut tape, dy)?,
            Op::Sum(op) => op.differentiate(&mut tape, dy)?,
            _ => {
                let name = tape.graph.tensor_name(node.output);
                return Err(Error::Config(format!("{name}: this operation has no gradient")));
            }
        }
    }
    Ok(())
}

/// A backward pass under construction: what operations need to add their part to it.
pub(crate) struct Tape<'a> {
    pub graph: &'a mut Graph,
    trainable: Vec<bool>,
    /// Whether a tensor depends on a trained parameter.
    depends: Vec<bool>,
    made_by: Vec<Option<usize>>,
    gradients: Vec<Option<TensorId>>,
    /// Where a tensor is computed again for the backward pass.
    again: Vec<Option<TensorId>>,
    /// Slices of a tensor's gradient that have been written.
    filled: Vec<(TensorId, usize)>,
}

impl Tape<'_> {
    /// Whether the gradient of a tensor is wanted.
    pub fn wants(&self, tensor: TensorId) -> bool {
        self.depends[tensor.0]
    }

    /// Whether a parameter is trained.
    pub fn trains(&self, param: ParamId) -> bool {
        self.trainable[param.0]
    }

    /// Shape of a tensor.
    pub fn shape(&self, tensor: TensorId) -> Shape {
        self.graph.shape(tensor)
    }

    /// Appends an operation under the name "gradient of …".
    pub fn push(&mut self, of: &str, op: impl Into<Op>) -> Result<TensorId> {
        self.graph.push(&format!("gradient of {of}"), op)
    }

    /// Appends an operation that computes a parameter's gradient.
    pub fn push_gradient(&mut self, of: ParamId, op: impl Into<Op>) {
        let gradient = self.graph.gradient_tensor(of);
        self.graph.push_into(op, gradient);
    }

    /// Adds to the gradient of `of` what `make` computes. `make` is given what there is so far and
    /// adds it to its result.
    pub fn accumulate<O: Into<Op>>(
        &mut self,
        of: TensorId,
        make: impl FnOnce(Option<TensorId>) -> O,
    ) -> Result<()> {
        let op = make(self.gradients[of.0]);
        let name = self.graph.tensor_name(of).to_string();
        self.gradients[of.0] = Some(self.push(&name, op)?);
        Ok(())
    }

    /// Adds to the gradient of `of` a tensor that exists already.
    pub fn pass_on(&mut self, of: TensorId, gradient: TensorId) -> Result<()> {
        match self.gradients[of.0] {
            None => self.gradients[of.0] = Some(gradient),
            Some(so_far) => {
                let name = self.graph.tensor_name(of).to_string();
                self.gradients[of.0] = Some(self.push(&name, Sum { a: so_far, b: gradient })?);
            }
        }
        Ok(())
    }

    /// Adds to the gradient of a part of a tensor; `make` is given the part of the gradient to write.
    ///
    /// # Errors
    /// Two operations read the same part.
    pub fn fill<O: Into<Op>>(
        &mut self,
        part: Slice,
        make: impl FnOnce(Slice) -> O,
    ) -> Result<Slice> {
        let of = part.tensor;
        let name = self.graph.tensor_name(of).to_string();
        if self.filled.contains(&(of, part.offset)) {
            let message = format!("{name}: two layers read channel {}", part.offset);
            return Err(Error::Config(message));
        }
        self.filled.push((of, part.offset));
        let whole = match self.gradients[of.0] {
            Some(whole) => whole,
            None => {
                let zeros = Affine { x: of, factor: 0.0, offset: 0.0, divisor: None };
                let whole = self.push(&name, zeros)?;
                self.gradients[of.0] = Some(whole);
                whole
            }
        };
        let into = Slice { tensor: whole, offset: part.offset };
        self.graph.push_into(make(into), whole);
        Ok(into)
    }

    /// A tensor of the forward pass for use in the backward pass. What is large and cheap to compute is
    /// computed again, so that its memory is free between the passes.
    pub fn saved(&mut self, tensor: TensorId) -> Result<TensorId> {
        if self.graph.shape(tensor).vec4s() <= KEPT_VEC4S {
            return Ok(tensor);
        }
        if let Some(again) = self.again[tensor.0] {
            return Ok(again);
        }
        let Some(at) = self.made_by[tensor.0] else { return Ok(tensor) };
        let name = format!("{} again", self.graph.tensor_name(tensor));
        let op: Op = match self.graph.nodes[at].op.clone() {
            Op::GroupNorm(mut op) => {
                op.x = self.saved(op.x)?;
                op.into()
            }
            Op::Concat(mut op) => {
                op.a = self.saved(op.a)?;
                op.b = self.saved(op.b)?;
                op.into()
            }
            _ => return Ok(tensor),
        };
        let again = self.graph.push(&name, op)?;
        self.again[tensor.0] = Some(again);
        Ok(again)
    }
}
