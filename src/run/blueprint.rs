//! What a program is made from: a graph for the whole batch, and how the same is built for fewer samples.

use std::rc::Rc;

use crate::error::Result;
use crate::graph::Graph;

/// How the same network is built for another number of samples: a device that works share by share builds its own.
#[derive(Clone)]
pub struct Builder {
    /// The graph for `n` samples, tensors and parameters under the same ids.
    pub build: Rc<dyn Fn(usize) -> Result<Graph>>,
    /// The same as text, for whoever must build it elsewhere; see [`crate::model::Recipe`].
    pub recipe: Rc<str>,
}

/// What a program is made from.
pub struct Blueprint<'a> {
    /// The network for the whole batch.
    pub graph: &'a Graph,
    /// For fewer samples, where a sample knows nothing of the others. Without it the batch is one piece.
    pub builder: Option<Builder>,
}
