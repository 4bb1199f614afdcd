//! Measures an adapter and a model on it: what `chailou bench` prints and the page's footer shows.
//!
//! A measurement repeats the work inside one submit and divides, because a single submit costs more
//! than a small dispatch and browsers round their clocks.

mod by_op;
mod forward;
mod kernels;
mod peak;
mod timing;
mod training;
mod unet;

pub use forward::{Forward, forward};
pub use kernels::{Kernel, KernelTime, kernels};
pub use peak::{kernel, peak};
pub use timing::time;
pub use training::{POINTS_MLP, TrainingStep, TwoMoons, training, two_moons};
pub use unet::square_unet;
