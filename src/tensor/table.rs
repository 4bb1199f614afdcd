//! What a graph computes with: its activations and parameters by number, with their shapes. Operations
//! know this table and nothing else of the graph they stand in.

use super::param::Param;
use super::shape::Shape;

/// A tensor of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TensorId(pub(crate) usize);

/// A parameter of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ParamId(pub(crate) usize);

/// One activation or input.
#[derive(Clone, Debug)]
pub struct Slot {
    /// NHWC shape.
    pub shape: Shape,
    /// The layer that makes it, by its checkpoint name; inputs have names of their own.
    pub name: String,
    /// Whether its memory must survive the whole run (inputs that are set once, outputs, taps).
    pub pinned: bool,
    /// The parameter whose gradient this is: it lies where the parameter lies, in a region of its own.
    pub gradient_of: Option<ParamId>,
}

/// Channels `offset .. offset + c` of a vector per sample.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    /// The vectors, `[n, 1, 1, all channels]`.
    pub tensor: TensorId,
    /// First channel; a multiple of four.
    pub offset: usize,
}

/// See the [module documentation](self).
#[derive(Clone, Debug, Default)]
pub struct Tensors {
    pub(crate) slots: Vec<Slot>,
    params: Vec<Param>,
    gradients: Vec<(ParamId, TensorId)>,
}

impl Tensors {
    /// A tensor that is written from outside before each run. It keeps its place all through a run.
    pub fn input(&mut self, name: &str, shape: Shape) -> TensorId {
        self.add(Slot { shape, name: name.into(), pinned: true, gradient_of: None })
    }

    /// Declares a parameter.
    pub fn param(&mut self, param: Param) -> ParamId {
        self.params.push(param);
        ParamId(self.params.len() - 1)
    }

    /// A tensor that an operation uses beside its output; it lives as long as operations name it.
    pub fn scratch(&mut self, name: &str, shape: Shape) -> TensorId {
        let tensor = Slot { shape, name: name.into(), pinned: false, gradient_of: None };
        self.add(tensor)
    }

    /// The tensor that holds a parameter's gradient, made when first asked for.
    pub fn gradient_tensor(&mut self, param: ParamId) -> TensorId {
        if let Some(known) = self.gradient(param) {
            return known;
        }
        let info = &self.params[param.0];
        let name = info.parts.first().map_or("", |part| &part.name);
        let name = format!("gradient of {name}");
        let shape = Shape::vector(1, info.vec4s() * 4);
        let gradient_of = Some(param);
        let id = self.add(Slot { shape, name, pinned: true, gradient_of });
        self.gradients.push((param, id));
        id
    }

    /// The tensor that holds a parameter's gradient after a run; none if it is not trained.
    pub fn gradient(&self, param: ParamId) -> Option<TensorId> {
        self.gradients.iter().find(|(of, _)| *of == param).map(|(_, gradient)| *gradient)
    }

    /// Whether a backward pass has given it gradients.
    pub fn has_gradients(&self) -> bool {
        !self.gradients.is_empty()
    }

    /// All parameters' ids, in order of declaration.
    pub fn param_ids(&self) -> impl Iterator<Item = ParamId> + use<> {
        (0..self.params.len()).map(ParamId)
    }

    /// Address of each parameter in a buffer that holds all of them, in vec4 units, and its length. Each begins at a
    /// multiple of four, so that no 4×4 matrix is cut by the end of a row of the buffer's image.
    pub fn param_offsets(&self) -> (Vec<usize>, usize) {
        let mut end = 0usize;
        let next = |param: &Param| {
            let start = end.next_multiple_of(4);
            end = start + param.vec4s();
            start
        };
        let offsets = self.params.iter().map(next).collect();
        (offsets, end)
    }

    /// Keeps a tensor readable after the run.
    pub fn pin(&mut self, tensor: TensorId) {
        self.slots[tensor.0].pinned = true;
    }

    /// Shape of a tensor.
    pub fn shape(&self, tensor: TensorId) -> Shape {
        self.slots[tensor.0].shape
    }

    /// A parameter's description.
    pub fn param_info(&self, param: ParamId) -> &Param {
        &self.params[param.0]
    }

    /// A parameter that several layers share is widened while they are declared.
    pub(crate) fn param_info_mut(&mut self, param: ParamId) -> &mut Param {
        &mut self.params[param.0]
    }

    /// The tensor that such a parameter makes is widened with it.
    pub(crate) fn set_channels(&mut self, tensor: TensorId, c: usize) {
        self.slots[tensor.0].shape.c = c;
    }

    /// All parameters in order of declaration.
    pub fn params(&self) -> &[Param] {
        &self.params
    }

    /// The layer's name of a tensor.
    pub fn tensor_name(&self, tensor: TensorId) -> &str {
        &self.slots[tensor.0].name
    }

    /// Number of scalar parameters, as a checkpoint counts them.
    pub fn parameter_count(&self) -> usize {
        self.params.iter().flat_map(|p| &p.parts).map(|part| part.elements()).sum()
    }

    fn add(&mut self, slot: Slot) -> TensorId {
        self.slots.push(slot);
        TensorId(self.slots.len() - 1)
    }
}
