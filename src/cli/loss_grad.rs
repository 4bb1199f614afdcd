//! `chailou loss-grad`: ‖ε − ε_θ‖² of a batch and its gradients, from and to safetensors.

use std::path::PathBuf;

use super::device::Choice;
use chailou::tensor::Tensor;
use chailou::train::{GivenBatch, Objective, loss_and_gradients};
use chailou::{Error, Result};

use super::folder::{self, ModelFolder, Question};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    model: ModelFolder,
    /// safetensors with x_0 and noise [B,C,H,W], timestep [B] or [1], class_labels [B] if the model wants them.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// safetensors with loss [1] and grad.<parameter> for each parameter of the checkpoint.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

pub async fn run(arguments: Arguments, device: Choice) -> Result<()> {
    let input = folder::read_tensors(&arguments.input)?;
    let model = arguments.model.load_with_schedule(device).await?;
    let Question { pictures: x_0, shape, timesteps } =
        Question::new(&arguments.input, &input, "x_0", &model)?;
    let noise = folder::at(&arguments.input, input.get("noise"))?;
    if noise.shape != x_0.shape {
        return Err(Error::shape("noise", &x_0.shape, &noise.shape));
    }
    let scheduler = model.scheduler.clone();
    let scheduler = scheduler.unwrap_or_default();
    let pairs = Objective::Merged.table(&scheduler.schedule()?, scheduler.prediction_type)?;
    let (mut x_t, mut target) = (Vec::new(), Vec::new());
    let size = x_0.data.len() / shape.n;
    let samples = x_0.data.chunks_exact(size).zip(noise.data.chunks_exact(size));
    for (&t, (x_0, noise)) in timesteps.iter().zip(samples) {
        let row = (t.fract() == 0.0 && t >= 0.0).then(|| pairs.get(t as usize)).flatten();
        let pair = row.ok_or_else(|| {
            Error::Input(format!("timestep {t} is none of 0 to {}", pairs.len() - 1))
        })?;
        for (&x, &e) in x_0.iter().zip(noise) {
            let (x, goal) = pair.apply(f64::from(x), f64::from(e), 0.0);
            x_t.push(x as f32);
            target.push(goal as f32);
        }
    }
    let batch = GivenBatch {
        x_t: &x_t,
        timesteps: &timesteps,
        target: &target,
        weight: &vec![1.0; shape.n],
        labels: input.get("class_labels").ok().map(|labels| labels.data.as_slice()),
    };
    let (loss, gradients) = loss_and_gradients(&model, shape, &batch).await?;
    let mut tensors = vec![("loss".to_string(), Tensor::new(vec![1], vec![loss])?)];
    tensors.extend(gradients.into_iter().map(|(name, tensor)| (format!("grad.{name}"), tensor)));
    folder::write_tensors(&arguments.output, tensors)
}
