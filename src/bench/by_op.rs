//! Where the time of a network's run goes: by kind of operation.

use std::collections::BTreeMap;

use crate::clock::Stopwatch;
use crate::error::Result;
use crate::model::Network;
use crate::run::{Backend, Buffer, ENOUGH_MS, Prepared, Processor, Shares, time};

/// Milliseconds by kind.
pub(super) type ByOp = BTreeMap<&'static str, f64>;

/// Measures each kind of operation alone. Where a batch runs in shares, one share is measured on every thread at once
/// and multiplied by the number of shares a thread gets.
pub(super) async fn by_op<E>(
    device: &dyn Backend,
    network: &Network<E>,
    weights: &Buffer,
) -> Result<ByOp> {
    let graph = &network.net.graph;
    let kinds = graph.nodes().iter().map(|node| (node.op.label(), 0.0));
    let mut found: ByOp = kinds.collect();
    if let Some(shares) = network.program.shares() {
        let params = device.read(weights, 0, weights.bytes() / 4).await?;
        for (kind, ms) in &mut found {
            *ms = of_shares(shares, &params, device.workers(), kind)?;
        }
        return Ok(found);
    }
    for (kind, ms) in &mut found {
        let of_kind = |i: usize| graph.nodes()[i].op.label() == *kind;
        *ms = time(device, &network.program.tasks_of(of_kind)).await?;
    }
    Ok(found)
}

fn of_shares(shares: &Shares, params: &[f32], workers: usize, kind: &str) -> Result<f64> {
    let graph = shares.graph(0);
    let mut prepared = Prepared::new(graph)?;
    let weights = prepared.update(params, 0);
    let threads = if cfg!(target_arch = "wasm32") { 1 } else { workers.min(shares.count()) };
    let processors = (0..threads).map(|_| Processor::new(graph, shares.plan()));
    let mut processors = processors.collect::<Result<Vec<_>>>()?;
    let nodes: Vec<usize> =
        (0..graph.nodes().len()).filter(|&i| graph.nodes()[i].op.label() == kind).collect();
    let mut repeats = 1;
    loop {
        let watch = Stopwatch::start();
        let run = |processor: &mut Processor| {
            for _ in 0..repeats {
                for &node in &nodes {
                    processor.run(graph, weights, node..node + 1);
                }
            }
        };
        let (first, others) = processors.split_at_mut(1);
        std::thread::scope(|scope| {
            others.iter_mut().for_each(|processor| {
                scope.spawn(|| run(processor));
            });
            run(&mut first[0]);
        });
        let ms = watch.ms();
        if ms >= ENOUGH_MS / 4.0 || repeats >= 1 << 14 {
            let each = shares.count().div_ceil(workers.min(shares.count()));
            return Ok(ms / repeats as f64 * each as f64);
        }
        repeats *= 2;
    }
}
