//! A network with its loss and its gradients: the graph that training replays.

use std::rc::Rc;

use super::losses::{Loss, MeanSquaredError, Target};
use super::parameters::Choice;
use super::requirements::channels;
use crate::error::{Error, Result};
use crate::graph::{Graph, backward};
use crate::model::{BatchShape, Labels, Model, Network, Recipe, nchw_to_nhwc};
use crate::nn::{Architecture, DenoiserEnds, Net};
use crate::run::{Backend, Builder, Device, Params};
use crate::tensor::{Param, TensorId, TensorMap};

/// Ends of a network in training.
#[derive(Clone, Copy, Debug)]
pub struct TrainingEnds<E, L> {
    /// The network's own.
    pub net: E,
    /// Its loss's.
    pub loss: L,
    /// Loss of each sample, `[n, 1, 1, 1]`.
    pub losses: TensorId,
    /// Operations of the forward pass; those of the loss and of the backward pass follow.
    pub(super) forward: usize,
}

/// A denoiser in training.
pub(super) type TrainingNetwork = Network<TrainingEnds<DenoiserEnds, Target>>;

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

/// Appends to a network the loss of one of its tensors and the gradient by every parameter that
/// `trainable` picks.
///
/// # Errors
/// The loss refuses the tensor's shape, or an operation on the way has no gradient.
pub fn with_loss<E, L: Loss>(
    net: Net<E>,
    answer: TensorId,
    loss: &L,
    trainable: impl Fn(&Param) -> bool,
) -> Result<Net<TrainingEnds<E, L::Ends>>> {
    let Net { mut graph, ends } = net;
    let forward = graph.nodes().len();
    let appended = loss.append(&mut graph, answer)?;
    graph.pin(appended.losses);
    backward(&mut graph, answer, appended.gradient, trainable)?;
    let (loss, losses) = (appended.ends, appended.losses);
    Ok(Net { graph, ends: TrainingEnds { net: ends, loss, losses, forward } })
}

/// Loss and gradients of a model's architecture.
pub(super) fn denoiser_with_loss(
    model: &Model,
    shape: BatchShape,
    choice: &Choice,
) -> Result<Net<TrainingEnds<DenoiserEnds, Target>>> {
    channels(model)?;
    of_architecture(&model.architecture, shape, choice)
}

fn of_architecture(
    architecture: &Architecture,
    BatchShape { n, h, w }: BatchShape,
    choice: &Choice,
) -> Result<Net<TrainingEnds<DenoiserEnds, Target>>> {
    let denoiser = architecture.build(n, h, w, true)?;
    let output = denoiser.ends.output;
    with_loss(denoiser, output, &MeanSquaredError, |param| choice.trains(param))
}

/// How the same is built for any number of samples.
pub(super) fn builder(
    model: &Model,
    BatchShape { h, w, .. }: BatchShape,
    choice: &Choice,
) -> Builder {
    let config = model.architecture.clone();
    let recipe = Recipe { config, h, w, layers: Some(choice.layers().to_vec()) };
    let text = recipe.text();
    Builder { build: Rc::new(move |n| graph(&recipe, n)), recipe: text }
}

/// The graph of a recipe for `n` samples.
///
/// # Errors
/// The recipe is of no model.
pub fn graph(recipe: &Recipe, n: usize) -> Result<Graph> {
    let Recipe { config, h, w, layers } = recipe;
    let (h, w) = (*h, *w);
    let Some(layers) = layers else { return Ok(config.build(n, h, w, false)?.graph) };
    let (rows, columns) = config.smallest_size();
    let choice = Choice::new(&config.build(1, rows, columns, false)?.graph, layers)?;
    Ok(of_architecture(config, BatchShape { n, h, w }, &choice)?.graph)
}

/// Makes a network ready to be trained at the weights in `params`.
pub(super) fn prepare<E, L>(
    device: &Device,
    net: Net<TrainingEnds<E, L>>,
    builder: Option<Builder>,
    params: &Params,
) -> Result<Network<TrainingEnds<E, L>>> {
    let n = net.graph.shape(net.ends.losses).n;
    Network::new(device, net, builder, params).map_err(|error| match error {
        Error::Gpu(reason) => {
            Error::Gpu(format!("a batch of {n} is too large to train on this device: {reason}"))
        }
        other => other,
    })
}

impl<E, L> Network<TrainingEnds<E, L>> {
    /// Address of the gradients, in vec4 units.
    pub(super) fn gradients(&self) -> Result<usize> {
        let address = self.program.gradients();
        address.ok_or_else(|| Error::Input("nothing is left to train".into()))
    }

    /// Samples in a batch.
    pub(super) fn batch(&self) -> usize {
        self.net.graph.shape(self.net.ends.losses).n
    }

    /// The gradients as the checkpoint names and shapes them.
    async fn gradient_tensors(&self, device: &dyn Backend, choice: &Choice) -> Result<TensorMap> {
        let graph = &self.net.graph;
        let (offsets, vec4s) = graph.param_offsets();
        let first = self.gradients()? as u64 * 4;
        let packed = device.read(&self.program.arena, first, vec4s as u64 * 4).await?;
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

/// Uploads a batch.
///
/// # Errors
/// A length that does not fit, or a class out of range.
pub(super) fn write(model: &Model, network: &TrainingNetwork, batch: &GivenBatch) -> Result<()> {
    let TrainingEnds { net: ends, loss, .. } = &network.net.ends;
    let shape = network.net.graph.shape(ends.sample);
    for (name, values) in [("x_t", batch.x_t), ("target", batch.target)] {
        if values.len() != shape.elements() {
            return Err(Error::shape(name, [shape.n, shape.c, shape.h, shape.w], [values.len()]));
        }
    }
    if batch.timesteps.len() != shape.n {
        return Err(Error::shape("timestep", [shape.n], [batch.timesteps.len()]));
    }
    let target = nchw_to_nhwc(batch.target, shape.c, shape.h * shape.w);
    network.write(&model.device, loss.target, &target)?;
    network.write(&model.device, loss.weight, batch.weight)?;
    let labels = batch.labels.map_or(Labels::None, Labels::Values);
    model.ask(network, ends, batch.x_t, batch.timesteps, labels)
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
    let choice = Choice::new(&model.smallest()?.graph, &[])?;
    let net = denoiser_with_loss(model, shape, &choice)?;
    let network = prepare(&model.device, net, Some(builder(model, shape, &choice)), &model.params)?;
    write(model, &network, batch)?;
    model.device.submit(&mut network.program.tasks().iter());
    let losses = network.read(&model.device, network.net.ends.losses).await?;
    let gradients = network.gradient_tensors(&*model.device, &choice).await?;
    Ok((losses.iter().sum::<f32>() / losses.len() as f32, gradients))
}
