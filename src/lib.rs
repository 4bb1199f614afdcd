//! chailou 拆楼: a DDPM you can take apart in the browser.
//!
//! A U-Net and its sampler as WGSL compute shaders, driven from Rust through wgpu: natively, and in
//! the browser as wasm. See ARCHITECTURE.md for how the parts fit.
//!
//! ```no_run
//! use std::rc::Rc;
//!
//! use chailou::chain::{Chain, ChainOptions, Picture};
//! use chailou::gpu::Gpu;
//! use chailou::model::Model;
//!
//! # fn read(name: &str) -> Vec<u8> { std::fs::read(name).unwrap() }
//! # async fn sample() -> chailou::Result<()> {
//! let gpu = Rc::new(Gpu::open(None).await?);
//! let config = String::from_utf8(read("config.json")).unwrap();
//! let weights = read("diffusion_pytorch_model.safetensors");
//! let model = Model::load(gpu, &config, &[weights], None, |_, _, _| {}).await?;
//!
//! let options = ChainOptions { steps: Some(50), labels: vec![3.0], guidance: 2.0, ..Default::default() };
//! let chain = Chain::new(&model, options)?;
//! chain.step(chain.len()).await?;
//! let x_0 = chain.read(Picture::X, None).await?; // [1, c, h, w], −1…1
//! # Ok(())
//! # }
//! ```

pub mod bench;
mod busy;
pub mod chain;
mod clock;
pub mod data;
pub mod diffusion;
pub mod draw;
pub mod error;
pub mod gpu;
pub mod graph;
mod json;
pub mod model;
pub mod nn;
pub mod ops;
pub mod options;
pub mod run;
pub mod tensor;
pub mod train;
#[cfg(target_arch = "wasm32")]
pub mod web;
pub mod weights;

pub use error::{Error, Result};
