//! The WebGPU side: device, kernels, submits. Knows buffers and shaders, no networks.

mod counts;
mod device;
mod firefox;
mod kernel;
mod submit;

pub use counts::Counts;
pub use device::{Adapter, Found, Gpu, Profile};
pub use kernel::{Dispatch, Kernel};
pub(crate) use kernel::{WORKGROUP, dims, groups_over, shader};
