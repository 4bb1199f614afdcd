//! A graph made ready to replay: a list of tasks and the memory they share, all made once.

use std::ops::Range;
use std::rc::Rc;

use super::handles::{Buffer, Task};
use super::shares::Shares;
use crate::tensor::TensorId;

/// See the [module documentation](self).
pub struct Program {
    /// Holds what goes in and comes out, and on a device also what lies between.
    pub arena: Buffer,
    pub(super) addresses: Vec<usize>,
    pub(super) gradients: Option<usize>,
    pub(super) tasks: Vec<Task>,
    /// The first operation of each task.
    pub(super) nodes: Vec<usize>,
    pub(super) flops: Vec<u64>,
    pub(super) bytes: u64,
    pub(super) lower_bound_bytes: u64,
    pub(super) image_bytes: u64,
    pub(super) shares: Option<Rc<Shares>>,
}

impl Program {
    /// One run.
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// The tasks of the operations that `wanted` picks: for measuring parts of a run. A device that runs the graph
    /// in one piece has no such parts.
    pub fn tasks_of(&self, wanted: impl Fn(usize) -> bool) -> Vec<Task> {
        let both = self.tasks.iter().zip(&self.nodes);
        both.filter(|(_, node)| wanted(**node)).map(|(task, _)| task.clone()).collect()
    }

    /// Floating-point operations of each task.
    pub fn flops(&self) -> &[u64] {
        &self.flops
    }

    /// Tasks that come before those of an operation.
    pub fn tasks_before(&self, node: usize) -> usize {
        self.nodes.partition_point(|&n| n < node)
    }

    /// Address of a tensor in the arena, in vec4 units. On the processor only what goes in and comes out has one.
    pub fn address(&self, id: TensorId) -> usize {
        self.addresses[id.0]
    }

    /// Address of the gradients in the arena, in vec4 units: laid out like the parameters' buffer. None without a
    /// backward pass. What no gradient covers is zero.
    pub fn gradients(&self) -> Option<usize> {
        self.gradients
    }

    /// Bytes of activations.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Bytes of the images of activations and weights, where its kernels read images.
    pub fn image_bytes(&self) -> u64 {
        self.image_bytes
    }

    /// The most that is alive at one time: no plan can need less.
    pub fn lower_bound_bytes(&self) -> u64 {
        self.lower_bound_bytes
    }

    /// How the batch is cut, where the graph runs in shares.
    pub fn shares(&self) -> Option<&Shares> {
        self.shares.as_deref()
    }

    /// The tasks of a range.
    pub fn range(&self, range: Range<usize>) -> (&[Task], &[u64]) {
        (&self.tasks[range.clone()], &self.flops[range])
    }
}
