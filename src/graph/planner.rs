//! Gives every tensor a place in one arena, so that a run allocates nothing.
//!
//! A tensor lives from the node that writes it to the last node that reads it. Tensors are placed
//! largest first, each at the lowest address where it meets no other of an overlapping life: the
//! greedy-by-size rule (Pisarchyk & Lee 2020, "Efficient Memory Management for Deep Neural Net
//! Inference").

use super::{Graph, TensorId};

/// Addresses of all tensors of a graph, in vec4 units.
#[derive(Clone, Debug)]
pub struct Plan {
    offsets: Vec<usize>,
    /// Length of the arena.
    pub vec4s: usize,
    /// The most that is alive at one time: no plan can be shorter.
    pub lower_bound_vec4s: usize,
}

struct Life {
    tensor: usize,
    first: usize,
    last: usize,
    size: usize,
}

impl Plan {
    /// Plans a graph.
    pub fn new(graph: &Graph) -> Self {
        let mut lives = lifetimes(graph);
        let lower_bound_vec4s = (0..graph.nodes.len())
            .map(|at| lives.iter().filter(|l| l.first <= at && at <= l.last).map(|l| l.size).sum())
            .max()
            .unwrap_or(0);
        lives.sort_by(|a, b| b.size.cmp(&a.size).then(a.first.cmp(&b.first)));
        let mut offsets = vec![0; graph.tensors.len()];
        let mut placed: Vec<(usize, &Life)> = Vec::new(); // sorted by address
        for life in &lives {
            let mut at = 0;
            for (start, other) in &placed {
                let meet = life.first <= other.last && other.first <= life.last;
                if meet && at + life.size <= *start {
                    break;
                }
                if meet {
                    at = at.max(start + other.size);
                }
            }
            offsets[life.tensor] = at;
            let position = placed.partition_point(|(start, _)| *start <= at);
            placed.insert(position, (at, life));
        }
        let vec4s = placed.iter().map(|(start, life)| start + life.size).max().unwrap_or(0);
        Self { offsets, vec4s, lower_bound_vec4s }
    }

    /// Address of a tensor in the arena, in vec4 units.
    pub fn offset(&self, tensor: TensorId) -> usize {
        self.offsets[tensor.0]
    }
}

fn lifetimes(graph: &Graph) -> Vec<Life> {
    let end = graph.nodes.len();
    let mut lives: Vec<Life> = (graph.tensors.iter().enumerate())
        .map(|(tensor, t)| Life {
            tensor,
            first: if t.pinned { 0 } else { end },
            last: if t.pinned { end } else { 0 },
            size: t.shape.vec4s(),
        })
        .collect();
    for (at, node) in graph.nodes.iter().enumerate() {
        for tensor in node.op.inputs().into_iter().chain([node.output]) {
            let life = &mut lives[tensor.0];
            life.first = life.first.min(at);
            life.last = life.last.max(at);
        }
    }
    lives
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Shape;
    use crate::ops::Upsample;

    #[test]
    fn tensors_alive_together_never_overlap_and_the_arena_is_near_its_bound() {
        let mut graph = Graph::new();
        let mut x = graph.input("x", Shape::new(2, 3, 5, 7));
        for i in 0..5 {
            x = graph.push(&format!("up{i}"), Upsample { x }).unwrap();
        }
        graph.pin(x);
        let plan = Plan::new(&graph);
        let lives = lifetimes(&graph);
        for a in &lives {
            for b in &lives {
                let meet = a.tensor != b.tensor && a.first <= b.last && b.first <= a.last;
                let (at_a, at_b) = (plan.offsets[a.tensor], plan.offsets[b.tensor]);
                assert!(!meet || at_a + a.size <= at_b || at_b + b.size <= at_a);
            }
        }
        assert!(plan.vec4s >= plan.lower_bound_vec4s);
        assert!(plan.vec4s * 10 <= plan.lower_bound_vec4s * 13, "more than 1.3 × the bound");
    }
}
