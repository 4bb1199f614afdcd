//! Tensors on the CPU by their names in a checkpoint.

use std::collections::BTreeMap;

use crate::error::{Error, Result};

/// A dense tensor, row-major as in PyTorch.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Sizes, outermost first; empty for a scalar.
    pub shape: Vec<usize>,
    /// As many values as the product of `shape`.
    pub data: Vec<f32>,
}

impl Tensor {
    /// A tensor, if `data` has as many values as `shape` says.
    pub fn new(shape: Vec<usize>, data: Vec<f32>) -> Result<Self> {
        let count = shape.iter().try_fold(1usize, |count, &size| count.checked_mul(size));
        if count != Some(data.len()) {
            return Err(Error::shape("tensor", shape, [data.len()]));
        }
        Ok(Self { shape, data })
    }
}

/// Tensors by name, in the names' order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TensorMap(BTreeMap<String, Tensor>);

impl TensorMap {
    /// No tensors.
    pub fn new() -> Self {
        Self::default()
    }

    /// Refuses NaN and infinity, naming the first tensor that has one and where.
    pub fn require_finite(&self) -> Result<()> {
        for (name, tensor) in &self.0 {
            if let Some(index) = tensor.data.iter().position(|value| !value.is_finite()) {
                let value = tensor.data[index];
                return Err(Error::Weights(format!(
                    "tensor \"{name}\" holds {value} at element {index}"
                )));
            }
        }
        Ok(())
    }

    /// The tensor of that name, or an error that names it.
    pub fn get(&self, name: &str) -> Result<&Tensor> {
        self.0.get(name).ok_or_else(|| Error::Weights(format!("tensor \"{name}\" is missing")))
    }

    /// Whether there is a tensor of that name.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Puts a tensor in, returning the one it replaces.
    pub fn insert(&mut self, name: impl Into<String>, tensor: Tensor) -> Option<Tensor> {
        self.0.insert(name.into(), tensor)
    }

    /// Takes a tensor out.
    pub fn remove(&mut self, name: &str) -> Option<Tensor> {
        self.0.remove(name)
    }

    /// Name and tensor, in the names' order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        self.0.iter().map(|(name, tensor)| (name.as_str(), tensor))
    }

    /// Number of tensors.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, Tensor)> for TensorMap {
    fn from_iter<I: IntoIterator<Item = (String, Tensor)>>(tensors: I) -> Self {
        // One by one: `collect` sorts, and each caller's sort is code of its own in the wasm.
        let mut map = Self::new();
        for (name, tensor) in tensors {
            map.insert(name, tensor);
        }
        map
    }
}

impl IntoIterator for TensorMap {
    type Item = (String, Tensor);
    type IntoIter = std::collections::btree_map::IntoIter<String, Tensor>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
