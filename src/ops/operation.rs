//! What an operation is: everything that graph, planner and executors ask of one, and what it may ask of a
//! backward pass ([`Tape`]). A new operation is a file with a struct and one `impl Operation`.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::lowering::Lowering;
use super::memory::Memory;
use super::panels::Pass;
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Profile};
use crate::tensor::{ParamId, Real, Shape, Slice, TensorId, Tensors};

/// An operation over tensors and parameters of a graph. The struct that implements it holds the operands.
pub trait Operation: Clone + Send + Sync + Sized + 'static {
    /// What a benchmark counts it under.
    const LABEL: &'static str = "other";

    /// Whether each sample of its output comes from the same sample of its inputs: it can be lowered some samples at a time.
    const BY_SAMPLES: bool = false;

    /// The tensors it reads.
    fn inputs(&self) -> Vec<TensorId>;

    /// The parameters it reads.
    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    /// The weight that it reads as panels when it runs on the processor ([`super::Panels`]).
    fn panels(&self) -> Option<(ParamId, Pass)> {
        None
    }

    /// Shape of what it writes.
    ///
    /// # Errors
    /// Its operands do not fit.
    fn output_shape(&self, tensors: &Tensors) -> Result<Shape>;

    /// Floating-point operations, a multiply-add counted as two.
    fn flops(&self, _tensors: &Tensors, _output: TensorId) -> u64 {
        0
    }

    /// Room in the arena, in vec4s, that its dispatches need beside their output ([`Lowering::workspace`]).
    fn workspace(&self, _profile: Profile, _tensors: &Tensors, _output: TensorId) -> usize {
        0
    }

    /// Outputs of other operations that a device need not compute: its kernels write them on the way, or nobody reads
    /// them then.
    fn covers(&self, _profile: Profile, _tensors: &Tensors) -> Vec<TensorId> {
        vec![]
    }

    /// The dispatches that compute it.
    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch>;

    /// Computes it on the processor, at f32 and fast, where the shader would: at the planned addresses, in the
    /// shader's layouts.
    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory);

    /// Computes it in plain loops over NHWC arrays without padding, straight from the definition: the twin
    /// of its shader.
    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F>;

    /// Adds to a backward pass what its inputs and parameters get from `dy`, the gradient of its `output`.
    ///
    /// # Errors
    /// The operation has no gradient.
    fn differentiate(&self, tape: &mut dyn Tape, output: TensorId, _dy: TensorId) -> Result<()> {
        let name = tape.tensors().tensor_name(output);
        Err(Error::Config(format!("{name}: this operation has no gradient")))
    }

    /// For an operation so cheap that a backward pass computes it again instead of keeping its output: the
    /// same with inputs that the backward pass has.
    fn again(&self, _tape: &mut dyn Tape) -> Option<Result<Self>> {
        None
    }

    /// Every kernel in every variant that it can ask for, for the tests that validate all of them.
    fn kernels() -> Vec<Kernel>;
}

/// A backward pass under construction: what operations need to add their part.
pub trait Tape {
    /// Shapes of the graph.
    fn tensors(&self) -> &Tensors;

    /// Whether the gradient of a tensor is wanted.
    fn wants(&self, tensor: TensorId) -> bool;

    /// Whether a parameter is trained.
    fn trains(&self, param: ParamId) -> bool;

    /// Appends an operation under the name "gradient of …".
    fn append(&mut self, of: &str, op: Op) -> Result<TensorId>;

    /// Appends an operation that writes a tensor of which there is one already.
    fn append_into(&mut self, into: TensorId, op: Op);

    /// The tensor that holds a parameter's gradient.
    fn gradient_of(&mut self, param: ParamId) -> TensorId;

    /// A tensor that an operation uses beside its output.
    fn scratch(&mut self, name: &str, shape: Shape) -> TensorId;

    /// The gradient of a tensor as far as its other readers have given it.
    fn so_far(&self, of: TensorId) -> Option<TensorId>;

    /// Makes `op` the gradient of a tensor; `op` has added what [`Tape::so_far`] says there is already.
    fn give(&mut self, of: TensorId, op: Op) -> Result<()>;

    /// Adds to the gradient of a tensor another one that exists already.
    fn pass_on(&mut self, of: TensorId, gradient: TensorId) -> Result<()>;

    /// The part of a gradient that belongs to a part of a tensor.
    ///
    /// # Errors
    /// Two operations read the same part.
    fn part(&mut self, of: Slice) -> Result<Slice>;

    /// A tensor of the forward pass for use in the backward pass. What is large and cheap to compute is
    /// computed again, so that its memory is free between the passes.
    fn saved(&mut self, tensor: TensorId) -> Result<TensorId>;

    /// If a tensor is SiLU of another and nobody else reads it: that other one. Then the reader may give the gradient of
    /// that instead of the tensor's.
    fn before_silu(&self, tensor: TensorId) -> Option<TensorId>;

    /// Shape of a tensor.
    fn shape(&self, tensor: TensorId) -> Shape {
        self.tensors().shape(tensor)
    }
}

