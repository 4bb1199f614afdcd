//! `chailou predict`: the network's output, from and to safetensors.

use std::path::PathBuf;

use super::device::Choice;
use chailou::Result;
use chailou::model::{BatchShape, Labels};
use chailou::tensor::Tensor;

use super::folder::{self, ModelFolder, Question};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    model: ModelFolder,
    /// safetensors with sample [B,C,H,W], timestep [B] or [1], class_labels [B] if the model wants them.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// safetensors with eps [B,C,H,W].
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

pub async fn run(arguments: Arguments, device: Choice) -> Result<()> {
    let input = folder::read_tensors(&arguments.input)?;
    let model = arguments.model.load(device).await?;
    let Question { pictures, shape, timesteps } =
        Question::new(&arguments.input, &input, "sample", &model)?;
    let labels = input.get("class_labels").ok();
    let labels = labels.map_or(Labels::None, |tensor| Labels::Values(&tensor.data));
    let eps = model.predict(shape, &pictures.data, &timesteps, labels).await?;
    let BatchShape { n, h, w } = shape;
    let eps = Tensor::new(vec![n, model.architecture.out_channels(), h, w], eps)?;
    folder::write_tensors(&arguments.output, vec![("eps".into(), eps)])
}
