//! A training run as bytes: safetensors with the weights, the optimiser's buffers and the state as they lie on the device.
//! Nothing is unpacked, because a page takes checkpoints between two frames.

use std::collections::HashMap;

use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::parameters::Parameter;
use crate::error::{Error, Result};

const FORMAT: &str = "chailou training run 1";
const NAMES: [&str; 3] = ["weights", "moments", "state"];

/// What a run consists of. The state is words of several types, carried as the bits of f32.
pub(super) struct Parts {
    pub weights: Vec<f32>,
    pub moments: Vec<f32>,
    pub state: Vec<f32>,
}

/// What two models must share for a run of one to go on with the other: names and sizes, as a hash (64-bit FNV-1a).
pub(super) fn fingerprint(parameters: &[Parameter]) -> String {
    let text = parameters.iter().flat_map(|p| format!("{} {};", p.name, p.count).into_bytes());
    let hash = text.fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

fn failed(reason: impl std::fmt::Display) -> Error {
    Error::Input(format!("the checkpoint cannot be used: {reason}"))
}

/// The bytes of a run.
pub(super) fn write(parts: &Parts, fingerprint: &str) -> Result<Vec<u8>> {
    let all = [&parts.weights, &parts.moments, &parts.state];
    let views = NAMES.into_iter().zip(all).map(|(name, values)| {
        let view = TensorView::new(Dtype::F32, vec![values.len()], bytemuck::cast_slice(values));
        view.map(|view| (name, view))
    });
    let views = views.collect::<std::result::Result<Vec<_>, _>>().map_err(failed)?;
    let metadata = HashMap::from([
        ("format".to_string(), FORMAT.to_string()),
        ("parameters".to_string(), fingerprint.to_string()),
    ]);
    safetensors::serialize(views, Some(metadata)).map_err(failed)
}

/// The run in `bytes`, whose three parts must have these numbers of words.
///
/// # Errors
/// One sentence: no checkpoint, of another model, or damaged.
pub(super) fn read(bytes: &[u8], words: [usize; 3], fingerprint: &str) -> Result<Parts> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(failed)?;
    let metadata = header.metadata().clone().unwrap_or_default();
    if metadata.get("format").map(String::as_str) != Some(FORMAT) {
        return Err(failed("it is no checkpoint of a training run"));
    }
    if metadata.get("parameters").map(String::as_str) != Some(fingerprint) {
        return Err(failed("it belongs to a model with other parameters"));
    }
    let file = SafeTensors::deserialize(bytes).map_err(failed)?;
    let part = |name: &str, words: usize| {
        let view = file.tensor(name).map_err(failed)?;
        if view.dtype() != Dtype::F32 || view.data().len() != words * 4 {
            return Err(failed(format!("\"{name}\" is not {words} words long")));
        }
        Ok(bytemuck::pod_collect_to_vec(view.data()))
    };
    let parts = Parts {
        weights: part(NAMES[0], words[0])?,
        moments: part(NAMES[1], words[1])?,
        state: part(NAMES[2], words[2])?,
    };
    let finite = |values: &[f32]| values.iter().all(|v| v.is_finite());
    if !finite(&parts.weights) || !finite(&parts.moments) {
        return Err(failed("it holds a weight that is not a number"));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes() -> Vec<u8> {
        let state = vec![f32::from_bits(u32::MAX), f32::from_bits(7)]; // not a number, and denormal
        let parts = Parts { weights: vec![1.5; 4], moments: vec![2.5; 12], state };
        write(&parts, "abc").unwrap()
    }

    #[test]
    fn what_is_written_is_read_bit_by_bit() {
        let parts = read(&bytes(), [4, 12, 2], "abc").unwrap();
        assert_eq!((parts.weights, parts.moments), (vec![1.5; 4], vec![2.5; 12]));
        let bits: Vec<u32> = parts.state.iter().map(|v| v.to_bits()).collect();
        assert_eq!(bits, [u32::MAX, 7]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let good = bytes();
        let refused = |bytes: &[u8], words, fingerprint: &str| {
            let error = read(bytes, words, fingerprint).err().expect("accepted").to_string();
            assert!(
                error.contains("checkpoint cannot be used") && !error.contains('\n'),
                "{error}"
            );
        };
        refused(&good, [4, 12, 2], "another model");
        refused(&good, [4, 12, 3], "abc");
        refused(&good[..good.len() - 3], [4, 12, 2], "abc");
        refused(b"", [4, 12, 2], "abc");
        refused(b"not a file at all, whatever its length", [4, 12, 2], "abc");
        let other = safetensors::serialize(Vec::<(&str, TensorView)>::new(), None).unwrap();
        refused(&other, [4, 12, 2], "abc");
    }
}
