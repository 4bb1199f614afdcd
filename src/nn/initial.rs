//! Weights to begin training from: what torch's modules hold when they are made, drawn from the
//! counter generator, so that a seed gives the same weights in every browser.

use std::collections::HashMap;

use crate::diffusion::{Stream, key, normals, threefry2x32};
use crate::error::{Error, Result};
use crate::graph::{Graph, ParamId, Part};
use crate::ops::Op;
use crate::weights::{Tensor, TensorMap};

/// What a parameter is to its layer.
#[derive(Clone, Copy)]
enum Role {
    /// U(±1/√fan_in) (torch's kaiming_uniform with a = √5).
    Weight,
    /// U(±1/√fan_in) with the fan_in of the weight.
    Bias(ParamId),
    /// A norm's weight.
    One,
    /// A norm's bias.
    Zero,
    /// N(0, 1).
    Table,
}

/// Weights of all parameters of a graph. `host_std` is the standard deviation of those that only the
/// CPU reads (Fourier frequencies, a learned time table).
///
/// # Errors
/// A parameter that no layer reads.
pub(super) fn initial_weights(graph: &Graph, host_std: f32, seed: u64) -> Result<TensorMap> {
    let mut roles = HashMap::new();
    for node in graph.nodes() {
        match &node.op {
            Op::Conv2d(op) => {
                roles.extend([(op.weight, Role::Weight), (op.bias, Role::Bias(op.weight))]);
            }
            Op::Linear(op) => {
                roles.extend([(op.weight, Role::Weight), (op.bias, Role::Bias(op.weight))]);
            }
            Op::GroupNorm(op) => roles.extend([(op.gamma, Role::One), (op.beta, Role::Zero)]),
            Op::Embedding(op) => drop(roles.insert(op.table, Role::Table)),
            _ => {}
        }
    }
    let mut weights = TensorMap::new();
    let mut tensor = 0;
    for (id, param) in graph.params().iter().enumerate() {
        for (i, part) in param.parts.iter().enumerate() {
            let count = part.elements();
            let uniform = |weight: &Part| {
                let fan_in: usize = weight.shape[1..].iter().product();
                uniforms(seed, tensor, count, 1.0 / (fan_in.max(1) as f64).sqrt())
            };
            let normal = || normals(seed, Stream::Weights, tensor, count);
            let data = match roles.get(&ParamId(id)) {
                Some(Role::Weight) => uniform(part),
                Some(Role::Bias(weight)) => uniform(&graph.param_info(*weight).parts[i]),
                Some(Role::One) => vec![1.0; count],
                Some(Role::Zero) => vec![0.0; count],
                Some(Role::Table) => normal(),
                None if param.vec4s() == 0 => normal().iter().map(|z| z * host_std).collect(),
                None => return Err(Error::Weights(format!("no layer reads {}", part.name))),
            };
            weights.insert(&*part.name, Tensor { shape: part.shape.clone(), data });
            tensor += 1;
        }
    }
    Ok(weights)
}

/// `count` numbers of U(−bound, bound), 24 bits each.
fn uniforms(seed: u64, tensor: u32, count: usize, bound: f64) -> Vec<f32> {
    let stream = tensor.wrapping_mul(16).wrapping_add(Stream::Weights as u32);
    let of_word = |word: u32| ((f64::from(word >> 8) + 0.5) / f64::from(1u32 << 23) - 1.0) * bound;
    let pairs = (0..count.div_ceil(2) as u32)
        .flat_map(|pair| threefry2x32(key(seed), [pair, stream]).map(|w| of_word(w) as f32));
    pairs.take(count).collect()
}
