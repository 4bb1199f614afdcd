//! `chailou tune`: tries on the adapter at hand the ways to compute the same and keeps which is the quickest, in a file that
//! the other commands read. What they compute stays the same, bit by bit.

use super::device::Choice;
use super::folder::{self, ModelFolder};
use super::kept_ways;
use chailou::bench::{TUNE_MS, tune_next};
use chailou::gpu::Ways;
use chailou::{Error, Result};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    model: ModelFolder,
    /// Batch sizes.
    #[arg(long, value_delimiter = ',', default_value = "1,16")]
    batch: Vec<usize>,
    /// A training step, too.
    #[arg(long)]
    training: bool,
}

pub async fn run(arguments: Arguments, choice: Choice) -> Result<()> {
    let model = arguments.model.load(choice).await?;
    let Some(gpu) = model.device.gpu() else {
        return Err(Error::Input(
            "the processor computes in one way: there is nothing to tune".into(),
        ));
    };
    gpu.set_ways(Ways::default());
    for training in [false, true].into_iter().take(1 + usize::from(arguments.training)) {
        for &batch in &arguments.batch {
            while let Some(tried) = tune_next(&model, batch.max(1), training, TUNE_MS).await? {
                println!("{tried}");
            }
        }
    }
    let count = gpu.ways().len();
    let file = kept_ways::keep(gpu)?;
    folder::note(format_args!("{count} operations, kept in {}", file.display()));
    Ok(())
}
