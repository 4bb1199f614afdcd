//! Which way of several to compute the same is the quickest on the device at hand ([`Way`](crate::gpu::Way)): each is timed,
//! and only one whose answer has the same bits as the rule's is taken. So what a device computes does not depend on whether,
//! or when, it has been tuned.

use std::fmt;

use super::backend::Backend;
use super::lowered::lowered_by;
use super::params::Params;
use super::program::Program;
use super::timing::fastest;
use crate::error::Result;
use crate::gpu::{Gpu, Way};
use crate::graph::Graph;

/// Another way than the rule's has to be this much quicker, since measurements differ.
const WORTH: f64 = 0.92;

/// What a trial has found.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Kind and shapes of the operation.
    pub operation: String,
    /// Milliseconds of each way that there is, by its place in [`Profile::ways`](crate::gpu::Profile::ways), none where
    /// the answer is not the rule's.
    pub ms: Vec<(usize, Option<f64>)>,
    /// Place of the way that is gone from now on.
    pub way: usize,
}

/// One line: the operation, and the milliseconds of each way, a star before that which is gone.
impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:<64}", self.operation)?;
        for &(place, ms) in &self.ms {
            let star = if place == self.way { "*" } else { "" };
            match ms {
                Some(ms) => write!(f, "  {star}{ms:.3}")?,
                None => write!(f, "  wrong")?,
            }
        }
        Ok(())
    }
}

/// Tries the next operation of a graph of which it is not known yet which way is the quickest; none once all are known.
/// A measurement takes about `enough_ms`, of which there are up to fifteen. Programs made afterwards go by what it finds.
///
/// # Errors
/// The device failed or was lost.
pub async fn tune_next(
    gpu: &Gpu,
    graph: &Graph,
    params: &Params,
    enough_ms: f64,
) -> Result<Option<Tried>> {
    let mut nodes = (0..graph.nodes().len()).filter(|&node| worth_a_trial(graph, node));
    let next = nodes.find(|&node| !gpu.ways().know(&graph.kind(node)));
    let Some(node) = next else { return Ok(None) };
    let (operation, alone) = (graph.kind(node), graph.alone(node));
    let mut places = different(gpu, &alone)?;
    if places.len() < 2 {
        places.clear();
    }
    let mut programs = Vec::new();
    let mut expected = None;
    let mut ms: Vec<(usize, Option<f64>)> = Vec::new();
    for place in places {
        let answer = answer(gpu, &alone, params, gpu.way(place)).await?;
        ms.push((place, None));
        let Some((program, bits)) = answer else { continue };
        if *expected.get_or_insert_with(|| bits.clone()) == bits {
            programs.push((ms.len() - 1, program));
        }
    }
    if programs.len() > 1 {
        let tasks: Vec<_> =
            programs.iter().map(|(_, p)| (gpu as &dyn Backend, p.tasks())).collect();
        for ((at, _), time) in programs.iter().zip(fastest(&tasks, enough_ms).await?) {
            ms[*at].1 = Some(time);
        }
    }
    let way = quickest(&ms);
    gpu.note_way(operation.clone(), way);
    Ok(Some(Tried { operation, ms, way }))
}

/// Operations larger than this go by the rule: a trial would keep a slow device for seconds.
const MOST_FLOPS: u64 = 4_000_000_000;

/// Whether an operation computes, and not for too long.
fn worth_a_trial(graph: &Graph, at: usize) -> bool {
    let node = &graph.nodes()[at];
    graph.computes(at) && node.op.flops(graph, node.output) <= MOST_FLOPS
}

/// Places of the ways that are not lowered to the same as one before.
fn different(gpu: &Gpu, alone: &Graph) -> Result<Vec<usize>> {
    let mut seen = Vec::new();
    let mut places = Vec::new();
    for place in 0..gpu.profile.ways().len() {
        let dispatches = lowered_by(alone, gpu.profile, gpu.most_flops(), &|_| gpu.way(place))?;
        let lowered: Vec<_> = dispatches.into_iter().map(|d| (d.kernel, d.groups)).collect();
        if !seen.contains(&lowered) {
            seen.push(lowered);
            places.push(place);
        }
    }
    Ok(places)
}

/// The program of one way and the bits of its answer; none where the device refuses it.
async fn answer(
    gpu: &Gpu,
    alone: &Graph,
    params: &Params,
    way: Way,
) -> Result<Option<(Program, Vec<u32>)>> {
    let scope = gpu.device.push_error_scope(wgpu::ErrorFilter::Validation);
    let program = gpu.program_by(alone, &params.buffer, &|_| way)?;
    program.scatter(gpu, alone)?;
    gpu.submit(&mut program.tasks().iter());
    let refused = scope.pop().await.is_some();
    let values = program.read(gpu, alone, alone.nodes()[0].output).await?;
    let bits = values.into_iter().map(f32::to_bits).collect();
    Ok((!refused).then_some((program, bits)))
}

/// The quickest place, the rule's where none is worth leaving it.
fn quickest(ms: &[(usize, Option<f64>)]) -> usize {
    let rule = ms.iter().find(|(place, _)| *place == 0).and_then(|(_, ms)| *ms);
    let bound = rule.map_or(f64::INFINITY, |ms| ms * WORTH);
    let timed = ms.iter().filter_map(|(place, ms)| Some((*place, (*ms)?)));
    let best = timed.min_by(|a, b| a.1.total_cmp(&b.1));
    best.filter(|(_, ms)| *ms < bound).map_or(0, |(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::quickest;

    #[test]
    fn only_what_is_clearly_quicker_and_right_is_taken() {
        let quickest =
            |ms: [Option<f64>; 3]| quickest(&ms.into_iter().enumerate().collect::<Vec<_>>());
        assert_eq!(quickest([Some(10.0), Some(9.5), Some(12.0)]), 0, "not worth it");
        assert_eq!(quickest([Some(10.0), Some(8.0), Some(7.0)]), 2);
        assert_eq!(quickest([Some(10.0), Some(8.0), None]), 1, "the last is wrong");
        assert_eq!(quickest([None, None, None]), 0, "nothing was timed");
        assert_eq!(super::quickest(&[]), 0);
    }
}
