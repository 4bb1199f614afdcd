//! The WebGPU side: device, kernels, submits. Knows buffers and shaders, no networks.

mod adapter;
mod counts;
mod device;
mod firefox;
mod images;
mod kernel;
mod profile;
mod text;
mod trial;
mod tuning;
mod unroll;
mod ways;

pub use adapter::Adapter;
pub use counts::Counts;
pub use device::{Found, Gpu};
pub(crate) use images::Image;
pub use images::ImageReads;
pub use kernel::{Dispatch, Kernel};
pub(crate) use kernel::{TILES_WORKGROUP, WORKGROUP, groups_over};
pub use profile::Profile;
pub(crate) use text::{dims, shader};
pub use trial::trial_kernel;
pub use ways::{Way, Ways};
