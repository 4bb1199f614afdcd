//! Networks as graphs: diffusers' UNet2DModel with diffusers' names.

mod architecture;
mod blocks;
mod denoiser;
mod initial;
mod time;
mod unet;

pub use architecture::Architecture;
pub use denoiser::{ClassInput, Denoiser};
pub use time::TimeFeatures;
