//! A network for one batch shape, whichever architecture it is of: the graph and its ends.

use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::tensor::{TensorId, TensorMap};

/// What a denoiser wants as class label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassConditioning {
    /// No label.
    None,
    /// A label in 0 … this−1, looked up in `class_embedding.weight`.
    Table(usize),
    /// A number embedded like a timestep.
    Timestep,
    /// A ready-made embedding.
    Identity,
}

/// Where the class goes in.
#[derive(Clone, Copy, Debug)]
pub enum ClassInput {
    /// A row number, `[n, 1, 1, 1]`.
    Table(TensorId),
    /// Features of a number, made like those of t, `[n, 1, 1, F]`.
    Timestep(TensorId),
    /// The embedding itself, `[n, 1, 1, E]`.
    Identity(TensorId),
}

/// See the [module documentation](self); [`super::Architecture::build`] makes it.
#[derive(Clone, Debug)]
pub struct Denoiser {
    /// Its operations.
    pub graph: Graph,
    /// x_t, `[n, h, w, in_channels]`.
    pub sample: TensorId,
    /// Features of t (see [`super::TimeFeatures`]), `[n, 1, 1, F]`.
    pub time_features: TensorId,
    /// t itself, `[n, 1, 1, 1]`: only where the output is divided by it.
    pub timestep: Option<TensorId>,
    /// The class, if the model wants one.
    pub class: Option<ClassInput>,
    /// What the model predicts, `[n, h, w, out_channels]`.
    pub output: TensorId,
}

impl Denoiser {
    /// Holds a checkpoint against the model.
    ///
    /// # Errors
    /// One sentence that names every missing, mis-shaped and left-over tensor.
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
        let known: std::collections::HashSet<&str> = parts().map(|p| p.name.as_str()).collect();
        let extra: Vec<String> = weights
            .iter()
            .filter(|(name, _)| !known.contains(name))
            .map(|(name, _)| name.to_string())
            .collect();
        let problems: Vec<String> =
            [("missing", missing), ("of another shape", misshaped), ("not of this model", extra)]
                .into_iter()
                .filter(|(_, names)| !names.is_empty())
                .map(|(what, names)| format!("{} {what}: {}", names.len(), names.join(", ")))
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
