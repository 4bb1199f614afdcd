//! Gives every tensor a place in one arena, so that a run allocates nothing.
//!
//! A tensor lives from the node that writes it to the last node that reads it. Tensors are placed one
//! after another, each at the lowest address where it meets no other of an overlapping life. Largest
//! first is the greedy-by-size rule (Pisarchyk & Lee 2020, "Efficient Memory Management for Deep Neural
//! Net Inference"); where that leaves gaps, what came to lie highest is placed first and all is tried again.

use std::cmp::Reverse;

use super::list::Graph;
use crate::gpu::Profile;
use crate::tensor::TensorId;

/// Addresses of all tensors of a graph, in vec4 units.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Of tensors, then of the workspaces of operations.
    offsets: Vec<usize>,
    tensors: usize,
    gradients: bool,
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
        Self::of(graph, lifetimes(graph, None))
    }

    /// For the kernels of a profile, with the room that operations need beside their tensors: each lives as long as
    /// its operation runs, and is placed like a tensor.
    pub fn with_workspaces(graph: &Graph, profile: Profile) -> Self {
        let mut lives = lifetimes(graph, Some(profile));
        for (at, node) in graph.nodes.iter().enumerate() {
            let size = node.op.workspace(profile, graph, node.output);
            if size > 0 {
                lives.push(Life { tensor: graph.slots.len() + at, first: at, last: at, size });
            }
        }
        Self::of(graph, lives)
    }

    /// Everything at the same address: for whoever wants to know a graph's kernels and runs none.
    pub fn nowhere(graph: &Graph) -> Self {
        let offsets = vec![0; graph.slots.len() + graph.nodes.len()];
        let (tensors, gradients) = (graph.slots.len(), graph.has_gradients());
        Self { offsets, tensors, gradients, vec4s: 0, lower_bound_vec4s: 0 }
    }

    fn of(graph: &Graph, lives: Vec<Life>) -> Self {
        // Gradients come first, each where its parameter lies in the parameters' buffer, so that an
        // optimiser can walk over both at once.
        let (param_offsets, params_vec4s) = graph.param_offsets();
        let gradients = graph.has_gradients();
        let base = if gradients { params_vec4s } else { 0 };
        let lower_bound_vec4s = base + most_alive(&lives, graph.nodes.len());
        let (places, vec4s) = shortest(&lives, base, lower_bound_vec4s);
        let mut offsets = vec![0; graph.slots.len() + graph.nodes.len()];
        for (offset, tensor) in offsets.iter_mut().zip(&graph.slots) {
            *offset = tensor.gradient_of.map_or(0, |param| param_offsets[param.0]);
        }
        for (at, life) in places {
            offsets[life.tensor] = at;
        }
        Self { offsets, tensors: graph.slots.len(), gradients, vec4s, lower_bound_vec4s }
    }

    /// Address of the gradients in the arena, in vec4 units: laid out like the parameters' buffer. None
    /// without a backward pass. What no gradient covers is zero.
    pub fn gradients(&self) -> Option<usize> {
        self.gradients.then_some(0)
    }

    /// Address of every tensor in the arena, in vec4 units.
    pub fn offsets(&self) -> &[usize] {
        &self.offsets[..self.tensors]
    }

    /// Address in the arena of the room beside its output that operation number `node` asked for.
    pub fn workspace(&self, node: usize) -> usize {
        self.offsets[self.tensors + node]
    }

    /// Address of a tensor in the arena, in vec4 units.
    pub fn offset(&self, tensor: TensorId) -> usize {
        self.offsets[tensor.0]
    }
}

/// The tensors at their addresses.
type Places<'a> = Vec<(usize, &'a Life)>;

/// How often an order is changed, at most.
const CHANGES: usize = 32;

/// The shortest arena of those that some orders lead to, with its length: the largest, the longest-lived or what
/// begins first comes first, then in each whatever came to lie highest is placed before all others.
fn shortest(lives: &[Life], base: usize, lower_bound: usize) -> (Places<'_>, usize) {
    let keys: [fn(&Life) -> usize; 3] =
        [|life| life.size, |life| life.last - life.first, |life| usize::MAX - life.first];
    let (mut best, mut least) = (Vec::new(), usize::MAX);
    for key in keys {
        let mut order: Vec<&Life> = lives.iter().collect();
        order.sort_unstable_by_key(|life| {
            (Reverse(key(life)), Reverse(life.size), life.first, life.tensor)
        });
        for _ in 0..CHANGES {
            let places = place(&order, base);
            let highest = places.iter().max_by_key(|(at, life)| at + life.size);
            let (end, top) = highest.map_or((base, 0), |(at, life)| (at + life.size, life.tensor));
            if end < least {
                (best, least) = (places, end);
            }
            if least <= lower_bound {
                return (best, least);
            }
            if let Some(i) = order.iter().position(|life| life.tensor == top) {
                order[..=i].rotate_right(1);
            }
        }
    }
    (best, least)
}

/// Places tensors in this order; what comes out is sorted by address.
fn place<'a>(order: &[&'a Life], base: usize) -> Places<'a> {
    let mut placed: Places = Vec::new();
    for life in order {
        let mut at = base;
        for (start, other) in &placed {
            let meet = life.first <= other.last && other.first <= life.last;
            if meet && at + life.size <= *start {
                break;
            }
            if meet {
                at = at.max(start + other.size);
            }
        }
        let position = placed.partition_point(|(start, _)| *start <= at);
        placed.insert(position, (at, life));
    }
    placed
}

/// `profile`: that of the kernels, if it is they that run.
fn lifetimes(graph: &Graph, profile: Option<Profile>) -> Vec<Life> {
    let end = graph.nodes.len();
    let mut lives: Vec<Life> = (graph.slots.iter().enumerate())
        .map(|(tensor, t)| Life {
            tensor,
            first: if t.pinned { 0 } else { end },
            last: if t.pinned { end } else { 0 },
            size: t.shape.vec4s(),
        })
        .collect();
    for (at, node) in graph.nodes.iter().enumerate() {
        let also = profile.map_or(vec![], |profile| node.op.covers(profile, graph));
        for tensor in node.op.inputs().into_iter().chain([node.output]).chain(also) {
            let life = &mut lives[tensor.0];
            life.first = life.first.min(at);
            life.last = life.last.max(at);
        }
    }
    lives.retain(|life| life.first <= life.last && graph.slots[life.tensor].gradient_of.is_none());
    lives
}

/// The largest sum of sizes alive at one node. (Swept, because a training graph has a thousand nodes.)
fn most_alive(lives: &[Life], nodes: usize) -> usize {
    let mut change = vec![0isize; nodes + 2];
    for life in lives {
        change[life.first] += life.size as isize;
        change[life.last + 1] -= life.size as isize;
    }
    let mut alive = 0;
    let sums = change[..nodes].iter().map(|delta| {
        alive += delta;
        alive
    });
    sums.max().unwrap_or(0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::Upsample;
    use crate::tensor::Shape;

    #[test]
    fn tensors_alive_together_never_overlap_and_the_arena_is_near_its_bound() {
        let mut graph = Graph::new();
        let mut x = graph.input("x", Shape::new(2, 3, 5, 7));
        for i in 0..5 {
            x = graph.push(&format!("up{i}"), Upsample { x }).unwrap();
        }
        graph.pin(x);
        let plan = Plan::new(&graph);
        let lives = lifetimes(&graph, None);
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
