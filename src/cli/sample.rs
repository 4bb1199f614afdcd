//! `chailou sample`: images from noise, as a picture and as numbers.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use super::device::Choice;
use chailou::chain::{Chain, ChainOptions, Picture};
use chailou::model::Model;
use chailou::nn::Architecture;
use chailou::tensor::{Tensor, TensorMap};
use chailou::{Error, Result};

use super::folder::{self, ModelFolder};
use super::png;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    model: ModelFolder,
    #[command(flatten)]
    options: ChainOptions,
    /// Number of images; without it one, or as many as --noise or --class say.
    #[arg(long)]
    n: Option<usize>,
    /// safetensors with x_T, maybe z.<i> for the i-th step, maybe class_labels.
    #[arg(long, value_name = "FILE")]
    noise: Option<PathBuf>,
    /// Images in one batch.
    #[arg(long, default_value_t = 16)]
    batch: usize,
    /// A picture of all images.
    #[arg(long, value_name = "FILE.png")]
    out: PathBuf,
    /// safetensors with x_0 and timesteps.
    #[arg(long, value_name = "FILE")]
    samples: Option<PathBuf>,
    /// safetensors with x.<i> for every step, and timesteps.
    #[arg(long, value_name = "FILE")]
    trajectory: Option<PathBuf>,
}

/// x_T, the z of each step and the labels as given in `--noise`.
#[derive(Default)]
struct Given {
    start: Option<Vec<f32>>,
    noise: Option<Vec<Vec<f32>>>,
    labels: Vec<f32>,
    n: Option<usize>,
}

impl Given {
    fn read(tensors: &TensorMap, image: &[usize]) -> Result<Self> {
        let start = tensors.get("x_T")?;
        if start.shape.get(1..) != Some(image) {
            return Err(Error::shape("x_T", format!("[B, {image:?}]"), &start.shape));
        }
        let z = |i: usize| tensors.get(&format!("z.{i}")).ok();
        let noise: Vec<Vec<f32>> = (0..).map_while(|i| z(i).map(|t| t.data.clone())).collect();
        let labels = tensors.get("class_labels").map(|t| t.data.clone()).unwrap_or_default();
        Ok(Self {
            n: Some(start.shape[0]),
            start: Some(start.data.clone()),
            noise: (!noise.is_empty()).then_some(noise),
            labels,
        })
    }
}

/// What all batches together yield.
struct Results {
    images: Vec<f32>,
    frames: Vec<Vec<f32>>,
    timesteps: Vec<f32>,
}

pub async fn run(arguments: Arguments, device: Choice) -> Result<()> {
    let model = arguments.model.load_with_schedule(device).await?;
    let (h, w) = model.sample_size()?;
    let image = [model.architecture.in_channels(), h, w];
    let given = match &arguments.noise {
        Some(path) => folder::at(path, Given::read(&folder::read_tensors(path)?, &image))?,
        None => Given::default(),
    };
    let n = arguments.n.or(given.n).unwrap_or(arguments.options.labels.len().max(1));
    if n == 0 || arguments.batch == 0 {
        return Err(Error::Input("--n and --batch must be at least 1".into()));
    }
    if given.n.is_some_and(|there| n > there) {
        let message =
            format!("--n {n} is more than the {} images in --noise", given.n.unwrap_or(0));
        return Err(Error::Input(message));
    }
    let labels: Vec<f32> = match (&arguments.options.labels[..], &given.labels[..]) {
        ([], labels) => labels.to_vec(),
        (classes, _) => classes.iter().copied().cycle().take(n).collect(),
    };
    model.check_classes(&labels)?;
    if !labels.is_empty() && labels.len() < n {
        return Err(Error::Input(format!("{} class labels for {n} images", labels.len())));
    }
    note_assumptions(&model, &labels);
    let results = sample(&arguments, &model, &given, &labels, n).await?;
    png::write_grid(&arguments.out, &results.images, n, image)?;
    let shape = vec![n, image[0], h, w];
    let timesteps = Tensor::new(vec![results.timesteps.len()], results.timesteps)?;
    if let Some(path) = &arguments.samples {
        let x_0 = Tensor::new(shape.clone(), results.images)?;
        let tensors = vec![("x_0".into(), x_0), ("timesteps".into(), timesteps.clone())];
        folder::write_tensors(path, tensors)?;
    }
    if let Some(path) = &arguments.trajectory {
        let mut tensors = vec![("timesteps".to_string(), timesteps)];
        for (i, frame) in results.frames.into_iter().enumerate() {
            tensors.push((format!("x.{i}"), Tensor::new(shape.clone(), frame)?));
        }
        folder::write_tensors(path, tensors)?;
    }
    Ok(())
}

