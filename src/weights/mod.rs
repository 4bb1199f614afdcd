//! What a model folder holds beside its `config.json` (`src/nn`): `scheduler_config.json` and the safetensors, read with
//! suspicion.

mod names;
mod safetensors;
mod scheduler_config;

pub use names::rename_legacy_attention;
pub use safetensors::Dtype;
pub use scheduler_config::SchedulerConfig;
