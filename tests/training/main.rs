//! Training: each step against its twin and PyTorch, whole runs, and a character taught to the digit model.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../common/classifier.rs"]
mod classifier;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/training_twin.rs"]
mod training_twin;

mod backends;
mod characters;
mod in_flight;
mod other_networks;
mod pytorch;
mod refusals;
mod trainer;
mod variance;
