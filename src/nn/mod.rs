//! Networks as graphs: diffusers' UNet2DModel with diffusers' names, and an MLP for points in the plane.
//!
//! A folder is a network: what its `config.json` may say, and the graph that follows from it. The list of
//! them is in `architecture.rs`.

mod activated;
mod architecture;
mod config;
mod denoiser;
mod initial;
mod net;
pub mod point_mlp;
mod time;
pub mod unet;

pub use architecture::Architecture;
pub use denoiser::{ClassConditioning, ClassInput, Denoiser, DenoiserEnds};
pub use initial::initial_weights;
pub use net::Net;
pub use point_mlp::PointMlpConfig;
pub use time::TimeFeatures;
pub use unet::UNetConfig;
