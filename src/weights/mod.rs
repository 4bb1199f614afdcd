//! What a model folder holds beside its `config.json` (`src/nn`): `scheduler_config.json` and the safetensors, read with
//! suspicion.

mod names;
mod scheduler_config;
mod tensors;

pub use names::rename_legacy_attention;
pub use scheduler_config::{SchedulerClass, SchedulerConfig, VarianceType};
pub use tensors::{Dtype, Tensor, TensorMap};
