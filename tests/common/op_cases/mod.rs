//! Single operations as graphs of few nodes, for the native tests and the browsers' alike.
#![allow(dead_code, unused_imports, reason = "each test file uses a part")]

mod builder;
mod differentiable;
mod gradients;
mod layers;
mod pytorch;
mod random;

pub use differentiable::differentiable;
pub use gradients::{check_gradients, compare, gradients_by_name, read_gradients, twins_by_name};
pub use pytorch::{pytorch, sinusoids};
pub use random::random;

use chailou::diffusion::{Stream, normals};
use chailou::graph::Graph;
use chailou::ops::MseGrad;
use chailou::run::{Backend, Params, Program, Run};
use chailou::tensor::{TensorId, TensorMap};

/// One operation with its operands.
pub struct Case {
    pub name: String,
    graph: Graph,
    weights: TensorMap,
    inputs: Vec<(TensorId, Vec<f32>)>,
    output: TensorId,
    /// Channels of the output that count, where heads are padded: (length of a run, its stride).
    runs: Option<(usize, usize)>,
    /// Where the output is a loss: the prediction it judges, and its gradient by that.
    slope: Option<(TensorId, MseGrad)>,
    /// What PyTorch computes, NHWC.
    expected: Option<Vec<f32>>,
    /// How far apart two results may be, for results of order 1.
    tolerance: f32,
}

impl Case {
    /// The f64 executor's result.
    pub fn twin(&self) -> Vec<f32> {
        let inputs: Vec<_> = (self.inputs.iter())
            .map(|(id, values)| (*id, values.iter().map(|&v| v as f64).collect()))
            .collect();
        let run = Run::<f64>::new(&self.graph, &self.weights, &inputs).expect(&self.name);
        self.counting(run.value(self.output).iter().map(|&v| v as f32).collect())
    }

    /// A device's result.
    pub async fn on(&self, device: &dyn Backend) -> Vec<f32> {
        let result = async {
            let (_, program) = submit(device, &self.graph, &self.weights, &self.inputs)?;
            program.read(device, &self.graph, self.output).await
        };
        self.counting(result.await.unwrap_or_else(|e| panic!("{}: {e}", self.name)))
    }

    /// Seeded numbers that belong to this case.
    fn random(&self, count: usize) -> Vec<f32> {
        normals(builder::seed(&self.name), Stream::Demolish, 0, count)
    }

    fn counting(&self, values: Vec<f32>) -> Vec<f32> {
        let Some((length, stride)) = self.runs else { return values };
        values.chunks_exact(stride).flat_map(|run| run[..length].to_vec()).collect()
    }
}

/// Puts a graph on a device with these weights and inputs, and starts it.
pub fn submit(
    device: &dyn Backend,
    graph: &Graph,
    weights: &TensorMap,
    inputs: &[(TensorId, Vec<f32>)],
) -> chailou::Result<(Params, Program)> {
    let params = Params::upload(device, graph, weights)?;
    let program = Program::new(device, graph, None, &params)?;
    for (id, values) in inputs {
        program.write(device, graph, *id, values)?;
    }
    device.submit(&mut program.tasks().iter());
    Ok((params, program))
}

/// Holds a device against twin and PyTorch: |a − b| ≤ tolerance·(1 + |b|). Returns the largest
/// differences (device from twin, twin from PyTorch).
pub async fn check(case: &Case, device: &dyn Backend) -> Result<(f32, f32), String> {
    let twin = case.twin();
    let found = case.on(device).await;
    let compare = |what: &str, a: &[f32], b: &[f32]| {
        if a.len() != b.len() {
            return Err(format!("{}: {what}: {} and {} values", case.name, a.len(), b.len()));
        }
        let mut worst = 0f32;
        for (i, (&a, &b)) in a.iter().zip(b).enumerate() {
            let difference = (a - b).abs();
            let near = difference <= case.tolerance * (1.0 + b.abs());
            if !near {
                return Err(format!("{}: {what} at {i}: {a} and {b}", case.name));
            }
            worst = worst.max(difference);
        }
        Ok(worst)
    };
    let apart = compare("device and twin", &found, &twin)?;
    let Some(expected) = &case.expected else { return Ok((apart, 0.0)) };
    compare("device and PyTorch", &found, expected)?;
    Ok((apart, compare("twin and PyTorch", &twin, expected)?))
}
