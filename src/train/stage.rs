//! A training step is a list of stages, and a stage is a value in it: a name and the tasks it consists of.
//! Kernels, buffers and what they keep in the state belong to whoever makes the stage (`batch.rs`,
//! `network.rs`, `optimizer.rs`).

use std::ops::Range;
use std::rc::Rc;

use crate::model::Network;
use crate::run::{Backend, Bindings, Routine, Task};

/// See the [module documentation](self).
pub(super) struct Stage {
    /// What it does.
    pub name: &'static str,
    tasks: Vec<Task>,
    /// Floating-point operations of each of its tasks, 0 where they are few.
    flops: Vec<u64>,
}

impl Stage {
    /// Routines that share their bindings, each over so many threads.
    pub fn routines(
        device: &dyn Backend,
        name: &'static str,
        bindings: &Rc<Bindings>,
        routines: &[(Routine, usize)],
    ) -> Self {
        let call = |(routine, threads): &(Routine, usize)| device.call(routine, bindings, *threads);
        let tasks: Vec<_> = routines.iter().map(call).collect();
        Self { name, flops: vec![0; tasks.len()], tasks }
    }

    /// A part of a network's program, by the numbers of its tasks.
    pub fn program<E>(name: &'static str, network: &Network<E>, range: Range<usize>) -> Self {
        let (tasks, flops) = network.program.range(range);
        Self { name, tasks: tasks.to_vec(), flops: flops.to_vec() }
    }
}

/// The stages of a step, in order.
pub(super) struct Step(pub Vec<Stage>);

impl Step {
    /// Tasks of one step.
    pub fn len(&self) -> usize {
        self.0.iter().map(|stage| stage.tasks.len()).sum()
    }

    /// Floating-point operations of each task.
    pub fn flops(&self) -> impl Iterator<Item = u64> {
        self.0.iter().flat_map(|stage| stage.flops.iter().copied())
    }

    /// The number of the first task of a stage.
    pub fn first_of(&self, name: &str) -> usize {
        let before = self.0.iter().take_while(|stage| stage.name != name);
        before.map(|stage| stage.tasks.len()).sum()
    }

    /// Some of the tasks.
    pub fn tasks(&self, range: Range<usize>) -> impl Iterator<Item = &Task> {
        self.0.iter().flat_map(|stage| &stage.tasks).skip(range.start).take(range.len())
    }
}
