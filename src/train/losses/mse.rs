//! The squared error, weighted sample by sample: the loss of every objective (`objective.rs` says what the
//! target and the weight are).

use super::loss::{Appended, Loss};
use crate::error::Result;
use crate::graph::Graph;
use crate::ops::{Mse, MseGrad};
use crate::tensor::{Shape, TensorId};

/// weight · mean (answer − target)².
#[derive(Clone, Copy, Debug)]
pub struct MeanSquaredError;

/// What it is fed.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What the network should answer, of the answer's shape.
    pub target: TensorId,
    /// Weight of each sample's error, `[n, 1, 1, 1]`.
    pub weight: TensorId,
}

impl Loss for MeanSquaredError {
    type Ends = Target;

    fn append(&self, graph: &mut Graph, prediction: TensorId) -> Result<Appended<Target>> {
        let shape = graph.shape(prediction);
        let target = graph.input("target", shape);
        let weight = graph.input("weight", Shape::vector(shape.n, 1));
        let losses = graph.push("loss", Mse { prediction, target, weight })?;
        let slope = MseGrad { prediction, target, weight };
        let gradient = graph.push("gradient of loss", slope)?;
        Ok(Appended { ends: Target { target, weight }, losses, gradient })
    }
}
