//! A graph as the list of dispatches that a WebGPU device makes of it, before any device object is made.

use super::staging::Touched;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Gpu, Kernel, Profile, Way};
use crate::graph::{Graph, Plan};
use crate::ops::{Lowering, Samples};
use crate::tensor::TensorId;

/// The dispatches of a graph, before any device object is made, each with the operation it belongs to; `way` says in
/// which way an operation is lowered, `most_flops` how large a dispatch should be at most.
pub(super) fn lower(
    graph: &Graph,
    plan: &Plan,
    profile: Profile,
    most_flops: u64,
    way: &dyn Fn(usize) -> Way,
) -> Result<Vec<(usize, Dispatch)>> {
    let param_offsets: Vec<u32> =
        graph.param_offsets().0.into_iter().map(|offset| offset as u32).collect();
    let covered = graph.nodes().iter().flat_map(|node| node.op.covers(profile, graph));
    let covered = which(graph, covered);
    let mut all = Vec::new();
    for (i, node) in graph.nodes().iter().enumerate() {
        if covered[node.output.0] {
            continue;
        }
        let way = way(i);
        for samples in pieces(graph, i, most_flops) {
            let to = Lowering {
                tensors: graph,
                profile,
                way,
                tensor_offsets: plan.offsets(),
                param_offsets: &param_offsets,
                samples,
                workspace: plan.workspace(i) as u32,
            };
            for dispatch in node.op.lower(&to, node.output) {
                if !dispatch.within_limits() {
                    let name = graph.tensor_name(node.output);
                    let message = format!("{name} needs more workgroups than WebGPU allows");
                    return Err(Error::Gpu(message));
                }
                let dispatch = if way.buffers { dispatch.reading_buffers() } else { dispatch };
                all.push((i, dispatch));
            }
        }
    }
    Ok(all)
}

/// For each tensor of a graph whether it is one of these.
fn which(graph: &Graph, these: impl Iterator<Item = TensorId>) -> Vec<bool> {
    let mut which = vec![false; graph.slots.len()];
    these.for_each(|id| which[id.0] = true);
    which
}

/// The samples that an operation is lowered for at a time; none: all.
fn pieces(graph: &Graph, node: usize, most_flops: u64) -> Vec<Option<Samples>> {
    let node = &graph.nodes()[node];
    let batch = graph.shape(node.output).n;
    let flops = node.op.flops(graph, node.output);
    let count = flops.div_ceil(most_flops).min(batch as u64) as usize;
    if count < 2 || !node.op.by_samples() {
        return vec![None];
    }
    let bound = |piece: usize| piece * batch / count;
    (0..count).map(|i| Some(Samples { range: bound(i)..bound(i + 1), batch })).collect()
}

/// The dispatches of a graph, for whoever counts.
///
/// # Errors
/// An operation needs more workgroups than WebGPU allows.
pub fn dispatches(graph: &Graph, profile: Profile) -> Result<Vec<Dispatch>> {
    lowered_by(graph, profile, u64::MAX, &|_| Way::default())
}

/// The dispatches of a graph, each operation lowered in its way, for whoever compares.
pub(super) fn lowered_by(
    graph: &Graph,
    profile: Profile,
    most_flops: u64,
    way: &dyn Fn(usize) -> Way,
) -> Result<Vec<Dispatch>> {
    let lowered = lower(graph, &Plan::nowhere(graph), profile, most_flops, way)?;
    Ok(lowered.into_iter().map(|(_, dispatch)| dispatch).collect())
}

/// The distinct kernels of a graph on a device, in order of first use.
///
/// # Errors
/// An operation needs more workgroups than WebGPU allows.
pub(super) fn kernels(graph: &Graph, gpu: &Gpu) -> Result<Vec<Kernel>> {
    let mut kernels = Vec::new();
    for dispatch in
        lowered_by(graph, gpu.profile, gpu.most_flops(), &|node| gpu.way_of(|| graph.kind(node)))?
    {
        if !kernels.contains(&dispatch.kernel) {
            kernels.push(dispatch.kernel);
        }
    }
    Ok(kernels)
}

/// Floating-point operations of each dispatch; those of an operation are shared evenly among its own.
pub(super) fn flops(graph: &Graph, nodes: &[usize]) -> Vec<u64> {
    let mut dispatches = vec![0; graph.nodes().len()];
    nodes.iter().for_each(|&node| dispatches[node] += 1);
    let share = |&at: &usize| {
        let node = &graph.nodes()[at];
        node.op.flops(graph, node.output) / dispatches[at]
    };
    nodes.iter().map(share).collect()
}

/// What each dispatch reads through the arena's image, and what its operation may write: its output, its workspace, what
/// it writes on the way, and what is nobody's output, such as the log-sum-exp of attention.
pub(super) fn touched(
    graph: &Graph,
    plan: &Plan,
    profile: Profile,
    lowered: &[(usize, Dispatch)],
) -> Vec<Touched> {
    let outputs = which(graph, graph.nodes().iter().map(|node| node.output));
    let stretch = |id: TensorId| {
        let at = plan.offset(id) as u32;
        at..at + graph.shape(id).vec4s() as u32
    };
    let of = |(at, dispatch): &(usize, Dispatch)| {
        let node = &graph.nodes()[*at];
        let (from, room) = (plan.workspace(*at), node.op.workspace(profile, graph, node.output));
        let workspace = from as u32..(from + room) as u32;
        let scratch = node.op.inputs().into_iter().filter(|id| !outputs[id.0]);
        let also = node.op.covers(profile, graph);
        let writes = scratch.chain([node.output]).chain(also).map(stretch);
        let writes = writes.chain([workspace]).collect();
        Touched { fetches: dispatch.fetches.clone(), writes }
    };
    lowered.iter().map(of).collect()
}
