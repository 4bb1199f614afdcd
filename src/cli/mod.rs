//! `chailou predict | sample | train | loss-grad | inspect | bench | data`: everything the page does, without a browser.

mod bench;
mod data;
mod folder;
mod inspect;
mod loss_grad;
mod png;
mod predict;
mod sample;
mod train;

use std::process::ExitCode;

use chailou::Result;
use clap::{Parser, Subcommand};

/// A diffusion model you can take apart, on the command line.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    /// Which kernels to use: those for GPUs or those for adapters that compute on a CPU.
    #[arg(long, global = true, value_name = "gpu|cpu", value_parser = profile)]
    profile: Option<chailou::gpu::Profile>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// What the network predicts for a batch of noisy images.
    Predict(predict::Arguments),
    /// Makes images from noise.
    Sample(Box<sample::Arguments>),
    /// Trains a model, from a checkpoint or from nothing.
    Train(Box<train::Arguments>),
    /// The loss of a batch and its gradient by every parameter.
    LossGrad(loss_grad::Arguments),
    /// Layers, parameters, floating-point operations, bytes.
    Inspect(inspect::Arguments),
    /// Measures the network and the adapter.
    Bench(bench::Arguments),
    /// Makes a data set.
    Data(data::Arguments),
}

fn profile(name: &str) -> std::result::Result<chailou::gpu::Profile, String> {
    match name {
        "gpu" => Ok(chailou::gpu::Profile::Gpu),
        "cpu" => Ok(chailou::gpu::Profile::Cpu),
        _ => Err("gpu or cpu".into()),
    }
}

/// Parses the command line and runs it; errors are one line on stderr and exit code 1.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let run = async {
        match cli.command {
            Command::Predict(arguments) => predict::run(arguments, cli.profile).await,
            Command::Sample(arguments) => sample::run(*arguments, cli.profile).await,
            Command::Train(arguments) => train::run(*arguments, cli.profile).await,
            Command::LossGrad(arguments) => loss_grad::run(arguments, cli.profile).await,
            Command::Inspect(arguments) => inspect::run(arguments, cli.profile).await,
            Command::Bench(arguments) => bench::run(arguments, cli.profile).await,
            Command::Data(arguments) => data::run(&arguments),
        }
    };
    let result: Result<()> = pollster::block_on(run);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chailou: {error}");
            ExitCode::FAILURE
        }
    }
}
