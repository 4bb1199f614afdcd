//! Builds a [`Case`]: operands with seeded numbers, parameters, the operation.

use super::Case;
use chailou::diffusion::{Stream, normals};
use chailou::graph::Graph;
use chailou::model::nchw_to_nhwc;
use chailou::ops::{Epilogue, Linear, Op, Silu};
use chailou::tensor::{
    Axis, Init, Layout, Param, ParamId, Part, Shape, Tensor, TensorId, TensorMap,
};

/// FNV-1a of a case's name, so that it keeps its numbers when others come and go.
pub fn seed(name: &str) -> u64 {
    let hash = |h: u64, byte: u8| (h ^ byte as u64).wrapping_mul(0x0100_0000_01b3);
    name.bytes().fold(0xcbf2_9ce4_8422_2325, hash)
}

/// What a case's operands are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Operands {
    /// Inputs: the forward pass alone is looked at.
    Given,
    /// Made of parameters, so that they have gradients.
    Trained,
}

/// A graph under construction.
pub struct Builder {
    name: String,
    operands: Operands,
    graph: Graph,
    weights: TensorMap,
    inputs: Vec<(TensorId, Vec<f32>)>,
    seed: u64,
}

impl Builder {
    pub fn new(operands: Operands, name: &str) -> Self {
        let name = match operands {
            Operands::Given => name.to_string(),
            Operands::Trained => format!("gradient of {name}"),
        };
        let (graph, weights, seed) = (Graph::new(), TensorMap::new(), seed(&name));
        Self { name, operands, graph, weights, inputs: vec![], seed }
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
        self.random_named_weights("layer", co, ci, k)
    }

    pub fn random_named_weights(
        &mut self,
        name: &str,
        co: usize,
        ci: usize,
        k: usize,
    ) -> (ParamId, ParamId) {
        let scale = 1.0 / ((ci * k * k) as f32).sqrt();
        let weight = self.random(co * ci * k * k).into_iter().map(|v| v * scale).collect();
        let bias = self.random(co);
        (
            self.param(Param::conv(format!("{name}.weight"), co, ci, k), weight),
            self.param(Param::bias(format!("{name}.bias"), co, ci * k * k), bias),
        )
    }

    /// Weight and bias [c] of a norm.
    pub fn random_vectors(&mut self, name: &str, c: usize) -> (ParamId, ParamId) {
        let (weight, bias) = (self.random(c), self.random(c));
        (
            self.param(Param::vector(format!("{name}.weight"), c, Init::Constant(1.0)), weight),
            self.param(Param::vector(format!("{name}.bias"), c, Init::Constant(0.0)), bias),
        )
    }

    /// A tensor that is given, or made of parameters: a linear layer whose inputs are the rows of an identity
    /// matrix, one a pixel, so that its weight holds the tensor, transposed. Channels beyond each `length` of
    /// `stride` stay zero.
    pub fn operand(
        &mut self,
        shape: Shape,
        values: Vec<f32>,
        (length, stride): (usize, usize),
    ) -> TensorId {
        if self.operands == Operands::Given {
            assert_eq!(length, stride, "{}: a given operand has no gaps", self.name);
            return self.input(shape, values);
        }
        let (pixels, channels) = (shape.pixels(), shape.c / stride * length);
        let mut rows = vec![0.0; pixels * pixels];
        rows.iter_mut().step_by(pixels + 1).for_each(|one| *one = 1.0);
        let x = self.input(Shape { c: pixels, ..shape }, rows);
        let part = |suffix: &str, shape: Vec<usize>| Part {
            name: format!("operand {}.{suffix}", self.inputs.len()),
            shape,
            rows: if length == stride { Axis::at(0) } else { Axis::padded(0, length) },
            columns: Axis::at(0),
            init: Init::Uniform { fan_in: pixels },
        };
        let weight = Param {
            parts: vec![part("weight", vec![channels, pixels])],
            dims: [shape.c, pixels, 1, 1],
            layout: Layout::Tiles,
        };
        let bias = Param {
            parts: vec![part("bias", vec![channels])],
            dims: [shape.c, 1, 1, 1],
            layout: Layout::Vector,
        };
        let weight = self.param(weight, nchw_to_nhwc(&values, pixels, channels));
        let bias = self.param(bias, vec![0.0; channels]);
        self.push(Linear { x, weight, bias, epilogue: Epilogue::default() })
    }

    /// A random one without gaps.
    pub fn random_operand(&mut self, shape: Shape) -> TensorId {
        let values = self.random(shape.elements());
        self.operand(shape, values, (1, 1))
    }

    pub fn push(&mut self, op: impl Into<Op>) -> TensorId {
        let output = self.graph.push(&self.name, op);
        output.unwrap_or_else(|e| panic!("{}: {e}", self.name))
    }

    /// What `make` makes of the tensor that gets SiLU of its output, and that tensor.
    pub fn activated<O: Into<Op>>(
        &mut self,
        shape: Shape,
        make: impl FnOnce(TensorId) -> O,
    ) -> [TensorId; 2] {
        let after = self.graph.scratch("SiLU of it", shape);
        let before = self.push(make(after));
        self.graph.push_into(Silu { x: before }, after);
        [before, after]
    }

    pub fn finish(mut self, op: impl Into<Op>) -> Case {
        let output = self.push(op);
        self.graph.pin(output);
        let Self { name, graph, weights, inputs, .. } = self;
        Case {
            name,
            graph,
            weights,
            inputs,
            output,
            runs: None,
            slope: None,
            expected: None,
            tolerance: 2e-5,
        }
    }
}
