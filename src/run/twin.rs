//! The plain executor: the same graph in plain loops, generic over f32 and f64.
//!
//! At f64 it is the twin that the shaders are tested against. It keeps every tensor, so that a test
//! can compare layer by layer.

use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::ops::{Values, forward};
use crate::tensor::{Param, ParamId, Real, TensorId, TensorMap, Tensors};

/// A graph that has been run: dense parameters and every tensor (NHWC, no padding).
pub struct Run<'a, F> {
    /// What has been run.
    pub graph: &'a Graph,
    values: Values<'a, F>,
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
        let dense =
            |p: &Param| Ok(p.dense(weights)?.into_iter().map(|v| F::of(v as f64)).collect());
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
        let lengths = |p: &Param| p.dims.iter().product::<usize>();
        let expected: Vec<usize> = graph.params().iter().map(lengths).collect();
        let got: Vec<usize> = params.iter().map(Vec::len).collect();
        if expected != got {
            return Err(Error::shape("parameters", expected, got));
        }
        let tensors: &Tensors = graph;
        let mut values = Values { tensors, params, values: vec![Vec::new(); graph.slots.len()] };
        for (id, data) in inputs {
            let expected = graph.shape(*id).elements();
            if data.len() != expected {
                return Err(Error::shape(graph.tensor_name(*id), [expected], [data.len()]));
            }
            values.values[id.0] = data.clone();
        }
        for node in graph.nodes() {
            values.values[node.output.0] = forward(&node.op, &values)?;
        }
        Ok(Self { graph, values })
    }

    /// A tensor's values.
    pub fn value(&self, tensor: TensorId) -> &[F] {
        self.values.of(tensor)
    }

    /// A parameter's dense values.
    pub fn param(&self, param: ParamId) -> &[F] {
        self.values.param(param)
    }
}
