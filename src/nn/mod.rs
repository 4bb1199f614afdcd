//! Networks as graphs: diffusers' UNet2DModel with diffusers' names.

mod blocks;
mod time;
mod unet;

pub use time::TimeFeatures;
pub use unet::{ClassInput, UNet};
