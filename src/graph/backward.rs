//! Reverse-mode differentiation: appends to a graph the operations that compute its gradients.
//!
//! Operations are walked from the last to the first, and each (`src/ops`) adds what its inputs and
//! parameters get from the gradient of its output (Griewank & Walther 2008, chapter 3). A tensor with
//! several readers gets the sum of what they give, added where it is written rather than by an
//! operation of its own wherever a kernel can do that.

use super::list::Graph;
use crate::error::{Error, Result};
use crate::ops::{Affine, Op, Silu, Sum, Tape};
use crate::tensor::{Param, ParamId, Shape, Slice, TensorId, Tensors};

/// What the backward pass needs of the forward pass is kept as long as that takes no more than so much memory in all
/// (64 MiB); beyond, what is cheap is computed again. That costs a tenth of a training step.
const KEPT_VEC4S: usize = 1 << 22;

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
    let mut depends = vec![false; graph.slots.len()];
    let mut made_by = vec![None; graph.slots.len()];
    let mut readers = vec![0; graph.slots.len()];
    for (at, node) in graph.nodes.iter().enumerate() {
        let trained = node.op.params().iter().any(|p| trainable[p.0]);
        let inputs = node.op.inputs();
        depends[node.output.0] |= trained || inputs.iter().any(|t| depends[t.0]);
        inputs.iter().for_each(|t| readers[t.0] += 1);
        made_by[node.output.0] = Some(at);
    }
    let forward_nodes = graph.nodes.len();
    let gradients = vec![None; graph.slots.len()];
    let saved = vec![None; graph.slots.len()];
    let (kept, filled) = (0, vec![]);
    readers[output.0] += 1;
    let mut tape =
        Pass { graph, trainable, depends, made_by, readers, gradients, saved, kept, filled };
    tape.gradients[output.0] = Some(d_output);
    for at in (0..forward_nodes).rev() {
        let node = tape.graph.nodes[at].clone();
        let Some(dy) = tape.gradients[node.output.0] else { continue };
        if !tape.depends[node.output.0] {
            continue;
        }
        node.op.differentiate(&mut tape, node.output, dy)?;
    }
    Ok(())
}

/// A backward pass under construction.
struct Pass<'a> {
    graph: &'a mut Graph,
    trainable: Vec<bool>,
    /// Whether a tensor depends on a trained parameter.
    depends: Vec<bool>,
    made_by: Vec<Option<usize>>,
    /// How many operations of the forward pass read a tensor.
    readers: Vec<usize>,
    gradients: Vec<Option<TensorId>>,
    /// Where the backward pass finds a tensor: kept, or computed again.
    saved: Vec<Option<TensorId>>,
    /// Size of those that are kept, in vec4s.
    kept: usize,
    /// Slices of a tensor's gradient that have been written.
    filled: Vec<(TensorId, usize)>,
}

impl Tape for Pass<'_> {
    fn tensors(&self) -> &Tensors {
        self.graph
    }

    fn wants(&self, tensor: TensorId) -> bool {
        self.depends[tensor.0]
    }

    fn trains(&self, param: ParamId) -> bool {
        self.trainable[param.0]
    }

    fn append(&mut self, of: &str, op: Op) -> Result<TensorId> {
        self.graph.push(&format!("gradient of {of}"), op)
    }

    fn append_into(&mut self, into: TensorId, op: Op) {
        self.graph.push_into(op, into);
    }

    fn gradient_of(&mut self, param: ParamId) -> TensorId {
        self.graph.gradient_tensor(param)
    }

    fn scratch(&mut self, name: &str, shape: Shape) -> TensorId {
        self.graph.scratch(name, shape)
    }

    fn so_far(&self, of: TensorId) -> Option<TensorId> {
        self.gradients[of.0]
    }

    fn give(&mut self, of: TensorId, op: Op) -> Result<()> {
        let name = self.graph.tensor_name(of).to_string();
        self.gradients[of.0] = Some(self.append(&name, op)?);
        Ok(())
    }

    fn pass_on(&mut self, of: TensorId, gradient: TensorId) -> Result<()> {
        match self.gradients[of.0] {
            None => self.gradients[of.0] = Some(gradient),
            Some(so_far) => self.give(of, Sum { a: so_far, b: gradient }.into())?,
        }
        Ok(())
    }

    fn part(&mut self, of: Slice) -> Result<Slice> {
        let Slice { tensor, offset } = of;
        if self.filled.contains(&(tensor, offset)) {
            let name = self.graph.tensor_name(tensor);
            let message = format!("{name}: two layers read channel {offset}");
            return Err(Error::Config(message));
        }
        self.filled.push((tensor, offset));
        if self.gradients[tensor.0].is_none() {
            let zeros = Affine { x: tensor, factor: 0.0, offset: 0.0, divisor: None };
            self.give(tensor, zeros.into())?;
        }
        Ok(Slice { tensor: self.gradients[tensor.0].unwrap_or(tensor), offset })
    }

    fn before_silu(&self, tensor: TensorId) -> Option<TensorId> {
        let maker = &self.graph.nodes[self.made_by[tensor.0]?].op;
        let silu = maker.get::<Silu>().filter(|_| self.readers[tensor.0] == 1)?;
        Some(silu.x)
    }

    fn saved(&mut self, tensor: TensorId) -> Result<TensorId> {
        if let Some(saved) = self.saved[tensor.0] {
            return Ok(saved);
        }
        let kept = self.kept + self.graph.shape(tensor).vec4s();
        let again = match self.made_by[tensor.0] {
            Some(at) if kept > KEPT_VEC4S => self.graph.nodes[at].op.clone().again(self),
            _ => None,
        };
        let saved = if let Some(op) = again {
            let name = format!("{} again", self.graph.tensor_name(tensor));
            self.graph.push(&name, op?)?
        } else {
            self.kept = kept;
            tensor
        };
        self.saved[tensor.0] = Some(saved);
        Ok(saved)
    }
}