impl dyn Tape + '_ {
    /// Appends an operation under the name "gradient of …".
    pub fn push(&mut self, of: &str, op: impl Into<Op>) -> Result<TensorId> {
        self.append(of, op.into())
    }

    /// Appends an operation that computes a parameter's gradient.
    pub fn push_gradient(&mut self, of: ParamId, op: impl Into<Op>) {
        let gradient = self.gradient_of(of);
        self.append_into(gradient, op.into());
    }

    /// Adds to the gradient of `of` what `make` computes. `make` is given what there is so far and adds it
    /// to its result.
    pub fn accumulate<O: Into<Op>>(
        &mut self,
        of: TensorId,
        make: impl FnOnce(Option<TensorId>) -> O,
    ) -> Result<()> {
        let op = make(self.so_far(of)).into();
        self.give(of, op)
    }

    /// Adds to the gradient of a part of a tensor; `make` is given the part of the gradient to write.
    ///
    /// # Errors
    /// Two operations read the same part.
    pub fn fill<O: Into<Op>>(&mut self, of: Slice, make: impl FnOnce(Slice) -> O) -> Result<Slice> {
        let into = self.part(of)?;
        let op = make(into).into();
        self.append_into(into.tensor, op);
        Ok(into)
    }
}

/// [`Operation`] behind a pointer, whatever its type; all of it but the twin, which is generic.
trait Erased: Any + Send + Sync {
    fn label(&self) -> &'static str;
    fn by_samples(&self) -> bool;
    fn inputs(&self) -> Vec<TensorId>;
    fn params(&self) -> Vec<ParamId>;
    fn panels(&self) -> Option<(ParamId, Pass)>;
    fn output_shape(&self, tensors: &Tensors) -> Result<Shape>;
    fn flops(&self, tensors: &Tensors, output: TensorId) -> u64;
    fn workspace(&self, profile: Profile, tensors: &Tensors, output: TensorId) -> usize;
    fn covers(&self, profile: Profile, tensors: &Tensors) -> Vec<TensorId>;
    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch>;
    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory);
    fn differentiate(&self, tape: &mut dyn Tape, output: TensorId, dy: TensorId) -> Result<()>;
    fn again(&self, tape: &mut dyn Tape) -> Option<Result<Op>>;
}

impl<O: Operation> Erased for O {
    fn label(&self) -> &'static str {
        O::LABEL
    }
    fn by_samples(&self) -> bool {
        O::BY_SAMPLES
    }
    fn inputs(&self) -> Vec<TensorId> {
        Operation::inputs(self)
    }
    fn params(&self) -> Vec<ParamId> {
        Operation::params(self)
    }
    fn panels(&self) -> Option<(ParamId, Pass)> {
        Operation::panels(self)
    }
    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        Operation::output_shape(self, tensors)
    }
    fn flops(&self, tensors: &Tensors, output: TensorId) -> u64 {
        Operation::flops(self, tensors, output)
    }
    fn workspace(&self, profile: Profile, tensors: &Tensors, output: TensorId) -> usize {
        Operation::workspace(self, profile, tensors, output)
    }
    fn covers(&self, profile: Profile, tensors: &Tensors) -> Vec<TensorId> {
        Operation::covers(self, profile, tensors)
    }
    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        Operation::lower(self, to, output)
    }
    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        Operation::run(self, at, output, memory)
    }
    fn differentiate(&self, tape: &mut dyn Tape, output: TensorId, dy: TensorId) -> Result<()> {
        Operation::differentiate(self, tape, output, dy)
    }
    fn again(&self, tape: &mut dyn Tape) -> Option<Result<Op>> {
        Some(Operation::again(self, tape)?.map(Op::from))
    }
}

/// Any operation.
#[derive(Clone)]
pub struct Op(Arc<dyn Erased>);

impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl<O: Operation> From<O> for Op {
    fn from(operation: O) -> Self {
        Self(Arc::new(operation))
    }
}

impl Op {
    /// The operation as its own type, if it is an `O`.
    pub fn get<O: Operation>(&self) -> Option<&O> {
        (&*self.0 as &dyn Any).downcast_ref()
    }

    /// See [`Operation::LABEL`].
    pub fn label(&self) -> &'static str {
        self.0.label()
    }

    /// See [`Operation::BY_SAMPLES`].
    pub fn by_samples(&self) -> bool {
        self.0.by_samples()
    }

    /// See [`Operation::inputs`].
    pub fn inputs(&self) -> Vec<TensorId> {
        self.0.inputs()
    }

    /// See [`Operation::params`].
    pub fn params(&self) -> Vec<ParamId> {
        self.0.params()
    }

    /// See [`Operation::panels`].
    pub fn panels(&self) -> Option<(ParamId, Pass)> {
        self.0.panels()
    }

    /// See [`Operation::output_shape`].
    ///
    /// # Errors
    /// Its operands do not fit.
    pub fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        self.0.output_shape(tensors)
    }

    /// See [`Operation::flops`].
    pub fn flops(&self, tensors: &Tensors, output: TensorId) -> u64 {
        self.0.flops(tensors, output)
    }

    /// See [`Operation::workspace`].
    pub fn workspace(&self, profile: Profile, tensors: &Tensors, output: TensorId) -> usize {
        self.0.workspace(profile, tensors, output)
    }

    /// See [`Operation::covers`].
    pub fn covers(&self, profile: Profile, tensors: &Tensors) -> Vec<TensorId> {
        self.0.covers(profile, tensors)
    }

    /// See [`Operation::lower`].
    pub fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        self.0.lower(to, output)
    }

    /// See [`Operation::run`].
    pub fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        self.0.run(at, output, memory)
    }

    /// See [`Operation::differentiate`].
    ///
    /// # Errors
    /// The operation has no gradient.
    pub fn differentiate(&self, tape: &mut dyn Tape, output: TensorId, dy: TensorId) -> Result<()> {
        self.0.differentiate(tape, output, dy)
    }

    /// See [`Operation::again`].
    pub fn again(&self, tape: &mut dyn Tape) -> Option<Result<Self>> {
        self.0.again(tape)
    }
}
