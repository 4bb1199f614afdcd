//! The static graph: what is computed, said once, before any device is touched.
//!
//! A model at a batch size is a list of operations over tensors and parameters whose shapes are all
//! known. [`backward()`] appends the operations that compute its gradients. Two executors read it
//! (`run`): one lowers it to WGSL dispatches, the other runs it in plain loops at f32 or f64.

mod backward;
mod list;
mod planner;

pub use backward::backward;
pub use list::{Graph, Node};
pub use planner::Plan;
