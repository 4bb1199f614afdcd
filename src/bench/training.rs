//! Measures training: a step of a model, and a whole run on two moons judged by what it samples.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::by_op::by_op;
use crate::chain::{Chain, ChainOptions, Picture};
use crate::clock::Stopwatch;
use crate::data::{distance::sliced_wasserstein, toys::Toy};
use crate::diffusion::{Stream, Variance, normals};
use crate::error::Result;
use crate::model::{BatchShape, Model};
use crate::run::{Device, ENOUGH_MS, time};
use crate::train::{Memory, Trainer, TrainerOptions, TrainingSet, classes};

/// One training step at one batch size.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrainingStep {
    /// Samples.
    pub batch: usize,
    /// Milliseconds of one step, read-backs and all.
    pub ms: f64,
    /// How many network calls of the same batch take as long.
    pub forwards: f64,
    /// 10⁹ floating-point operations a second, a multiply-add counted as two.
    pub gflops: f64,
    /// Dispatches in one step.
    pub dispatches: usize,
    /// Submits per step.
    pub submits: f64,
    /// Bytes on the device.
    pub memory: Memory,
    /// Milliseconds by kind of operation.
    pub ms_by_op: BTreeMap<&'static str, f64>,
}

/// Measures training steps on noise; the model's weights are as before afterwards.
pub async fn training(model: &Rc<Model>, batch: usize) -> Result<TrainingStep> {
    let device = &*model.device;
    let (h, w) = model.sample_size()?;
    let values = normals(0, Stream::Data, 0, batch * model.architecture.in_channels() * h * w);
    let labels = classes(model)?.map(|_| vec![0; batch]);
    let set = TrainingSet { values: &values, labels: labels.as_deref() };
    let options = TrainerOptions { batch, lr: 1e-6, ..TrainerOptions::default() };
    let trainer = Trainer::new(model.clone(), set, options, |_, _, _| {}).await?;
    // The first step teaches the trainer how much fits one submit.
    trainer.step(2).await?;
    let (mut k, submits) = (1, trainer.submits());
    let (mut steps, mut ms) = (0, 0.0);
    while ms < ENOUGH_MS {
        let watch = Stopwatch::start();
        trainer.step(k).await?;
        ms += watch.ms();
        steps += k;
        k *= 2;
    }
    let (ms, submits) = (ms / steps as f64, (trainer.submits() - submits) as f64 / steps as f64);
    let network = trainer.network();
    let graph = &network.net.graph;
    let ms_by_op = by_op(device, network, &model.params.buffer).await?;
    let forward = model.network(BatchShape { n: batch, h, w })?;
    time(device, forward.program.tasks()).await?;
    let forward_ms = time(device, forward.program.tasks()).await?;
    trainer.undo().await?;
    Ok(TrainingStep {
        batch,
        ms,
        forwards: ms / forward_ms,
        gflops: graph.flops() as f64 / ms / 1e6,
        dispatches: trainer.dispatches(),
        submits,
        memory: trainer.memory(),
        ms_by_op,
    })
}

/// A run from nothing to samples.
#[derive(Clone, Copy, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TwoMoons {
    /// Training steps.
    pub steps: usize,
    /// Seconds of training.
    pub seconds: f64,
    /// Sliced Wasserstein distance of samples from fresh data, over that of fresh data from fresh data.
    pub distance: f64,
}

/// The network for points as the page begins with it.
pub const POINTS_MLP: &str = r#"{"_class_name": "PointMlp"}"#;
/// The cosine schedule leaves more floors near the data: 100 of its steps lose less than 100 of the linear one's.
const MOONS_SCHEDULER: &str = r#"{"_class_name": "DDPMScheduler",
    "beta_schedule": "squaredcos_cap_v2", "clip_sample": false}"#;
const POINTS: usize = 2000;
/// Clouds that are sampled: one alone is off by a tenth by luck, even a perfect network's.
const SAMPLED_DRAWS: u64 = 3;
const FRESH_DRAWS: u64 = 24;

/// Trains the small network for points on 2,000 points of two moons at batch 512, samples 2,000 points in
/// 100 ancestral steps, three times, and compares them with fresh ones.
pub async fn two_moons(device: &Device, steps: usize, seed: u64) -> Result<TwoMoons> {
    let scheduler = Some(MOONS_SCHEDULER);
    let model = Model::from_scratch(device.clone(), POINTS_MLP, scheduler, seed, |_, _, _| {});
    let model = Rc::new(model.await?);
    let values = Toy::Moons.points(POINTS, seed)?;
    let options = TrainerOptions {
        batch: 512,
        lr: 1e-2,
        warmup: 100,
        steps: steps as u32,
        seed,
        ..TrainerOptions::default()
    };
    let set = TrainingSet { values: &values, labels: None };
    let trainer = Trainer::new(model.clone(), set, options, |_, _, _| {}).await?;
    let watch = Stopwatch::start();
    trainer.step(steps).await?;
    let seconds = watch.ms() / 1e3;
    let chain_options = ChainOptions {
        sampler: Some("ddpm".into()),
        sigma: Some(Variance::BetaTilde),
        steps: Some(100),
        batch: POINTS,
        ..ChainOptions::default()
    };
    let fresh = |i: u64| Toy::Moons.points(POINTS, seed + 1000 + i);
    let (mut apart, mut alike) = (0.0, 0.0);
    for draw in 0..SAMPLED_DRAWS {
        let seed = seed + 1 + draw;
        let chain = Chain::new(&model, ChainOptions { seed, ..chain_options.clone() })?;
        chain.step(chain.len()).await?;
        let samples = chain.read(Picture::X, None).await?;
        for i in (draw..FRESH_DRAWS).step_by(SAMPLED_DRAWS as usize) {
            let (a, b) = (fresh(2 * i)?, fresh(2 * i + 1)?);
            apart += sliced_wasserstein(&samples, &a, i)?;
            alike += sliced_wasserstein(&a, &b, i)?;
        }
    }
    Ok(TwoMoons { steps, seconds, distance: apart / alike })
}
