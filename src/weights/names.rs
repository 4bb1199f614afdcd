//! Names that are not today's. Checkpoints saved before diffusers 0.13 call an attention layer's projections query, key,
//! value and proj_attn; some, converted from elsewhere, keep them as 1×1 convolutions. Both are brought to today's names
//! and [C_out, C_in]. What was saved out of a wrapper of PyTorch's has the wrapper's name before every other.

use crate::error::{Error, Result};

use crate::tensor::TensorMap;

/// What `torch.compile` and `DistributedDataParallel` put before every name, perhaps both.
const WRAPPERS: [&str; 2] = ["_orig_mod.", "module."];

/// Takes wrappers' names off where all names begin with them.
pub fn strip_wrappers(mut tensors: TensorMap) -> TensorMap {
    let wrapper = |tensors: &TensorMap| {
        let all = |wrapper: &&str| tensors.iter().all(|(name, _)| name.starts_with(wrapper));
        WRAPPERS.into_iter().find(all).filter(|_| !tensors.is_empty())
    };
    while let Some(wrapper) = wrapper(&tensors) {
        let rest = |(name, tensor): (String, _)| (name[wrapper.len()..].to_owned(), tensor);
        tensors = tensors.into_iter().map(rest).collect();
    }
    tensors
}

/// Old and new name of each projection.
const PROJECTIONS: [(&str, &str); 4] =
    [("query", "to_q"), ("key", "to_k"), ("value", "to_v"), ("proj_attn", "to_out.0")];

/// Renames and reshapes the projections of every `….attentions.<i>` layer; everything else passes untouched.
pub fn rename_legacy_attention(tensors: TensorMap) -> Result<TensorMap> {
    let mut renamed = TensorMap::new();
    for (name, mut tensor) in tensors {
        let Some((path, projection, parameter)) = split(&name) else {
            renamed.insert(name, tensor);
            continue;
        };
        if parameter == "weight"
            && tensor.shape.len() > 2
            && tensor.shape[2..].iter().all(|&size| size == 1)
        {
            tensor.shape.truncate(2);
        }
        let new = format!("{path}.{projection}.{parameter}");
        if renamed.insert(new.as_str(), tensor).is_some() {
            return Err(Error::Weights(format!(
                "tensor \"{new}\" is there twice, under its old and its new name"
            )));
        }
    }
    Ok(renamed)
}

/// An attention projection's name as (layer, today's projection, weight or bias).
fn split(name: &str) -> Option<(&str, &'static str, &str)> {
    let (rest, parameter) = name.rsplit_once('.')?;
    if !matches!(parameter, "weight" | "bias") {
        return None;
    }
    PROJECTIONS.iter().find_map(|&(old, new)| {
        let path =
            [old, new].into_iter().find_map(|own| rest.strip_suffix(own)?.strip_suffix('.'))?;
        let (parent, index) = path.rsplit_once('.')?;
        let is_layer =
            parent.ends_with("attentions") && index.bytes().all(|byte| byte.is_ascii_digit());
        is_layer.then_some((path, new, parameter))
    })
}
