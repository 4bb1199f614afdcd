//! The WebGPU side: device, kernels, submits. Knows buffers and shaders, no networks.

mod counts;
mod device;
mod firefox;
mod images;
mod kernel;
mod submit;
mod trial;
mod unroll;

pub use counts::Counts;
pub use device::{Adapter, Found, Gpu, Profile};
pub(crate) use images::Image;
pub use images::ImageReads;
pub use kernel::{Dispatch, Kernel};
pub(crate) use kernel::{TILES_WORKGROUP, WORKGROUP, dims, groups_over, shader};
pub use trial::trial_kernel;
