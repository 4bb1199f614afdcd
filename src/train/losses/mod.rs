//! What a network's answer is held against. A loss is a type with a file of its own.

mod loss;
mod mse;

pub use loss::{Appended, Loss};
pub use mse::{MeanSquaredError, Target};
