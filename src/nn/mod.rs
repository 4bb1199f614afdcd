//! Networks as graphs: diffusers' UNet2DModel with diffusers' names, and an MLP for points in the plane.

mod architecture;
mod blocks;
mod denoiser;
mod initial;
mod mlp;
mod time;
mod unet;

pub use architecture::Architecture;
pub use denoiser::{ClassInput, Denoiser};
pub use time::TimeFeatures;
