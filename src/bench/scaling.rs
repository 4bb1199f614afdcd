//! What a U-Net of some size costs: one point of a curve over batch, pixels or channels.

use std::rc::Rc;

use super::counted::bytes;
use super::unet::square_unet;
use crate::clock::Stopwatch;
use crate::diffusion::{Stream, normals};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::model::{BatchShape, Model, Recipe};
use crate::run::{Device, ENOUGH_MS, fastest};
use crate::train::{self, Trainer, TrainerOptions, TrainingSet};

/// A network call or a training step.
#[derive(Clone, Copy, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// Milliseconds.
    pub ms: f64,
    /// 10⁹ floating-point operations a second, a multiply-add counted as two.
    pub gflops: f64,
    /// Floating-point operations.
    pub flops: u64,
    /// Bytes that the operations read and write, each its operands once.
    pub moved_bytes: u64,
    /// Bytes on the device, weights apart.
    pub memory_bytes: u64,
}

/// One size.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Size {
    /// Pictures.
    pub batch: usize,
    /// A side of a picture.
    pub pixels: usize,
    /// On all levels.
    pub channels: usize,
}

/// A network call and, where it fits the device, a training step of the U-Net of a size.
///
/// # Errors
/// The network itself does not fit, or the device failed.
pub async fn scaling(device: &Device, size: Size) -> Result<(Cost, Option<Cost>)> {
    let config = square_unet(size.pixels, size.channels);
    let model = Model::from_scratch(device.clone(), &config, None, 0, |_, _, _| {}).await?;
    let model = Rc::new(model);
    let forward = forward(&model, size).await?;
    match training(&model, size).await {
        Ok(cost) => Ok((forward, Some(cost))),
        Err(Error::Gpu(_)) => Ok((forward, None)),
        Err(error) => Err(error),
    }
}

fn cost(graph: &Graph, ms: f64, memory_bytes: u64) -> Cost {
    let flops = graph.flops();
    let moved_bytes = bytes(graph);
    Cost { ms, gflops: flops as f64 / ms / 1e6, flops, moved_bytes, memory_bytes }
}

async fn forward(model: &Model, size: Size) -> Result<Cost> {
    let network = model.network(BatchShape { n: size.batch, h: size.pixels, w: size.pixels })?;
    let ms = fastest(&[(&*model.device, network.program.tasks())], ENOUGH_MS / 4.0).await?[0];
    Ok(cost(&network.net.graph, ms, network.program.bytes()))
}

/// Steps on noise.
async fn training(model: &Rc<Model>, size: Size) -> Result<Cost> {
    let Size { batch, pixels, .. } = size;
    let values = normals(0, Stream::Data, 0, batch * pixels * pixels);
    let set = TrainingSet { values: &values, labels: None };
    let options = TrainerOptions { batch, lr: 1e-6, ..TrainerOptions::default() };
    let trainer = Trainer::new(model.clone(), set, options, |_, _, _| {}).await?;
    // The first step teaches the trainer how much fits one submit.
    trainer.step(1).await?;
    let (mut steps, mut fastest, mut total) = (1, f64::INFINITY, 0.0);
    while total < 2.0 * ENOUGH_MS {
        let watch = Stopwatch::start();
        trainer.step(steps).await?;
        let ms = watch.ms();
        fastest = fastest.min(ms / steps as f64);
        total += ms;
        // The fastest of about eight calls.
        if ms < ENOUGH_MS / 8.0 {
            steps *= 2;
        }
    }
    let config = model.architecture.clone();
    let graph =
        train::graph(&Recipe { config, h: pixels, w: pixels, layers: Some(vec![]) }, batch)?;
    Ok(cost(&graph, fastest, trainer.memory().activations))
}
