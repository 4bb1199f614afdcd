//! Measures an adapter and a model on it: what `chailou bench` prints and the page's footer shows.
//!
//! A measurement repeats the work inside one submit and divides, because a single submit costs more
//! than a small dispatch and browsers round their clocks.

mod by_op;
#[cfg(not(target_arch = "wasm32"))]
mod counted;
mod forward;
mod kernels;
mod peak;
#[cfg(not(target_arch = "wasm32"))]
mod scaling;
mod training;
mod tune;
#[cfg(not(target_arch = "wasm32"))]
mod unet;

pub use forward::{Forward, forward};
pub use kernels::{Kernel, KernelBench, KernelTime, kernel_benches, kernels};
pub use peak::{dispatch_us, kernel, peak};
#[cfg(not(target_arch = "wasm32"))]
pub use scaling::{Cost, Size, scaling};
pub use training::{POINTS_MLP, TrainingStep, TwoMoons, training, two_moons};
pub use tune::{TUNE_MS, tune_next};
#[cfg(not(target_arch = "wasm32"))]
pub use unet::square_unet;
