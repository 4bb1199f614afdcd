//! A layer and SiLU of what it writes, both for use: a device makes them in one dispatch.

use crate::error::Result;
use crate::graph::Graph;
use crate::ops::{Epilogue, Linear, Operation, Silu};
use crate::tensor::TensorId;

/// Both.
pub(super) struct Activated {
    /// What the layer writes.
    pub before: TensorId,
    /// SiLU of it.
    pub after: TensorId,
}

/// Appends them.
///
/// # Errors
/// The layer's operands do not fit.
pub(super) fn activated(graph: &mut Graph, name: &str, layer: Linear) -> Result<Activated> {
    let shape = layer.output_shape(graph)?;
    let after = graph.scratch(&format!("SiLU of {name}"), shape);
    let epilogue = Epilogue { activated: Some(after), ..layer.epilogue };
    let before = graph.push(name, Linear { epilogue, ..layer })?;
    graph.push_into(Silu { x: before }, after);
    Ok(Activated { before, after })
}
