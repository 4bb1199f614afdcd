//! The WebGPU side: device, kernels, prepared programs. Knows buffers and shaders, no networks.

mod device;
mod firefox;
mod kernel;
mod params;
mod program;

pub use device::{Adapter, Gpu, Profile};
pub use kernel::{Dispatch, Kernel};
pub(crate) use kernel::{dims, shader};
pub use params::Params;
pub use program::{Lowering, Program};
