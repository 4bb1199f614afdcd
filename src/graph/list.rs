//! A graph: operations in order of execution, over a table of tensors and parameters.

use std::ops::{Deref, DerefMut};

use crate::error::{Error, Result};
use crate::ops::Op;
use crate::tensor::{TensorId, Tensors};

/// An operation and the tensor it writes.
#[derive(Clone, Debug)]
pub struct Node {
    /// What is done, with its operands.
    pub op: Op,
    /// What it writes.
    pub output: TensorId,
}

/// See the [module documentation](self). It is used like its table of tensors, to which it adds operations.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub(super) tensors: Tensors,
    pub(super) nodes: Vec<Node>,
}

impl Deref for Graph {
    type Target = Tensors;

    fn deref(&self) -> &Tensors {
        &self.tensors
    }
}

impl DerefMut for Graph {
    fn deref_mut(&mut self) -> &mut Tensors {
        &mut self.tensors
    }
}

impl Graph {
    /// An empty graph.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends an operation under the name of its layer and returns what it writes.
    pub fn push(&mut self, name: &str, op: impl Into<Op>) -> Result<TensorId> {
        let op = op.into();
        let shape = op.output_shape(&self.tensors).map_err(|error| match error {
            Error::Shape { op, expected, got } => {
                Error::Shape { op: format!("{name} ({op})"), expected, got }
            }
            other => other,
        })?;
        let output = self.scratch(name, shape);
        self.nodes.push(Node { op, output });
        Ok(output)
    }

    /// Appends an operation that writes a tensor of which there is one already: a parameter's gradient,
    /// or a part of a tensor that several operations fill.
    pub fn push_into(&mut self, op: impl Into<Op>, output: TensorId) {
        self.nodes.push(Node { op: op.into(), output });
    }

    /// One of its operations by itself, over the same table; what it reads and writes is kept, but for scratch, which
    /// no operation has left and nobody feeds.
    pub fn alone(&self, node: usize) -> Self {
        let (before, node) = (&self.nodes[..node], self.nodes[node].clone());
        let fed =
            |id: &TensorId| self.slots[id.0].pinned || before.iter().any(|node| node.output == *id);
        let mut tensors = self.tensors.clone();
        tensors.slots.iter_mut().for_each(|slot| slot.pinned = false);
        for tensor in node.op.inputs().into_iter().filter(fed).chain([node.output]) {
            tensors.pin(tensor);
        }
        Self { tensors, nodes: vec![node] }
    }

    /// "28×28×32 → 28×28×64": what one of its operations reads first and what it writes, rows × columns × channels of a
    /// sample; a weight's gradient as the checkpoint shapes the weight.
    pub fn shapes(&self, node: usize) -> String {
        let node = &self.nodes[node];
        let join = |dims: &[usize]| dims.iter().map(usize::to_string).collect::<Vec<_>>().join("×");
        let of = |id: TensorId| {
            let shape = self.shape(id);
            match self.slots[id.0].gradient_of {
                Some(param) => join(&self.param_info(param).dims),
                None => join(&[shape.h, shape.w, shape.c]),
            }
        };
        let read = node.op.inputs().first().map_or(String::new(), |&id| of(id));
        format!("{read} → {}", of(node.output))
    }

    /// What one of its operations is called wherever it takes about the same time: kind, shapes, and the batch up to a
    /// power of two.
    pub fn kind(&self, node: usize) -> String {
        let Node { op, output } = &self.nodes[node];
        let n = self.shape(op.inputs().first().copied().unwrap_or(*output)).n;
        format!("{} {} × {}", op.label(), n.next_power_of_two(), self.shapes(node))
    }

    /// Whether one of its operations computes; the others only move numbers.
    pub fn computes(&self, node: usize) -> bool {
        let Node { op, output } = &self.nodes[node];
        op.label() != "other" && op.flops(self, *output) > 0
    }

    /// All operations in order of execution.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Floating-point operations of one run, a multiply-add counted as two.
    pub fn flops(&self) -> u64 {
        self.nodes.iter().map(|node| node.op.flops(self, node.output)).sum()
    }
}
