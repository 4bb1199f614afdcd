//! `chailou bench`: the network and the adapter in numbers.

mod drawing;
mod kernels;
mod roofline;
mod scaling;

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

use super::device::Choice;
use chailou::Result;
use chailou::bench::{self, Forward, TrainingStep};
use chailou::chain::{Chain, ChainOptions};
use chailou::model::Model;
use chailou::nn::ClassConditioning;

use super::folder::ModelFolder;

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    network: NetworkArguments,
}

#[derive(clap::Subcommand)]
enum Part {
    /// Each kernel alone, over the shapes that models have, lowered in every way there is.
    Kernels(kernels::Arguments),
    /// A U-Net over batch, pixels and channels, with a drawing.
    Scaling(scaling::Arguments),
}

#[derive(clap::Args)]
struct NetworkArguments {
    /// A diffusers folder.
    #[arg(long, value_name = "DIR", default_value = "assets/models/mnist")]
    model: PathBuf,
    /// Batch sizes.
    #[arg(long, value_delimiter = ',', default_value = "1,16")]
    batch: Vec<usize>,
}

pub async fn run(arguments: Arguments, device: Choice) -> Result<()> {
    match arguments.part {
        Some(Part::Kernels(arguments)) => kernels::run(arguments, device).await,
        Some(Part::Scaling(arguments)) => scaling::run(arguments, device).await,
        None => network(arguments.network, device).await,
    }
}

async fn network(arguments: NetworkArguments, device: Choice) -> Result<()> {
    let start = Instant::now();
    let model = Rc::new(ModelFolder { model: arguments.model }.load(device).await?);
    let adapter = model.device.adapter();
    match model.device.workers() {
        0 => println!("adapter   {} ({:?} kernels)", adapter.description, model.device.profile()),
        threads => println!("threads   {threads}"),
    }
    println!("load      {:.0} ms, every kernel compiled", start.elapsed().as_secs_f64() * 1e3);
    let peak = match model.device.gpu() {
        Some(_) => Some(bench::peak(&*model.device).await?),
        None => None,
    };
    if let Some(peak) = peak {
        let us = bench::dispatch_us(&*model.device).await?;
        println!(
            "peak      {peak:.1} GFLOP/s of multiply-adds in registers, {us:.1} µs an empty dispatch"
        );
    }
    println!("weights   {:.2} MB on the device", model.weight_bytes() as f64 / 1e6);
    for batch in arguments.batch {
        let forward = bench::forward(&model, batch).await?;
        print_forward(&forward, peak);
        print_chain(&model, &forward).await?;
        print_training(&bench::training(&model, batch).await?, peak);
    }
    let points = Rc::new(
        Model::from_scratch(model.device.clone(), bench::POINTS_MLP, None, 0, |_, _, _| {}).await?,
    );
    println!();
    println!("points, {} parameters", points.parameter_count()?);
    let step = bench::training(&points, 512).await?;
    print_training(&step, peak);
    println!("  steps per second {:.0} at batch 512", 1e3 / step.ms);
    let moons = bench::two_moons(&model.device, MOONS_STEPS, 0).await?;
    println!(
        "two moons         {} steps in {:.1} s; samples are {:.2} × as far from fresh data as fresh data is",
        moons.steps, moons.seconds, moons.distance
    );
    Ok(())
}

const MOONS_STEPS: usize = 3000;

/// The share of the adapter's peak, where there is one.
fn of_peak(gflops: f64, peak: Option<f64>) -> String {
    peak.map_or(String::new(), |peak| format!(", {:.0} % of peak", 100.0 * gflops / peak))
}

fn print_training(step: &TrainingStep, peak: Option<f64>) {
    println!(
        "  training step    {:.2} ms, {:.2} GFLOP/s{}, {:.2} × the network call",
        step.ms,
        step.gflops,
        of_peak(step.gflops, peak),
        step.forwards
    );
    let parts: Vec<String> = step.ms_by_op.iter().map(|(op, ms)| format!("{op} {ms:.2}")).collect();
    println!("  ms by operation  {}", parts.join(", "));
    println!("  dispatches       {} a step, {:.2} submits a step", step.dispatches, step.submits);
    let mb = |bytes: u64| bytes as f64 / 1e6;
    let memory = &step.memory;
    println!(
        "  training memory  {:.2} MB: activations {:.2}, weights {:.2}, optimizer {:.2}, data {:.2}",
        mb(memory.total),
        mb(memory.activations),
        mb(memory.weights),
        mb(memory.optimizer),
        mb(memory.data)
    );
}

fn print_forward(forward: &Forward, peak: Option<f64>) {
    let Forward { batch, ms, gflops, conv_gflops, .. } = forward;
    println!();
    println!("batch {batch}");
    println!("  network call     {ms:.2} ms, {gflops:.2} GFLOP/s{}", of_peak(*gflops, peak));
    println!("  3×3 convolutions {conv_gflops:.2} GFLOP/s{}", of_peak(*conv_gflops, peak));
    let parts: Vec<String> =
        forward.ms_by_op.iter().map(|(op, ms)| format!("{op} {ms:.2}")).collect();
    println!("  ms by operation  {}", parts.join(", "));
    println!(
        "  activations      {:.2} MB, {:.2} × the most alive at once",
        forward.activation_bytes as f64 / 1e6,
        forward.activation_bytes as f64 / forward.lower_bound_bytes as f64
    );
    println!("  dispatches       {} a call, {} a step", forward.dispatches, forward.dispatches + 2);
}

/// A chain of 50 steps as `sample` runs it.
async fn print_chain(model: &Model, forward: &Forward) -> Result<()> {
    let labels = match model.architecture.class_conditioning() {
        ClassConditioning::Table(_) => vec![0.0],
        _ => vec![],
    };
    let chain =
        Chain::new(model, ChainOptions { batch: forward.batch, labels, ..Default::default() })?;
    let start = Instant::now();
    chain.step(chain.len()).await?;
    let ms = start.elapsed().as_secs_f64() * 1e3 / chain.len() as f64;
    println!(
        "  chain            {ms:.2} ms a step, {:.2} × the network call, {:.1} steps a submit",
        ms / forward.ms,
        chain.len() as f64 / chain.submits() as f64
    );
    Ok(())
}
