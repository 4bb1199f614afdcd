//! Measures a network call, as a whole and by kind of operation.

use std::collections::BTreeMap;

use super::by_op::by_op;
use crate::error::Result;
use crate::model::{BatchShape, Model, Network};
use crate::run::time;

/// One network call at one batch size.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Forward {
    /// Images.
    pub batch: usize,
    /// Milliseconds of one call.
    pub ms: f64,
    /// 10⁹ floating-point operations a second, a multiply-add counted as two.
    pub gflops: f64,
    /// The same of the 3×3 convolutions alone.
    pub conv_gflops: f64,
    /// Dispatches in one call.
    pub dispatches: usize,
    /// Bytes of activations.
    pub activation_bytes: u64,
    /// The most that is alive at once: no plan can need less.
    pub lower_bound_bytes: u64,
    /// Milliseconds by kind of operation.
    pub ms_by_op: BTreeMap<&'static str, f64>,
}

/// Measures one network call.
pub async fn forward(model: &Model, batch: usize) -> Result<Forward> {
    let (h, w) = model.sample_size()?;
    let network = model.network(BatchShape { n: batch, h, w })?;
    let Network { net, program } = &network;
    let (device, graph) = (&*model.device, &net.graph);
    time(device, program.tasks()).await?;
    let ms = time(device, program.tasks()).await?;
    let ms_by_op = by_op(device, &network, &model.params.buffer).await?;
    let convolutions = graph.nodes().iter().filter(|node| node.op.label() == "conv3x3");
    let conv_flops: u64 = convolutions.map(|node| node.op.flops(graph, node.output)).sum();
    Ok(Forward {
        batch,
        ms,
        gflops: graph.flops() as f64 / ms / 1e6,
        conv_gflops: ms_by_op.get("conv3x3").map_or(0.0, |ms| conv_flops as f64 / ms / 1e6),
        dispatches: program.tasks().len(),
        activation_bytes: program.bytes(),
        lower_bound_bytes: program.lower_bound_bytes(),
        ms_by_op,
    })
}
