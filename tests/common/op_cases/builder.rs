//! Builds a [`Case`]: operands with seeded numbers, parameters, the operation.

use super::Case;
use chailou::diffusion::{Stream, normals};
use chailou::graph::{Graph, Param, ParamId, Shape, TensorId};
use chailou::ops::Op;
use chailou::weights::{Tensor, TensorMap};

/// A graph under construction.
pub struct Builder {
    name: String,
    graph: Graph,
    weights: TensorMap,
    inputs: Vec<(TensorId, Vec<f32>)>,
    seed: u64,
}

impl Builder {
    pub fn new(name: &str) -> Self {
        // FNV-1a, so that a case keeps its numbers when others come and go.
        let hash = |h: u64, byte: u8| (h ^ byte as u64).wrapping_mul(0x0100_0000_01b3);
        let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325, hash);
        let (graph, weights) = (Graph::new(), TensorMap::new());
        Self { name: name.into(), graph, weights, inputs: vec![], seed }
    }

    pub fn random(&mut self, count: usize) -> Vec<f32> {
        self.seed = self.seed.wrapping_add(1);
        normals(self.seed, Stream::Start, 0, count)
    }

    pub fn input(&mut self, shape: Shape, values: Vec<f32>) -> TensorId {
        let id = self.graph.input(&format!("input {}", self.inputs.len()), shape);
        self.inputs.push((id, values));
        id
    }

    pub fn random_input(&mut self, shape: Shape) -> TensorId {
        let values = self.random(shape.elements());
        self.input(shape, values)
    }

    pub fn param(&mut self, param: Param, data: Vec<f32>) -> ParamId {
        let part = &param.parts[0];
        let tensor = Tensor::new(part.shape.clone(), data).expect(&self.name);
        self.weights.insert(part.name.clone(), tensor);
        self.graph.param(param)
    }

    /// Weight [co, ci, k, k] and bias [co], scaled so that results are of order 1.
    pub fn random_weights(&mut self, co: usize, ci: usize, k: usize) -> (ParamId, ParamId) {
        let scale = 1.0 / ((ci * k * k) as f32).sqrt();
        let weight = self.random(co * ci * k * k).into_iter().map(|v| v * scale).collect();
        let bias = self.random(co);
        (
            self.param(Param::conv("weight".into(), co, ci, k), weight),
            self.param(Param::vector("bias".into(), co), bias),
        )
    }

    pub fn finish(mut self, op: impl Into<Op>) -> Case {
        let output = self.graph.push(&self.name, op);
        let output = output.unwrap_or_else(|e| panic!("{}: {e}", self.name));
        self.graph.pin(output);
        let Self { name, graph, weights, inputs, .. } = self;
        Case { name, graph, weights, inputs, output, runs: None, expected: None, tolerance: 2e-5 }
    }
}
