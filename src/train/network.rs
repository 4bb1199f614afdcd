//! A network with its loss and its gradients: the graph that training replays.

use super::batch::channels;
use super::parameters::Choice;
use crate::error::{Error, Result};
use crate::gpu::Gpu;
use crate::graph::backward;
use crate::model::{BatchShape, Labels, Model, Network, nchw_to_nhwc};
use crate::nn::Denoiser;
use crate::ops::{Mse, MseGrad};
use crate::run::{Params, Program};
use crate::tensor::{Shape, TensorId, TensorMap};

/// One batch with everything about it given, as `[n, c, h, w]`.
#[derive(Clone, Copy, Debug)]
pub struct GivenBatch<'a> {
    /// x_t.
    pub x_t: &'a [f32],
    /// One timestep a sample.
    pub timesteps: &'a [f64],
    /// What the network should have answered.
    pub target: &'a [f32],
    /// Weight of each sample's squared error.
    pub weight: &'a [f32],
    /// Classes, for a model that wants them.
    pub labels: Option<&'a [f32]>,
}

/// The graph before any device is touched.
pub(super) struct TrainingGraph {
    pub denoiser: Denoiser,
    target: TensorId,
    weight: TensorId,
    loss: TensorId,
    shape: BatchShape,
    channels: usize,
}

impl TrainingGraph {
    /// Loss and gradients of a model's architecture.
    pub fn new(model: &Model, shape: BatchShape, choice: &Choice) -> Result<Self> {
        let BatchShape { n, h, w } = shape;
        let architecture = &model.architecture;
        let channels = channels(model)?;
        let mut denoiser = architecture.build(n, h, w, true)?;
        let graph = &mut denoiser.graph;
        let prediction = denoiser.output;
        let target = graph.input("target", Shape::new(n, h, w, channels));
        let weight = graph.input("weight", Shape::vector(n, 1));
        let loss = graph.push("loss", Mse { prediction, target, weight })?;
        graph.pin(loss);
        let slope = graph.push("gradient of loss", MseGrad { prediction, target, weight })?;
        backward(graph, prediction, slope, |param| choice.trains(param))?;
        Ok(Self { denoiser, target, weight, loss, shape, channels })
    }

    /// Makes it ready to run at the weights in `params`.
    pub fn prepare(self, gpu: &Gpu, params: &Params) -> Result<TrainingNetwork> {
        let Self { denoiser, target, weight, loss, shape, channels } = self;
        let program = Program::new(gpu, &denoiser.graph, params).map_err(|error| match error {
            Error::Gpu(reason) => Error::Gpu(format!(
                "a batch of {} is too large to train on this device: {reason}",
                shape.n
            )),
            other => other,
        })?;
        let network = Network { denoiser, program };
        Ok(TrainingNetwork { network, target, weight, loss, shape, channels })
    }
}

/// See the [module documentation](self).
pub(super) struct TrainingNetwork {
    pub network: Network,
    pub target: TensorId,
    pub weight: TensorId,
    /// Loss of each sample, `[n, 1, 1, 1]`.
    pub loss: TensorId,
    pub shape: BatchShape,
    channels: usize,
}

impl TrainingNetwork {
    /// Address of a tensor in the arena, in vec4 units.
    pub fn address(&self, id: TensorId) -> u32 {
        self.network.program.plan().offset(id) as u32
    }

    /// Address of the gradients.
    pub fn gradients(&self) -> Result<usize> {
        let address = self.network.program.plan().gradients();
        address.ok_or_else(|| Error::Input("nothing is left to train".into()))
    }

    /// Uploads a batch.
    ///
    /// # Errors
    /// A length that does not fit, or a class out of range.
    pub fn write(&self, model: &Model, batch: &GivenBatch) -> Result<()> {
        let (denoiser, program) = (&self.network.denoiser, &self.network.program);
        let BatchShape { n, h, w } = self.shape;
        let elements = n * self.channels * h * w;
        for (name, values) in [("x_t", batch.x_t), ("target", batch.target)] {
            if values.len() != elements {
                return Err(Error::shape(name, [n, self.channels, h, w], [values.len()]));
            }
        }
        if batch.timesteps.len() != n {
            return Err(Error::shape("timestep", [n], [batch.timesteps.len()]));
        }
        let write = |id, values: &[f32]| program.write(&model.gpu, &denoiser.graph, id, values);
        let nhwc = |values: &[f32]| nchw_to_nhwc(values, self.channels, h * w);
        write(denoiser.sample, &nhwc(batch.x_t))?;
        write(self.target, &nhwc(batch.target))?;
        write(self.weight, batch.weight)?;
        write(denoiser.time_features, &model.time_features(batch.timesteps)?)?;
        if let Some(id) = denoiser.timestep {
            write(id, &batch.timesteps.iter().map(|&t| t as f32).collect::<Vec<_>>())?;
        }
        let labels = batch.labels.map_or(Labels::None, Labels::Values);
        model.write_labels(&self.network, n, labels)
    }

    /// Loss of each sample.
    pub async fn losses(&self, gpu: &Gpu) -> Result<Vec<f32>> {
        self.network.program.read(gpu, &self.network.denoiser.graph, self.loss).await
    }

    /// The gradients as the checkpoint names and shapes them.
    pub async fn gradient_tensors(&self, gpu: &Gpu, choice: &Choice) -> Result<TensorMap> {
        let graph = &self.network.denoiser.graph;
        let (offsets, vec4s) = graph.param_offsets();
        let first = self.gradients()? as u64 * 4;
        let packed = gpu.read(&self.network.program.arena, first, vec4s as u64 * 4).await?;
        let mut gradients = TensorMap::new();
        for (param, offset) in graph.params().iter().zip(offsets) {
            if choice.trains(param) {
                let values = &packed[offset * 4..][..param.vec4s() * 4];
                for (name, tensor) in param.unpack(values) {
                    if choice.takes(&name) {
                        gradients.insert(name, tensor);
                    }
                }
            }
        }
        Ok(gradients)
    }
}

/// Mean loss of a given batch and its gradient by every parameter, under the checkpoint's names.
///
/// # Errors
/// A length that does not fit, a class out of range, or a failing device.
pub async fn loss_and_gradients(
    model: &Model,
    shape: BatchShape,
    batch: &GivenBatch<'_>,
) -> Result<(f32, TensorMap)> {
    let (h, w) = model.architecture.smallest_size();
    let graph = model.architecture.build(1, h, w, true)?.graph;
    let choice = Choice::new(&graph, &[])?;
    let network = TrainingGraph::new(model, shape, &choice)?.prepare(&model.gpu, &model.params)?;
    network.write(model, batch)?;
    model.gpu.compute(|pass| network.network.program.encode(pass));
    let losses = network.losses(&model.gpu).await?;
    let gradients = network.gradient_tensors(&model.gpu, &choice).await?;
    Ok((losses.iter().sum::<f32>() / losses.len() as f32, gradients))
}
