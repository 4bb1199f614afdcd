//! `chailou predict`: the network's output, from and to safetensors.

use std::path::PathBuf;

use chailou::gpu::Profile;
use chailou::model::{BatchShape, Labels};
use chailou::weights::Tensor;
use chailou::{Error, Result};

use super::{ModelFolder, folder};

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

pub async fn run(arguments: Arguments, profile: Option<Profile>) -> Result<()> {
    let input = folder::read_tensors(&arguments.input)?;
    let model = arguments.model.load(profile).await?;
    let tensor = |name| folder::at(&arguments.input, input.get(name));
    let sample = tensor("sample")?;
    let [n, c, h, w] = sample.shape[..] else {
        return Err(Error::shape("sample", "[B, C, H, W]", &sample.shape));
    };
    if c != model.architecture.in_channels() {
        return Err(Error::shape(
            "sample",
            [n, model.architecture.in_channels(), h, w],
            &sample.shape,
        ));
    }
    let mut timesteps: Vec<f64> = tensor("timestep")?.data.iter().map(|&t| f64::from(t)).collect();
    if timesteps.len() == 1 {
        timesteps = vec![timesteps[0]; n];
    }
    let labels = input.get("class_labels").ok();
    let labels = labels.map_or(Labels::None, |tensor| Labels::Values(&tensor.data));
    let shape = BatchShape { n, h, w };
    let eps = model.predict(shape, &sample.data, &timesteps, labels).await?;
    let eps = Tensor::new(vec![n, model.architecture.out_channels(), h, w], eps)?;
    folder::write_tensors(&arguments.output, vec![("eps".into(), eps)])
}
