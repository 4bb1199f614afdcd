//! Schedules, solvers and chains: against diffusers, against f64, and judged by what comes out.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../common/classifier.rs"]
mod classifier;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/mlp_reference.rs"]
mod mlp_reference;

mod backends;
mod chains;
mod constant;
mod digits;
mod points;
mod schedules;
mod solvers;
mod towers;
