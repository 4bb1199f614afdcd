//! Operations and their shaders: reflection without a device; values and gradients in both profiles and on the
//! processor.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/op_cases/mod.rs"]
mod op_cases;

mod forward;
mod gradients;
mod shaders;
mod uniformity;
