//! `chailou train`: from a checkpoint or from nothing to a folder that `chailou sample` and diffusers open.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::device::Choice;
use chailou::data::{Set, SetOptions, kinds};
use chailou::diffusion::PredictionType;
use chailou::model::Model;
use chailou::train::{Classes, Objective, Trainer, TrainerOptions, TrainingSet};
use chailou::weights::SchedulerConfig;
use chailou::{Error, Result};

use super::folder::{self, ModelFolder};

/// Steps between two lines of progress.
const REPORT_EVERY: usize = 50;

#[derive(clap::Args)]
pub struct Arguments {
    /// A diffusers folder to go on from.
    #[arg(long, value_name = "DIR", required_unless_present = "config", conflicts_with = "config")]
    model: Option<PathBuf>,
    /// The config.json of a model to begin with random weights.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// scheduler_config.json for a new model; without it Ho's linear schedule.
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    scheduler: Option<PathBuf>,
    #[arg(long, value_name = "SET", help = kinds())]
    data: String,
    /// Pictures with rows for columns, as EMNIST's files want it.
    #[arg(long)]
    transpose: bool,
    /// The columns of a table that are x and y, by their headings or counted from 1.
    #[arg(long, value_delimiter = ',', value_name = "A,B")]
    columns: Vec<String>,
    /// A table's first line is a point, even where it looks like headings.
    #[arg(long)]
    no_heading: bool,
    /// Training steps.
    #[arg(long)]
    steps: u32,
    /// Steps of warm-up; without it a twentieth of all.
    #[arg(long)]
    warmup: Option<u32>,
    /// Keep the learning rate instead of letting it fall along a cosine.
    #[arg(long)]
    constant: bool,
    #[command(flatten)]
    options: TrainerOptions,
    /// Folder for config.json, scheduler_config.json and the weights.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Arguments {
    fn options(&self) -> TrainerOptions {
        TrainerOptions {
            warmup: self.warmup.unwrap_or(self.steps / 20),
            steps: if self.constant { 0 } else { self.steps },
            ..self.options.clone()
        }
    }

    async fn open(&self, device: Choice) -> Result<Model> {
        if let Some(model) = &self.model {
            return ModelFolder { model: model.clone() }.load_with_schedule(device).await;
        }
        let path = self.config.as_deref().unwrap_or(Path::new(folder::CONFIG));
        let config = folder::text(path)?;
        let scheduler = self.scheduler.as_deref().map(folder::text).transpose()?;
        let device = device.open().await?;
        let model = Model::from_scratch(
            device,
            &config,
            scheduler.as_deref(),
            self.options.seed,
            |_, _, _| {},
        );
        folder::at(path, model.await)
    }
}

pub async fn run(arguments: Arguments, device: Choice) -> Result<()> {
    let options = arguments.options();
    options.check()?;
    let model = Rc::new(arguments.open(device).await?);
    let classes = Classes::of(&model.architecture);
    let scheduler = model.scheduler.clone().unwrap_or_default();
    if let Some(reason) = scheduler.no_sampler() {
        let steps = scheduler.num_train_timesteps;
        folder::note(format_args!("{reason}; trained, and saved, for DDPM over T = {steps}"));
    }
    let dropped = options.label_dropout > 0.0;
    if dropped && classes.is_some_and(|classes| classes.none.is_none()) {
        folder::note(
            "no label is dropped, so there will be no guidance: config.json names no null_class",
        );
    }
    let options_of_set = SetOptions {
        classes: classes.map(|all| all.count()),
        columns: arguments.columns.clone(),
        no_heading: arguments.no_heading,
        transpose: arguments.transpose,
        ..SetOptions::default()
    };
    let data = Set::open(&arguments.data, &options_of_set, &folder::Disk)?;
    folder::tell(&data);
    let (h, w) = model.sample_size()?;
    let image = [model.architecture.in_channels(), h, w];
    if image != data.shape {
        model.architecture.build(1, data.shape[1], data.shape[2], true)?; // a size that no model of this kind takes
        return Err(Error::shape(format!("--data {}", data.name), image, data.shape));
    }
    std::fs::create_dir_all(&arguments.out).map_err(|e| folder::file_error(&arguments.out, e))?;
    if data.is_points() && options.objective == Objective::Merged {
        tell_least_loss(&scheduler, &data)?;
    }
    let labels = classes.and(data.labels.as_deref());
    if classes.is_some() && labels.is_none() {
        let reason = "has no labels, and this model wants a class for every picture";
        return Err(folder::file_error(Path::new(&data.name), reason));
    }
    let set = TrainingSet { values: &data.values, labels };
    let trainer = Trainer::new(model.clone(), set, options, |_, _, _| {}).await?;
    train(&trainer, arguments.steps as usize).await?;
    save(&model, &arguments.out).await
}

/// Says which loss is no failure: nobody can guess all of the noise.
fn tell_least_loss(scheduler: &SchedulerConfig, data: &Set) -> Result<()> {
    if scheduler.prediction_type != PredictionType::Epsilon {
        return Ok(());
    }
    let squares = data.values.iter().map(|&v| f64::from(v).powi(2));
    let spread = squares.sum::<f64>() / data.values.len() as f64;
    let least = scheduler.schedule()?.gaussian_loss(spread);
    eprintln!(
        "a cloud of this spread without a shape costs {least:.4} at best: less is shape learned"
    );
    Ok(())
}

/// Takes the steps, with a line of progress every so often.
async fn train(trainer: &Trainer, steps: usize) -> Result<()> {
    let start = std::time::Instant::now();
    while trainer.position() < steps {
        let k = (REPORT_EVERY - trainer.position() % REPORT_EVERY).min(steps - trainer.position());
        let report = trainer.step(k).await?;
        if let Some(reason) = report.diverged {
            return Err(Error::Input(reason));
        }
        let losses = trainer.losses().await?;
        let recent = &losses[losses.len().saturating_sub(REPORT_EVERY)..];
        let mean = recent.iter().sum::<f32>() / recent.len() as f32;
        println!(
            "step {:>6} of {steps}   loss {mean:.5}   lr {:.2e}   gradient {:.3}   {:.0} s",
            report.step,
            report.lr,
            report.grad_norm,
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

/// Writes the three files of a diffusers folder.
async fn save(model: &Model, out: &Path) -> Result<()> {
    folder::write(&out.join(folder::CONFIG), model.architecture.to_json()?.as_bytes())?;
    let scheduler = model.scheduler.clone().unwrap_or_default();
    let json =
        serde_json::to_string_pretty(&scheduler).map_err(|e| Error::Config(e.to_string()))?;
    folder::write(&out.join(folder::SCHEDULER), json.as_bytes())?;
    folder::write(&out.join(folder::WEIGHTS), &model.save().await?)
}
