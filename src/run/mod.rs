//! The executors of a graph: WGSL dispatches on the device, plain loops on the CPU.

mod cpu;
mod params;
mod webgpu;

pub use cpu::Run;
pub use params::Params;
pub use webgpu::Program;
