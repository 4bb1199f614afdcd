//! What runs graphs: a WebGPU device and the processor behind one trait ([`Backend`]), and the plain loops that both
//! are tested against.

mod backend;
mod blueprint;
mod cpu;
mod feed;
mod handles;
mod in_flight;
mod lowered;
mod pace;
mod params;
mod processor;
mod program;
mod shares;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) mod side_by_side;
mod staging;
mod team;
mod timing;
mod tune;
mod twin;
mod webgpu;
mod weights;
mod words;

pub use backend::{Backend, Device};
pub use blueprint::{Blueprint, Builder};
pub use cpu::Cpu;
pub(crate) use feed::scattered;
pub use handles::{Access, Bindings, Buffer, MAX_BUFFERS, Routine, Task, Twin};
pub(crate) use in_flight::InFlight;
pub use lowered::dispatches;
pub(crate) use pace::{Pace, Submit};
pub use params::Params;
pub use processor::Processor;
pub use program::Program;
pub use shares::{Block, Shares, Sums, Worker};
pub use team::{Answer, Crew, Team, Threads};
pub use timing::time;
pub(crate) use timing::{ENOUGH_MS, fastest};
pub use tune::Tried;
pub(crate) use tune::tune_next;
pub use twin::Run;
pub use webgpu::layout;
pub use weights::{Prepared, Weights};
pub use words::Words;
