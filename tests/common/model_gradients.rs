//! Gradients of whole models by all their weights, for the native tests and the browsers' alike: the loss
//! that tests/golden/make_gradients.py and make_mlp.py took the gradient of, as a graph.
#![allow(dead_code, reason = "each test file uses a part")]

use crate::op_cases::{gradients_by_name, read_gradients, submit, twins_by_name};
use chailou::graph::{Graph, backward};
use chailou::model::nchw_to_nhwc;
use chailou::nn::{Architecture, ClassInput};
use chailou::ops::{Mse, MseGrad};
use chailou::run::{Backend, Run};
use chailou::tensor::{Layout, Shape, Tensor, TensorId, TensorMap};
use chailou::weights::rename_legacy_attention;

/// A model with a batch, and what PyTorch says of it.
pub struct Case {
    name: String,
    pub graph: Graph,
    pub weights: TensorMap,
    inputs: Vec<(TensorId, Vec<f32>)>,
    losses: TensorId,
    expected: Found,
}

/// A loss and its gradients by name.
#[derive(PartialEq, Debug)]
pub struct Found {
    pub loss: f32,
    pub gradients: TensorMap,
}

/// How far one is from another.
#[derive(Clone, Debug, Default)]
pub struct Apart {
    /// Relative.
    pub loss: f64,
    /// ‖g − g_ref‖ / ‖g_ref‖ of the worst weight, and its name. A gradient that is zero but for rounding
    /// (nothing depends on the bias of an attention's keys, or on one that a norm takes away) is measured
    /// against a hundredth of the gradient by all weights.
    pub gradient: f64,
    pub name: String,
}

impl std::fmt::Display for Apart {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Self { loss, gradient, name } = self;
        write!(f, "loss {loss:.1e}, gradient {gradient:.1e} ({name})")
    }
}

impl Case {
    /// `config`, `weights`, `golden`: a folder's config.json, checkpoint and gradients.safetensors.
    pub fn new(name: &str, config: &str, weights: &[u8], golden: &[u8]) -> Self {
        Self::of_copies(1, name, config, weights, golden)
    }

    /// The same with every sample `copies` times, which changes neither the mean loss nor its gradients.
    pub fn of_copies(
        copies: usize,
        name: &str,
        config: &str,
        weights: &[u8],
        golden: &[u8],
    ) -> Self {
        let architecture = Architecture::from_json(config).expect(name);
        let weights = TensorMap::from_safetensors(weights).expect(name);
        let weights = rename_legacy_attention(weights).expect(name);
        let mut golden = TensorMap::from_safetensors(golden).expect(name);
        for key in ["x_t", "noise", "timestep", "class_labels"] {
            if let Ok(Tensor { shape, data }) = golden.get(key).cloned() {
                let shape = [&[copies * shape[0]], &shape[1..]].concat();
                golden.insert(key.to_string(), Tensor { shape, data: data.repeat(copies) });
            }
        }
        let tensor = |key: &str| golden.get(key).unwrap_or_else(|e| panic!("{name}: {e}"));
        let time = architecture.time_features(&weights).expect(name);
        let features = |t: &[f32]| -> Vec<f32> {
            t.iter().flat_map(|&t| time.of(t as f64).expect(name)).collect()
        };
        let picture = |tensor: &Tensor| {
            let s = &tensor.shape;
            (Shape::new(s[0], s[2], s[3], s[1]), nchw_to_nhwc(&tensor.data, s[1], s[2] * s[3]))
        };

        let (shape, x_t) = picture(tensor("x_t"));
        let timestep = &tensor("timestep").data;
        let denoiser = architecture.build(shape.n, shape.h, shape.w, true).expect(name);
        let (mut graph, ends) = (denoiser.graph, denoiser.ends);
        let mut inputs = vec![(ends.sample, x_t), (ends.time_features, features(timestep))];
        inputs.extend(ends.timestep.map(|id| (id, timestep.clone())));
        if let Some(class) = ends.class {
            let labels = &tensor("class_labels").data;
            inputs.push(match class {
                ClassInput::Table(id) | ClassInput::Identity(id) => (id, labels.clone()),
                ClassInput::Timestep(id) => (id, features(labels)),
            });
        }
        let (shape, noise) = picture(tensor("noise"));
        let target = graph.input("target", shape);
        let weight = graph.input("weight", Shape::vector(shape.n, 1));
        inputs.extend([(target, noise), (weight, vec![1.0; shape.n])]);
        let prediction = ends.output;
        let losses = graph.push("loss", Mse { prediction, target, weight }).expect(name);
        graph.pin(losses);
        let gradient = graph.push("loss", MseGrad { prediction, target, weight }).expect(name);
        backward(&mut graph, prediction, gradient, |_| true).expect(name);

        let gradients = golden.iter().filter_map(|(key, tensor)| {
            Some((key.strip_prefix("grad.")?.to_string(), tensor.clone()))
        });
        let mut gradients = rename_legacy_attention(gradients.collect()).expect(name);
        // The table of a learned time embedding: PyTorch trains it, the engine reads it on the CPU.
        for host in graph.params().iter().filter(|p| p.layout == Layout::Host) {
            gradients.remove(&host.parts[0].name);
        }
        let expected = Found { loss: tensor("loss").data[0], gradients };
        Self { name: name.into(), graph, weights, inputs, losses, expected }
    }

