//! The executors of a graph: WGSL dispatches on a WebGPU device, f32 loops on the processor, and the plain loops that
//! both are tested against.

mod params;
mod processor;
mod twin;
mod webgpu;

pub use params::Params;
pub use processor::Processor;
pub use twin::Run;
pub use webgpu::Program;