/// What is taken for granted of the pictures, a line each.
fn note_assumptions(model: &Model, labels: &[f32]) {
    if let Some(null) = model.architecture.null_class().filter(|_| labels.is_empty()) {
        folder::note(format_args!("no --class: the pictures are of none (null_class {null})"));
    }
    let channels = model.architecture.in_channels();
    if matches!(model.architecture, Architecture::PointMlp(_)) {
        folder::note(
            "these are points, in --samples, standardised as the network learned them: a model does not keep the units of \
             the table it was trained on",
        );
        return;
    }
    if channels == model.architecture.out_channels() && !matches!(channels, 1 | 3) {
        folder::note(format_args!(
            "{channels} channels are no colours, perhaps an autoencoder's latents: --out shows the first in grey, \
             --samples has all"
        ));
    }
}

/// Runs the batches one after another.
async fn sample(
    arguments: &Arguments,
    model: &Model,
    given: &Given,
    labels: &[f32],
    n: usize,
) -> Result<Results> {
    // An even size keeps the generator's pairs of elements inside a batch.
    let batch = if arguments.batch >= n { n } else { arguments.batch.next_multiple_of(2) };
    let (h, w) = model.sample_size()?;
    let elements = model.architecture.in_channels() * h * w;
    let mut results = Results { images: vec![], frames: vec![], timesteps: vec![] };
    for first in (0..n).step_by(batch) {
        let count = batch.min(n - first);
        let slice = |all: &Vec<f32>| -> Vec<f32> {
            all.get(first * elements..(first + count) * elements).unwrap_or_default().to_vec()
        };
        let options = ChainOptions {
            batch: count,
            first_image: first,
            labels: labels.get(first..first + count).unwrap_or_default().to_vec(),
            start: given.start.as_ref().map(slice),
            noise: given.noise.as_ref().map(|steps| steps.iter().map(slice).collect()),
            ..arguments.options.clone()
        };
        let chain = Chain::new(model, options)?;
        results.timesteps = chain.steps().iter().map(|s| s.timestep as f32).collect();
        run_chain(arguments, &chain, first, n, &mut results.frames).await?;
        results.images.extend(chain.read(Picture::X, None).await?);
    }
    Ok(results)
}

/// Runs one chain to its end with progress on the terminal, keeping its frames if they are wanted.
async fn run_chain(
    arguments: &Arguments,
    chain: &Chain,
    first: usize,
    n: usize,
    frames: &mut Vec<Vec<f32>>,
) -> Result<()> {
    let interactive = std::io::stderr().is_terminal();
    while !chain.done() {
        let k = if arguments.trajectory.is_some() { 1 } else { 10 };
        chain.step(k).await?;
        if arguments.trajectory.is_some() {
            let frame = chain.read(Picture::X, None).await?;
            match frames.get_mut(chain.position() - 1) {
                Some(whole) => whole.extend(frame),
                None => frames.push(frame),
            }
        }
        if interactive {
            let (done, all) = (chain.position(), chain.len());
            eprint!("\rimages {first}… of {n}: step {done} of {all}   ");
            let _ = std::io::stderr().flush();
        }
    }
    if interactive {
        eprint!("\r\x1b[K");
    }
    Ok(())
}