    /// By the f64 twins.
    pub fn twin(&self) -> Found {
        let double = |values: &[f32]| values.iter().map(|&v| v as f64).collect::<Vec<f64>>();
        let inputs: Vec<_> = self.inputs.iter().map(|(id, v)| (*id, double(v))).collect();
        let run = Run::<f64>::new(&self.graph, &self.weights, &inputs).expect(&self.name);
        let losses = run.value(self.losses);
        let loss = (losses.iter().sum::<f64>() / losses.len() as f64) as f32;
        Found { loss, gradients: twins_by_name(&run) }
    }

    /// On a device.
    pub async fn on(&self, device: &dyn Backend) -> Found {
        let run = async {
            let (params, program) = submit(device, &self.graph, &self.weights, &self.inputs)?;
            let losses = program.read(device, &self.graph, self.losses).await?;
            Ok((losses, read_gradients(device, &self.graph, &params, &program).await?))
        };
        let result: chailou::Result<_> = run.await;
        let (losses, region) = result.unwrap_or_else(|e| panic!("{}: {e}", self.name));
        let gradients = gradients_by_name(&self.graph, &region);
        let gradients = gradients.unwrap_or_else(|e| panic!("{}: {e}", self.name));
        Found { loss: losses.iter().sum::<f32>() / losses.len() as f32, gradients }
    }

    /// How far from PyTorch's: both must have gradients of the same weights.
    pub fn against_pytorch(&self, found: &Found) -> Apart {
        let name = &self.name;
        let names = |found: &Found| -> Vec<String> {
            found.gradients.iter().map(|(name, _)| name.to_string()).collect()
        };
        assert_eq!(names(found), names(&self.expected), "{name}");
        let loss = (found.loss as f64 / self.expected.loss as f64 - 1.0).abs();
        let mut apart = Apart { loss, ..Default::default() };
        let norm =
            |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>().sqrt();
        let expected = &self.expected.gradients;
        let all = expected.iter().flat_map(|(_, tensor)| tensor.data.iter().map(|&v| v as f64));
        let whole = norm(&mut { all });
        for (weight, expected) in expected.iter() {
            let got = found.gradients.get(weight).expect("names are equal");
            assert_eq!(got.shape, expected.shape, "{name}: {weight}");
            let pairs = got.data.iter().zip(&expected.data);
            let difference = norm(&mut pairs.map(|(&a, &b)| a as f64 - b as f64));
            let length = norm(&mut expected.data.iter().map(|&v| v as f64));
            let relative = difference / if length < 1e-7 * whole { 0.01 * whole } else { length };
            assert!(relative.is_finite(), "{name}: gradient by {weight}: {got:?}");
            if relative > apart.gradient {
                (apart.gradient, apart.name) = (relative, weight.to_string());
            }
        }
        apart
    }
}
