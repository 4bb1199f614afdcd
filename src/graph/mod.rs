//! The static graph: what is computed, said once, before any device is touched.
//!
//! A model at a batch size is a list of [`Op`]s over tensors and parameters whose shapes are all
//! known. [`backward`] appends the operations that compute its gradients. Two executors read it:
//! [`crate::gpu::Program`] lowers it to WGSL dispatches, and [`crate::cpu`] runs it in plain loops at
//! f32 or f64.

mod backward;
pub mod param;
pub mod planner;

pub(crate) use backward::Tape;
pub use backward::backward;
pub use param::{Axis, Init, Layout, Param, Part};

use crate::error::{Error, Result};
use crate::ops::Op;

/// Shape of an activation, NHWC. In memory the channels are padded to [`Shape::c4`]·4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Batch.
    pub n: usize,
    /// Height, or 1.
    pub h: usize,
    /// Width, or 1.
    pub w: usize,
    /// Channels that mean something.
    pub c: usize,
}

impl Shape {
    /// `[n, h, w, c]`.
    pub const fn new(n: usize, h: usize, w: usize, c: usize) -> Self {
        Self { n, h, w, c }
    }

    /// `[n, 1, 1, c]`: one vector a sample.
    pub const fn vector(n: usize, c: usize) -> Self {
        Self::new(n, 1, 1, c)
    }

    /// Channels in vec4 units, rounded up.
    pub const fn c4(&self) -> usize {
        self.c.div_ceil(4)
    }

    /// n·h·w.
    pub const fn pixels(&self) -> usize {
        self.n * self.h * self.w
    }

    /// Elements without padding.
    pub const fn elements(&self) -> usize {
        self.pixels() * self.c
    }

    /// Size in memory in vec4 units, padding included.
    pub const fn vec4s(&self) -> usize {
        self.pixels() * self.c4()
    }
}

/// A tensor of a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TensorId(pub(crate) usize);

/// A parameter of a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ParamId(pub(crate) usize);

/// One activation or input.
#[derive(Clone, Debug)]
pub struct Tensor {
    /// NHWC shape.
    pub shape: Shape,
    /// The layer that makes it, by its checkpoint name; inputs have names of their own.
    pub name: String,
    /// Whether its memory must survive the whole run (inputs that are set once, outputs, taps).
    pub pinned: bool,
    /// The parameter whose gradient this is: it lies where the parameter lies, in a region of its own.
    pub gradient_of: Option<ParamId>,
}

/// An operation and the tensor it writes.
#[derive(Clone, Debug)]
pub struct Node {
    /// What is done, with its operands.
    pub op: Op,
    /// What it writes.
    pub output: TensorId,
}

/// See the [module documentation](self).
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub(crate) tensors: Vec<Tensor>,
    pub(crate) params: Vec<Param>,
    pub(crate) nodes: Vec<Node>,
    gradients: Vec<(ParamId, TensorId)>,
}

impl Graph {
    /// An empty graph.
    pub fn new() -> Self {
        Self::default()
    }

    /// A tensor that is written from outside before each run. It keeps its place all through a run.
    pub fn input(&mut self, name: &str, shape: Shape) -> TensorId {
        self.add_tensor(Tensor { shape, name: name.into(), pinned: true, gradient_of: None })
    }

    /// Declares a parameter.
    pub fn param(&mut self, param: Param) -> ParamId {
        self.params.push(param);
        ParamId(self.params.len() - 1)
    }

    /// Appends an operation under the name of its layer and returns what it writes.
    pub fn push(&mut self, name: &str, op: impl Into<Op>) -> Result<TensorId> {
        let op = op.into();
        let shape = op.output_shape(self).map_err(|error| match error {
            Error::Shape { op, expected, got } => {
                Error::Shape { op: format!("{name} ({op})"), expected, got }
            }
            other => other,
        })?;
        let output = self.scratch(name, shape);
        self.nodes.push(Node { op, output });
        Ok(output)
    }

    /// Appends an operation that writes a tensor of which there is one already: a parameter's gradient,
    /// or a part of a tensor that several operations fill.
    pub(crate) fn push_into(&mut self, op: impl Into<Op>, output: TensorId) {
        self.nodes.push(Node { op: op.into(), output });
    }

    /// A tensor that an operation uses beside its output; it lives as long as operations name it.
    pub(crate) fn scratch(&mut self, name: &str, shape: Shape) -> TensorId {
        let tensor = Tensor { shape, name: name.into(), pinned: false, gradient_of: None };
        self.add_tensor(tensor)
    }

    /// The tensor that holds a parameter's gradient, made when first asked for.
    pub(crate) fn gradient_tensor(&mut self, param: ParamId) -> TensorId {
        if let Some(known) = self.gradient(param) {
            return known;
        }
        let info = &self.params[param.0];
        let name = info.parts.first().map_or("", |part| &part.name);
        let name = format!("gradient of {name}");
        let shape = Shape::vector(1, info.vec4s() * 4);
        let gradient_of = Some(param);
        let id = self.add_tensor(Tensor { shape, name, pinned: true, gradient_of });
        self.gradients.push((param, id));
        id
    }

    /// The tensor that holds a parameter's gradient after a run; none if it is not trained.
    pub fn gradient(&self, param: ParamId) -> Option<TensorId> {
        self.gradients.iter().find(|(of, _)| *of == param).map(|(_, gradient)| *gradient)
    }

    /// Whether [`backward`] has given it gradients.
    pub fn has_gradients(&self) -> bool {
        !self.gradients.is_empty()
    }

    /// All parameters' ids, in order of declaration.
    pub fn param_ids(&self) -> impl Iterator<Item = ParamId> + use<> {
        (0..self.params.len()).map(ParamId)
    }

    /// Address of each parameter in a buffer that holds all of them, in vec4 units, and its length.
    pub fn param_offsets(&self) -> (Vec<usize>, usize) {
        let mut end = 0;
        let next = |param: &Param| {
            end += param.vec4s();
            end - param.vec4s()
        };
        let offsets = self.params.iter().map(next).collect();
        (offsets, end)
    }

    /// Keeps a tensor readable after the run.
    pub fn pin(&mut self, tensor: TensorId) {
        self.tensors[tensor.0].pinned = true;
    }

    /// Shape of a tensor.
    pub fn shape(&self, tensor: TensorId) -> Shape {
        self.tensors[tensor.0].shape
    }

    /// A parameter's description.
    pub fn param_info(&self, param: ParamId) -> &Param {
        &self.params[param.0]
    }

    /// All parameters in order of declaration.
    pub fn params(&self) -> &[Param] {
        &self.params
    }

    /// All operations in order of execution.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The layer's name of a tensor.
    pub fn tensor_name(&self, tensor: TensorId) -> &str {
        &self.tensors[tensor.0].name
    }

    /// Floating-point operations of one run, a multiply-add counted as two.
    pub fn flops(&self) -> u64 {
        self.nodes.iter().map(|node| node.op.flops(self, node.output)).sum()
    }

    /// Number of scalar parameters, as a checkpoint counts them.
    pub fn parameter_count(&self) -> usize {
        self.params.iter().flat_map(|p| &p.parts).map(|part| part.elements()).sum()
    }

    fn add_tensor(&mut self, tensor: Tensor) -> TensorId {
        self.tensors.push(tensor);
        TensorId(self.tensors.len() - 1)
    }
}
