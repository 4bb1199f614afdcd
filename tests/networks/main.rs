//! Networks against PyTorch, forward and backward, and how models are loaded, saved and refused.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/mlp_reference.rs"]
mod mlp_reference;
#[path = "../common/model_gradients.rs"]
mod model_gradients;
#[path = "../common/op_cases/mod.rs"]
mod op_cases;

mod gradients;
mod memory;
mod models;
mod point_mlp;
mod tuning;
mod unet;
