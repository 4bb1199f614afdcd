//! A network that is no denoiser, with a loss of its own: built, run and trained by the same parts.

use crate::common::{assert_close, cpu, gpu, project, text};
use chailou::Result;
use chailou::diffusion::{Stream, normals};
use chailou::gpu::Profile;
use chailou::graph::Graph;
use chailou::model::Network;
use chailou::nn::{Architecture, Net, initial_weights};
use chailou::ops::{Affine, Epilogue, Linear, Mse, MseGrad, Silu};
use chailou::run::{Device, Params, Run};
use chailou::tensor::{Param, Shape, TensorId, TensorMap};
use chailou::train::{
    Appended, Loss, MeanSquaredError, SampleWith, TrainerOptions, TrainingEnds, TrainingLoop,
    with_loss,
};
use pollster::block_on;

const POINTS: usize = 64;
const WIDTH: usize = 20;

/// A surface over the plane.
#[derive(Clone, Copy)]
struct Surface {
    /// `[n, 1, 1, 2]`.
    point: TensorId,
    /// `[n, 1, 1, 1]`.
    height: TensorId,
}

/// point → linear → SiLU → linear → SiLU → linear → height.
fn surface() -> Result<Net<Surface>> {
    let mut graph = Graph::new();
    let point = graph.input("point", Shape::vector(POINTS, 2));
    let mut x = point;
    for (i, (ci, co)) in [(2, WIDTH), (WIDTH, WIDTH), (WIDTH, 1)].into_iter().enumerate() {
        if i > 0 {
            x = graph.push("silu", Silu { x })?;
        }
        let name = format!("layers.{i}");
        let weight = graph.param(Param::linear(format!("{name}.weight"), co, ci));
        let bias = graph.param(Param::bias(format!("{name}.bias"), co, ci));
        x = graph.push(&name, Linear { x, weight, bias, epilogue: Epilogue::default() })?;
    }
    graph.pin(x);
    Ok(Net { graph, ends: Surface { point, height: x } })
}

/// The squared error in which every sample counts the same: it is fed the right heights and nothing else.
struct Squared;

impl Loss for Squared {
    type Ends = TensorId;

    fn append(&self, graph: &mut Graph, prediction: TensorId) -> Result<Appended<TensorId>> {
        let shape = graph.shape(prediction);
        let target = graph.input("heights", shape);
        let one = Affine { x: target, factor: 0.0, offset: 1.0, divisor: None };
        let weight = graph.push("one", one)?;
        let losses = graph.push("loss", Mse { prediction, target, weight })?;
        let gradient = graph.push("slope", MseGrad { prediction, target, weight })?;
        Ok(Appended { ends: target, losses, gradient })
    }
}

/// A saddle, and the points at which it is known.
fn saddle() -> (Vec<f32>, Vec<f32>) {
    let at = |i: usize| [(i % 8) as f32 / 3.5 - 1.0, (i / 8) as f32 / 3.5 - 1.0];
    let points = (0..POINTS).flat_map(at).collect();
    (points, (0..POINTS).map(|i| at(i)[0] * at(i)[1]).collect())
}

fn weights(net: &Net<Surface>) -> TensorMap {
    initial_weights(net.graph.params(), 7)
}

/// What the network says of the saddle's points at the weights in `params`.
fn heights(device: &Device, params: &Params) -> Vec<f32> {
    let network = Network::new(device, surface().unwrap(), None, params).unwrap();
    network.write(device, network.net.ends.point, &saddle().0).unwrap();
    device.submit(&mut network.program.tasks().iter());
    block_on(network.read(device, network.net.ends.height)).unwrap()
}

