//! `chailou predict | sample | train | loss-grad | inspect | bench | tune | data`: everything the page does, without a browser.

mod bench;
mod data;
mod device;
mod folder;
mod inspect;
mod kept_ways;
mod loss_grad;
mod png;
mod predict;
mod sample;
mod train;
mod tune;

use std::process::ExitCode;

use chailou::Result;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

/// A diffusion model you can take apart, on the command line.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(flatten)]
    device: device::Choice,
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
    /// Finds the quickest of the ways to compute the same on this adapter, for the other commands.
    Tune(tune::Arguments),
    /// Makes a data set.
    Data(data::Arguments),
}

/// Parses the command line and runs it; errors are one line on stderr and exit code 1.
pub fn main() -> ExitCode {
    stop_with_the_reader();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(help) if is_help(help.kind()) => help.exit(),
        Err(error) => {
            eprintln!("chailou: {}", one_line(&error));
            return ExitCode::from(2);
        }
    };
    let run = async {
        match cli.command {
            Command::Predict(arguments) => predict::run(arguments, cli.device).await,
            Command::Sample(arguments) => sample::run(*arguments, cli.device).await,
            Command::Train(arguments) => train::run(*arguments, cli.device).await,
            Command::LossGrad(arguments) => loss_grad::run(arguments, cli.device).await,
            Command::Inspect(arguments) => inspect::run(arguments, cli.device).await,
            Command::Bench(arguments) => bench::run(arguments, cli.device).await,
            Command::Tune(arguments) => tune::run(arguments, cli.device).await,
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

/// When whoever reads the output goes away, as in `chailou … | head`, `println!` panics: the command ends without a word
/// then, with the exit code of one that the closed pipe has stopped.
fn stop_with_the_reader() {
    let complain = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let message = panic.payload().downcast_ref::<String>();
        let unread = |text: &&String| {
            text.starts_with("failed printing to stdout") && text.contains("Broken pipe")
        };
        if message.filter(unread).is_some() {
            std::process::exit(128 + 13);
        }
        complain(panic);
    }));
}

/// Help and version come as errors, too.
fn is_help(kind: ErrorKind) -> bool {
    use ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion};
    matches!(kind, DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand | DisplayVersion)
}

/// What clap says before it goes on to tell how to ask for help.
fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let said: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    said.join(" ").trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_the_words_is_one_line_that_names_the_option() {
        let refused = |words: &str| {
            let words = format!("chailou {words}");
            one_line(&Cli::try_parse_from(words.split(' ')).err().expect("refused"))
        };
        for (words, named) in [
            ("sample --model m --out g.png --spacing sideways", "--spacing"),
            ("sample --model m --out g.png --steps many", "--steps"),
            ("predict --model m --input in", "--output"),
            ("train --nonsense", "--nonsense"),
            ("bench --backend quantum", "--backend"),
            ("bench --threads 0", "--threads"),
        ] {
            let line = refused(words);
            assert!(line.contains(named) && !line.contains('\n'), "{line}");
        }
    }
}
