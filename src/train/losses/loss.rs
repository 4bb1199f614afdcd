//! What makes a type a loss: the part of the graph it appends.

use crate::error::Result;
use crate::graph::Graph;
use crate::tensor::TensorId;

/// A loss, as a part of the graph that is trained.
pub trait Loss {
    /// What it is fed beside the network's own inputs.
    type Ends;

    /// Appends the loss of each sample and the gradient of their mean.
    ///
    /// # Errors
    /// It has nothing to say about an answer of that shape.
    fn append(&self, graph: &mut Graph, answer: TensorId) -> Result<Appended<Self::Ends>>;
}

/// What a loss has appended.
#[derive(Clone, Copy, Debug)]
pub struct Appended<L> {
    /// What it is fed.
    pub ends: L,
    /// Loss of each sample, `[n, 1, 1, 1]`.
    pub losses: TensorId,
    /// Gradient of their mean by the answer, of the answer's shape.
    pub gradient: TensorId,
}
