//! A graph in execution in plain loops: what has been computed so far, as an operation's twin reads it.

use crate::tensor::{ParamId, Real, TensorId, Tensors};

/// See the [module documentation](self).
pub struct Values<'a, F> {
    /// Shapes.
    pub tensors: &'a Tensors,
    pub(crate) params: Vec<Vec<F>>,
    pub(crate) values: Vec<Vec<F>>,
}

impl<F: Real> Values<'_, F> {
    /// A tensor's values, NHWC without padding; empty before it is computed.
    pub fn of(&self, tensor: TensorId) -> &[F] {
        &self.values[tensor.0]
    }

    /// A parameter's dense values, `[co][ci][kh][kw]`.
    pub fn param(&self, param: ParamId) -> &[F] {
        &self.params[param.0]
    }

    /// `sums` with a tensor added to them, where there is one.
    pub(crate) fn plus(&self, add: Option<TensorId>, mut sums: Vec<F>) -> Vec<F> {
        if let Some(id) = add {
            for (sum, &more) in sums.iter_mut().zip(self.of(id)) {
                *sum = *sum + more;
            }
        }
        sums
    }
}
