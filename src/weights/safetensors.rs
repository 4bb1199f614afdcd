//! Named f32 tensors in and out of safetensors files. The file is treated as hostile: no length in it is believed, and
//! whatever is wrong becomes one sentence that names the tensor.

use half::{bf16, f16};
use safetensors::tensor::{SafeTensorError, SafeTensors, TensorView};

use crate::error::{Error, Result};
use crate::tensor::{Tensor, TensorMap};

/// The number formats weights can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dtype {
    /// 32-bit floats.
    F32,
    /// 16-bit floats, rounded to nearest even; values beyond ±65504 are refused.
    F16,
}

impl TensorMap {
    /// Reads a safetensors file. F32, F16, BF16, F64, I32 and I64 become f32 (the last three by rounding).
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self> {
        let file = SafeTensors::deserialize(bytes).map_err(|error| explain(bytes, &error))?;
        let mut tensors = Self::new();
        for (name, view) in file.iter() {
            let data = to_f32(name, &view)?;
            tensors.insert(name, Tensor { shape: view.shape().to_vec(), data });
        }
        Ok(tensors)
    }

    /// Reads weights that were saved in one file or in several. The parts' own headers say what is in them; diffusers'
    /// index, which says it again, is not asked.
    pub fn from_parts<B: AsRef<[u8]>>(parts: &[B]) -> Result<Self> {
        let mut all = Self::new();
        for (number, part) in parts.iter().enumerate() {
            let read = Self::from_safetensors(part.as_ref()).map_err(|error| match error {
                Error::Weights(reason) if parts.len() > 1 => {
                    Error::Weights(format!("part {} of {}: {reason}", number + 1, parts.len()))
                }
                other => other,
            })?;
            for (name, tensor) in read {
                if all.insert(name.as_str(), tensor).is_some() {
                    let message = format!("tensor \"{name}\" is in two parts of the weights");
                    return Err(Error::Weights(message));
                }
            }
        }
        Ok(all)
    }

    /// Writes a safetensors file, every tensor as `dtype`.
    pub fn to_safetensors(&self, dtype: Dtype) -> Result<Vec<u8>> {
        let mut encoded = Vec::with_capacity(self.len());
        for (name, tensor) in self.iter() {
            encoded.push((name, &tensor.shape, to_bytes(name, &tensor.data, dtype)?));
        }
        let stored = match dtype {
            Dtype::F32 => safetensors::Dtype::F32,
            Dtype::F16 => safetensors::Dtype::F16,
        };
        let mut views = Vec::with_capacity(encoded.len());
        for (name, shape, bytes) in &encoded {
            let view = TensorView::new(stored, shape.to_vec(), bytes).map_err(|error| {
                Error::Weights(format!("tensor \"{name}\" cannot be written: {error}"))
            })?;
            views.push((*name, view));
        }
        safetensors::serialize(views, None)
            .map_err(|error| Error::Weights(format!("the tensors cannot be written: {error}")))
    }
}

/// The view's values as f32; `SafeTensors` has checked that its bytes are as many as shape and dtype say.
fn to_f32(name: &str, view: &TensorView<'_>) -> Result<Vec<f32>> {
    use safetensors::Dtype as D;
    fn read<const N: usize>(bytes: &[u8], decode: impl Fn([u8; N]) -> f32) -> Vec<f32> {
        bytes.as_chunks::<N>().0.iter().map(|chunk| decode(*chunk)).collect()
    }
    let bytes = view.data();
    Ok(match view.dtype() {
        D::F32 => read(bytes, f32::from_le_bytes),
        D::F16 => read(bytes, |b| f16::from_le_bytes(b).to_f32()),
        D::BF16 => read(bytes, |b| bf16::from_le_bytes(b).to_f32()),
        D::F64 => read(bytes, |b| f64::from_le_bytes(b) as f32),
        D::I32 => read(bytes, |b| i32::from_le_bytes(b) as f32),
        D::I64 => read(bytes, |b| i64::from_le_bytes(b) as f32),
        other => {
            return Err(Error::Weights(format!(
                "tensor \"{name}\" is stored as {other:?}; only F32, F16, BF16, F64, I32 and I64 can be read"
            )));
        }
    })
}

fn to_bytes(name: &str, data: &[f32], dtype: Dtype) -> Result<Vec<u8>> {
    match dtype {
        Dtype::F32 => Ok(data.iter().flat_map(|value| value.to_le_bytes()).collect()),
        Dtype::F16 => {
            let mut bytes = Vec::with_capacity(data.len() * 2);
            for (index, &value) in data.iter().enumerate() {
                let rounded = f16::from_f32(value);
                if rounded.is_infinite() && value.is_finite() {
                    return Err(Error::Weights(format!(
                        "tensor \"{name}\" holds {value} at element {index}, too large for F16"
                    )));
                }
                bytes.extend(rounded.to_le_bytes());
            }
            Ok(bytes)
        }
    }
}

/// The library's error as a sentence for whoever dropped the file; well-known wrong files are recognised.
fn explain(bytes: &[u8], error: &SafeTensorError) -> Error {
    use SafeTensorError as E;
    let sentence = match error {
        _ if bytes.is_empty() => "the file is empty".to_owned(),
        _ if bytes.starts_with(b"version https://git-lfs") => {
            "the file is a Git LFS pointer, not the weights it points to; run `git lfs pull`".to_owned()
        }
        _ if bytes.starts_with(b"PK") => {
            "the file is a zip archive, such as a PyTorch .bin or .ckpt, not safetensors".to_owned()
        }
        E::HeaderTooSmall => format!("the file is cut off: {} bytes cannot hold a header", bytes.len()),
        E::HeaderTooLarge | E::InvalidHeaderLength => {
            "the file is cut off or is not safetensors: its header is longer than the file".to_owned()
        }
        E::InvalidHeader(_) | E::InvalidHeaderDeserialization(_) => {
            format!("the file is not safetensors: {error}")
        }
        E::InvalidOffset(name) => {
            format!("tensor \"{name}\" overlaps another or leaves a gap before it: the header's offsets are wrong")
        }
        E::TensorInvalidInfo => "a tensor's shape and type do not fit its size in bytes".to_owned(),
        E::ValidationOverflow => "a tensor's shape is absurdly large".to_owned(),
        E::MetadataIncompleteBuffer => {
            "the file is cut off or has bytes left over: the tensors in its header do not end where the file does".to_owned()
        }
        other => other.to_string(),
    };
    Error::Weights(sentence)
}
