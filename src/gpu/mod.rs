//! The WebGPU side: device, kernels, prepared programs, drawing. Knows buffers and shaders, no networks.

mod device;
mod firefox;
mod kernel;
mod painter;
mod params;
mod program;
mod submit;

pub use device::{Adapter, Gpu, Profile};
pub use kernel::{Dispatch, Kernel};
pub(crate) use kernel::{dims, groups_over, shader};
pub use painter::Canvas;
pub(crate) use painter::{Brush, Painter};
pub use params::Params;
pub use program::{Lowering, Program};
pub(crate) use submit::{SUBMIT_MS, steps_in_submit};
