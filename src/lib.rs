//! chailou 拆楼: a DDPM you can take apart in the browser.
//!
//! A U-Net and its sampler as WGSL compute shaders, driven from Rust through wgpu: natively, and in
//! the browser as wasm. See ARCHITECTURE.md for how the parts fit.

pub mod bench;
pub mod chain;
mod clock;
pub mod cpu;
pub mod diffusion;
pub mod error;
pub mod gpu;
pub mod graph;
pub mod model;
pub mod nn;
pub mod ops;
#[cfg(target_arch = "wasm32")]
pub mod web;
pub mod weights;

pub use error::{Error, Result};
