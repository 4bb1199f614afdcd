//! Weights to begin training from: what torch's modules hold when they are made ([`Init`]), drawn from
//! the counter generator, so that a seed gives the same weights in every browser.

use crate::diffusion::{Stream, key, normals, threefry2x32};
use crate::tensor::{Init, Param, Tensor, TensorMap};

/// Weights of all parameters. Each checkpoint tensor has a stream of its own, by its number.
pub fn initial_weights(params: &[Param], seed: u64) -> TensorMap {
    let parts = (0..).zip(params.iter().flat_map(|param| &param.parts));
    let begin = |(tensor, part): (u32, &crate::tensor::Part)| {
        let count = part.elements();
        let data = match part.init {
            Init::Uniform { fan_in } => uniforms(seed, tensor, count, 1.0 / (fan_in as f64).sqrt()),
            Init::Normal { std } => {
                normals(seed, Stream::Weights, tensor, count).iter().map(|z| z * std).collect()
            }
            Init::Constant(value) => vec![value; count],
        };
        (part.name.clone(), Tensor { shape: part.shape.clone(), data })
    };
    parts.map(begin).collect()
}

/// `count` numbers of U(−bound, bound), 24 bits each.
fn uniforms(seed: u64, tensor: u32, count: usize, bound: f64) -> Vec<f32> {
    let stream = tensor.wrapping_mul(16).wrapping_add(Stream::Weights as u32);
    let of_word = |word: u32| ((f64::from(word >> 8) + 0.5) / f64::from(1u32 << 23) - 1.0) * bound;
    let pairs = (0..count.div_ceil(2) as u32)
        .flat_map(|pair| threefry2x32(key(seed), [pair, stream]).map(|w| of_word(w) as f32));
    pairs.take(count).collect()
}
