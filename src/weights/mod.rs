//! What a model folder holds beside its `config.json` (`src/nn`): `scheduler_config.json` and the safetensors, read with
//! suspicion; and which models lie in a folder.

mod finder;
mod names;
mod safetensors;
mod scheduler_config;

pub use finder::{Candidate, Found, Lack, Missing, find_models, is_weights, is_whole};
pub use names::{rename_legacy_attention, strip_wrappers};
pub use safetensors::Dtype;
pub use scheduler_config::SchedulerConfig;
