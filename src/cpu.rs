//! The CPU executor: the same graph in plain loops, generic over f32 and f64.
//!
//! At f64 it is the twin that the shaders are tested against. It keeps every tensor, so that a test
//! can compare layer by layer.

use std::ops::{Add, Div, Mul, Sub};

use crate::error::{Error, Result};
use crate::graph::{Graph, ParamId, TensorId};
use crate::weights::TensorMap;

/// A floating-point type the executor computes in.
pub trait Real:
    Copy
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
{
    /// From f64, rounded.
    fn of(value: f64) -> Self;
    /// To f64.
    fn to_f64(self) -> f64;
    /// eˣ.
    fn exp(self) -> Self;
    /// √x.
    fn sqrt(self) -> Self;
    /// x·σ(x).
    fn silu(self) -> Self {
        self / (Self::of(1.0) + (Self::of(0.0) - self).exp())
    }
    /// d/dx of x·σ(x): σ(x)·(1 + x·(1 − σ(x))).
    fn silu_slope(self) -> Self {
        let one = Self::of(1.0);
        let sigmoid = one / (one + (Self::of(0.0) - self).exp());
        sigmoid * (one + self * (one - sigmoid))
    }
}

macro_rules! real {
    ($t:ty) => {
        impl Real for $t {
            fn of(value: f64) -> Self {
                value as $t
            }
            fn to_f64(self) -> f64 {
                self as f64
            }
            fn exp(self) -> Self {
                self.exp()
            }
            fn sqrt(self) -> Self {
                self.sqrt()
            }
        }
    };
}
real!(f32);
real!(f64);

/// A graph in execution: dense parameters and the tensors computed so far (NHWC, no padding).
pub struct Run<'a, F> {
    /// What is being run.
    pub graph: &'a Graph,
    params: Vec<Vec<F>>,
    values: Vec<Vec<F>>,
}

impl<'a, F: Real> Run<'a, F> {
    /// Runs the graph from the first operation to the last.
    ///
    /// # Errors
    /// A tensor missing from the weights, or an input of the wrong length.
    pub fn new(
        graph: &'a Graph,
        weights: &TensorMap,
        inputs: &[(TensorId, Vec<F>)],
    ) -> Result<Self> {
        let dense = |p: &crate::graph::Param| {
            Ok(p.dense(weights)?.into_iter().map(|v| F::of(v as f64)).collect())
        };
        let params = graph.params().iter().map(dense).collect::<Result<_>>()?;
        Self::with_params(graph, params, inputs)
    }

    /// The same with each parameter's dense values, `[co][ci][kh][kw]`, in order of declaration.
    ///
    /// # Errors
    /// An input or parameter of the wrong length.
    pub fn with_params(
        graph: &'a Graph,
        params: Vec<Vec<F>>,
        inputs: &[(TensorId, Vec<F>)],
    ) -> Result<Self> {
        let lengths = |p: &crate::graph::Param| p.dims.iter().product::<usize>();
        let expected: Vec<usize> = graph.params().iter().map(lengths).collect();
        let got: Vec<usize> = params.iter().map(Vec::len).collect();
        if expected != got {
            return Err(Error::shape("parameters", expected, got));
        }
        let mut run = Self { graph, params, values: vec![Vec::new(); graph.tensors.len()] };
        for (id, data) in inputs {
            let expected = graph.shape(*id).elements();
            if data.len() != expected {
                return Err(Error::shape(graph.tensor_name(*id), [expected], [data.len()]));
            }
            run.values[id.0] = data.clone();
        }
        for node in graph.nodes() {
            run.values[node.output.0] = node.op.forward(&run);
        }
        Ok(run)
    }

    /// A tensor's values.
    pub fn value(&self, tensor: TensorId) -> &[F] {
        &self.values[tensor.0]
    }

    /// `values` with a tensor added to them, where there is one.
    pub(crate) fn plus(&self, add: Option<TensorId>, mut values: Vec<F>) -> Vec<F> {
        if let Some(id) = add {
            for (value, &more) in values.iter_mut().zip(self.value(id)) {
                *value = *value + more;
            }
        }
        values
    }

    /// A parameter's dense values.
    pub fn param(&self, param: ParamId) -> &[F] {
        &self.params[param.0]
    }
}
