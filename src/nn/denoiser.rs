//! The ends of a network that denoises, whichever architecture it is of.

use super::net::Net;
use crate::tensor::TensorId;

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

/// Where a denoiser is asked and where it answers.
#[derive(Clone, Copy, Debug)]
pub struct DenoiserEnds {
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

/// A network that denoises; [`super::Architecture::build`] makes it.
pub type Denoiser = Net<DenoiserEnds>;
