//! A network for one batch shape: a graph, and where things go in and come out of it.
//!
//! What the ends are is up to the network: a denoiser has a noisy picture, a time and perhaps a class
//! ([`super::DenoiserEnds`]), a classifier or a decoder has one input and one output.

use crate::error::{Error, Result, few};
use crate::graph::Graph;
use crate::tensor::TensorMap;

/// See the [module documentation](self).
#[derive(Clone, Debug)]
pub struct Net<E> {
    /// Its operations.
    pub graph: Graph,
    /// The tensors it is fed and read by.
    pub ends: E,
}

impl<E> Net<E> {
    /// Holds a checkpoint against the model.
    ///
    /// # Errors
    /// One sentence that counts the missing, mis-shaped and left-over tensors and names the first of each.
    pub fn check(&self, weights: &TensorMap) -> Result<()> {
        let (mut missing, mut misshaped) = (Vec::new(), Vec::new());
        let parts = || self.graph.params().iter().flat_map(|p| &p.parts);
        for part in parts() {
            match weights.get(&part.name) {
                Err(_) => missing.push(part.name.clone()),
                Ok(tensor) if tensor.shape != part.shape => misshaped
                    .push(format!("{} (is {:?}, wants {:?})", part.name, tensor.shape, part.shape)),
                Ok(_) => {}
            }
        }
        let known: Vec<&str> = parts().map(|p| p.name.as_str()).collect();
        let extra: Vec<String> = weights
            .iter()
            .filter(|(name, _)| !known.contains(name))
            .map(|(name, _)| name.to_string())
            .collect();
        let problems: Vec<String> =
            [("missing", missing), ("of another shape", misshaped), ("not of this model", extra)]
                .into_iter()
                .filter(|(_, names)| !names.is_empty())
                .map(|(what, names)| format!("{} {what}: {}", names.len(), few(&names)))
                .collect();
        if problems.is_empty() {
            return Ok(());
        }
        Err(Error::Weights(format!(
            "these tensors do not fit config.json: {}",
            problems.join("; ")
        )))
    }
}
