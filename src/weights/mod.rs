//! What a diffusers model folder holds: `config.json`, `scheduler_config.json` and the safetensors, read with suspicion.

mod json;
mod mlp_config;
mod names;
mod scheduler_config;
mod tensors;
mod unet_config;
mod unet_validate;

pub use mlp_config::MlpConfig;
pub use names::rename_legacy_attention;
pub use scheduler_config::{SchedulerClass, SchedulerConfig, VarianceType};
pub use tensors::{Dtype, Tensor, TensorMap};
pub use unet_config::{
    Activation, ClassConditioning, ClassEmbedType, DownBlockType, MidBlockType, ResampleType,
    SampleSize, TimeEmbeddingType, TimeScaleShift, UNetConfig, UpBlockType,
};