#[test]
fn it_runs_as_its_twin_does() {
    let net = surface().unwrap();
    net.check(&weights(&net)).unwrap();
    let points = saddle().0.into_iter().map(f64::from).collect();
    let twin = Run::<f64>::new(&net.graph, &weights(&net), &[(net.ends.point, points)]).unwrap();
    let twin: Vec<f32> = twin.value(net.ends.height).iter().map(|&v| v as f32).collect();
    for device in [gpu(Profile::Cpu) as Device, gpu(Profile::Gpu), cpu(2)] {
        let params = Params::upload(&*device, &net.graph, &weights(&net)).unwrap();
        assert_close("heights", &heights(&device, &params), &twin, 1e-6, 1e-6);
    }
}

#[test]
fn it_learns_by_a_loss_of_its_own() {
    let gpu: Device = gpu(Profile::Cpu);
    let net = surface().unwrap();
    let params = Params::upload(&*gpu, &net.graph, &weights(&net)).unwrap();
    let output = net.ends.height;
    let net = with_loss(net, output, &Squared, |_| true).unwrap();
    let options = TrainerOptions { lr: 1e-2, warmup: 10, steps: 400, ..Default::default() };
    let training = TrainingLoop::new(gpu.clone(), net, &params, &options).unwrap();
    let (points, expected) = saddle();
    let network = training.network();
    network.write(&gpu, network.net.ends.net.point, &points).unwrap();
    network.write(&gpu, network.net.ends.loss, &expected).unwrap();

    let step = |k| block_on(training.step(k)).unwrap();
    let first = step(1);
    let mean = expected.iter().zip(heights(&gpu, &params)).map(|(e, h)| (h - e).powi(2));
    let mean = mean.sum::<f32>() / POINTS as f32;
    assert!((first.loss - mean).abs() <= 1e-5 * mean, "loss {}, not {mean}", first.loss);
    let last = step(399);
    assert_eq!((last.step, last.diverged), (400, None));
    assert!(last.loss < 0.01 * first.loss, "from {} to {}", first.loss, last.loss);

    training.give(&params, SampleWith::Raw);
    let worst = assert_close("saddle", &heights(&gpu, &params), &expected, 0.1, 0.0);
    println!("the saddle is met within {worst}");

    let losses = block_on(training.losses()).unwrap();
    block_on(training.undo()).unwrap();
    step(400);
    assert_eq!(block_on(training.losses()).unwrap(), losses, "the same steps give other bits");
}

/// Two channels in, four out: no objective has a target for that, but whoever has one can train it.
#[test]
fn a_unet_with_other_channels_out_than_in_learns_what_it_is_given() {
    let gpu: Device = gpu(Profile::Cpu);
    let config = project("tests/golden/unet/asymmetric_no_mid_attention/config.json");
    let architecture = Architecture::from_json(&text(&config)).unwrap();
    let (h, w) = architecture.sample_size().unwrap();
    let net = architecture.build(2, h, w, true).unwrap();
    let weights = architecture.initial_weights(1).unwrap();
    let params = Params::upload(&*gpu, &net.graph, &weights).unwrap();
    let output = net.ends.output;
    assert_eq!((net.graph.shape(net.ends.sample).c, net.graph.shape(output).c), (2, 4));
    let net = with_loss(net, output, &MeanSquaredError, |_| true).unwrap();
    let options = TrainerOptions { lr: 3e-3, ..Default::default() };
    let training = TrainingLoop::new(gpu.clone(), net, &params, &options).unwrap();
    let network = training.network();
    let TrainingEnds { net: ends, loss, .. } = network.net.ends;
    for (tensor, values) in [ends.sample, ends.time_features, loss.target].into_iter().zip(0..) {
        let count = network.net.graph.shape(tensor).elements();
        network.write(&gpu, tensor, &normals(5, Stream::Data, values, count)).unwrap();
    }
    network.write(&gpu, loss.weight, &[1.0, 1.0]).unwrap();
    let first = block_on(training.step(1)).unwrap();
    let last = block_on(training.step(29)).unwrap();
    assert_eq!((last.step, last.diverged), (30, None));
    assert!(last.loss < 0.8 * first.loss, "from {} to {}", first.loss, last.loss);
}
