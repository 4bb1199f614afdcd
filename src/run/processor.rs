//! A graph in execution on the processor, at f32 and fast: one thread, one arena, planned once. Nothing is allocated
//! in a run once each operation has run.

use std::ops::Range;

use super::weights::Weights;
use crate::error::Result;
use crate::gpu::{Profile, Way};
use crate::graph::{Graph, Plan};
use crate::ops::{Lowering, Memory};
use crate::tensor::{TensorId, zeroed};

/// See the [module documentation](self).
pub struct Processor {
    plan: Plan,
    param_offsets: Vec<u32>,
    arena: Vec<f32>,
    scratch: Vec<f32>,
}

impl Processor {
    /// Makes the arena of a graph that has been planned, filled with zeros.
    ///
    /// # Errors
    /// There is not that much memory.
    pub fn new(graph: &Graph, plan: &Plan) -> Result<Self> {
        let arena = zeroed("the activations", plan.vec4s * 4)?;
        let plan = plan.clone();
        let param_offsets = graph.param_offsets().0.into_iter().map(|at| at as u32).collect();
        Ok(Self { plan, param_offsets, arena, scratch: Vec::new() })
    }

    /// Runs some of the graph's operations.
    pub fn run(&mut self, graph: &Graph, weights: Weights, nodes: Range<usize>) {
        let at = Lowering {
            way: Way::default(),
            tensors: graph,
            profile: Profile::Cpu,
            tensor_offsets: self.plan.offsets(),
            param_offsets: &self.param_offsets,
            samples: None,
            workspace: 0,
        };
        let Weights { params, panels } = weights;
        let (arena, scratch) = (&mut self.arena[..], &mut self.scratch);
        let mut memory = Memory { arena, params, panels, scratch };
        for node in &graph.nodes()[nodes] {
            node.op.run(&at, node.output, &mut memory);
        }
    }

    /// Where everything lies.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The first words of the arena, where the gradients lie.
    pub fn gradients(&self, words: usize) -> &[f32] {
        &self.arena[..words]
    }

    /// A tensor, channels padded to four.
    pub fn tensor(&self, graph: &Graph, id: TensorId) -> &[f32] {
        let first = self.plan.offset(id) * 4;
        &self.arena[first..first + graph.shape(id).vec4s() * 4]
    }

    /// The same for writing.
    pub fn tensor_mut(&mut self, graph: &Graph, id: TensorId) -> &mut [f32] {
        let first = self.plan.offset(id) * 4;
        &mut self.arena[first..first + graph.shape(id).vec4s() * 4]
    }
}
