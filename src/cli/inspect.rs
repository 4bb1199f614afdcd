//! `chailou inspect`: what a model is made of.

use super::device::Choice;
use chailou::Result;
use chailou::model::BatchShape;

use super::folder::{self, ModelFolder};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    model: ModelFolder,
    /// Images in a batch.
    #[arg(long, default_value_t = 1)]
    batch: usize,
}

pub async fn run(arguments: Arguments, device: Choice) -> Result<()> {
    let model = arguments.model.load(device).await?;
    let ((h, w), _) = model.architecture.usual()?;
    if model.architecture.sample_size() != Some((h, w)) {
        folder::note(format_args!("sample_size is none this model can take: shown at {h} × {w}"));
    }
    let network = model.network(BatchShape { n: arguments.batch, h, w })?;
    let graph = &network.net.graph;
    println!("{:<44} {:>18} {:>14}", "layer", "output n×h×w×c", "MFLOP");
    for node in graph.nodes() {
        let s = graph.shape(node.output);
        let shape = format!("{}×{}×{}×{}", s.n, s.h, s.w, s.c);
        let mflop = node.op.flops(graph, node.output) as f64 / 1e6;
        println!("{:<44} {shape:>18} {mflop:>14.3}", graph.tensor_name(node.output));
    }
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    println!();
    println!("parameters          {}", graph.parameter_count());
    println!("GFLOP per call      {:.4}", graph.flops() as f64 / 1e9);
    println!("weights             {:.2} MiB", mib(model.weight_bytes()));
    println!(
        "activations         {:.2} MiB ({:.2} × the most alive at once)",
        mib(network.program.bytes()),
        network.program.bytes() as f64 / network.program.lower_bound_bytes() as f64
    );
    println!("dispatches per call {} (+ 2 in a chain)", network.program.tasks().len());
    Ok(())
}
