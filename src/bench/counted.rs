//! What is counted of kernels, on no device.

use super::kernels::Kernel;
use crate::error::Result;
use crate::gpu::{Counts, Dispatch, Profile};
use crate::graph::Graph;
use crate::run::dispatches;

impl Kernel {
    /// Its dispatches.
    ///
    /// # Errors
    /// It needs more workgroups than WebGPU allows.
    pub fn dispatches(&self, profile: Profile) -> Result<Vec<Dispatch>> {
        dispatches(&self.graph, profile)
    }

    /// What they cost together.
    ///
    /// # Errors
    /// As [`Kernel::dispatches`].
    pub fn counts(&self, profile: Profile) -> Result<Counts> {
        let all = self.dispatches(profile)?;
        Ok(all.iter().fold(Counts::default(), |sum, dispatch| sum + dispatch.counts))
    }

    /// Bytes of everything it reads and writes, each once: no kernel moves less.
    pub fn bytes(&self) -> u64 {
        bytes_alone(&self.graph)
    }
}

/// Bytes that the operations of a graph read and write, each its operands once.
pub(super) fn bytes(graph: &Graph) -> u64 {
    (0..graph.nodes().len()).map(|node| bytes_alone(&graph.alone(node))).sum()
}

/// Of an operation by itself; its scratch does not count.
fn bytes_alone(graph: &Graph) -> u64 {
    let tensors = graph.slots.iter().filter(|slot| slot.pinned).map(|slot| slot.shape.vec4s());
    let node = &graph.nodes()[0];
    // A weight's gradient names the weight and does not read it.
    let written = graph.slots[node.output.0].gradient_of;
    let params = node.op.params().into_iter().filter(|param| Some(*param) != written);
    let params = params.map(|param| graph.param_info(param).vec4s());
    16 * tensors.chain(params).sum::<usize>() as u64
}
