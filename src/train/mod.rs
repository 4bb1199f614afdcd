//! Training on the GPU: batches, noise, gradients, AdamW, moving average, statistics.
//!
//! A step is always the same dispatches (draw and mix a batch, the network and its gradients, decide,
//! update), so many of them go into one submit, or a slow one into several, and nothing is allocated,
//! bound anew or computed on the CPU on the way. Everything random comes from (seed, step, sample): the
//! same seed gives the same bits on the same adapter, however the steps are cut into calls.
//!
//! **When training is given up.** A step whose loss or gradient is not finite is not taken. Nor is one
//! after which the loss, smoothed over about 32 steps and divided by the loss of answering zero to the
//! same batches, is above 4, or above 1 after having been below ½: the network has become worse than
//! none. The device then stands still by itself, and the last good state comes back.

#[cfg(all(test, not(target_arch = "wasm32")))]
mod agreement;
mod batch;
mod batch_twins;
mod checkpoint;
mod dims;
mod draw;
mod keeping;
mod kernels;
mod losses;
mod network;
mod objective;
mod optimizer;
mod optimizer_twins;
mod options;
mod parameters;
mod rates;
mod readings;
mod requirements;
mod snapshot;
mod stage;
mod state;
mod trainer;
mod training_loop;
mod value_range;

pub use draw::{BUCKETS, Buckets, Draw, draw, threshold};
pub use kernels::{batch_kernels, batch_routines, optimizer_kernels, optimizer_routines};
pub use losses::{Appended, Loss, MeanSquaredError, Target};
pub use network::{GivenBatch, TrainingEnds, graph, loss_and_gradients, with_loss};
pub use objective::{Objective, Pair};
pub use options::{Classes, SampleWith, TrainerOptions, TrainingSet};
pub use parameters::Parameter;
pub use rates::{ema_decay, learning_rate};
pub use readings::{LossAtT, Memory};
pub(crate) use requirements::classes;
pub use state::{DRAW_FIELDS, RING, STATE_ARRAYS, STATE_SCALARS};
pub use trainer::Trainer;
pub use training_loop::{Report, TrainingLoop};
