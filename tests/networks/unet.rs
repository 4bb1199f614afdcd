//! Whole U-Nets against diffusers: the f64 executor, the shaders of both kernel profiles and the processor.
//! Numbers and weights: tests/golden/make_unets.py.

use crate::common::{assert_close, cpu, devices, golden_unets, project, read, read_tensors, text};
use crate::op_cases::submit;
use chailou::model::{BatchShape, Labels, Model, nchw_to_nhwc, nhwc_to_nchw};
use chailou::nn::{Architecture, ClassInput, Denoiser};
use chailou::run::{Backend, Run};
use chailou::tensor::{TensorId, TensorMap};
use chailou::weights::rename_legacy_attention;
use std::path::Path;

struct Case {
    config: String,
    weights: Vec<u8>,
    golden: TensorMap,
}

impl Case {
    fn open(dir: &Path) -> Self {
        let golden = read_tensors(&dir.join("golden.safetensors"));
        let weights = read(&dir.join("diffusion_pytorch_model.safetensors"));
        Self { config: text(&dir.join("config.json")), weights, golden }
    }

    /// Samples, rows and columns.
    fn shape(&self) -> BatchShape {
        let s = &self.golden.get("sample").unwrap().shape;
        let side = |axis: usize| s.get(axis).copied().unwrap_or(1);
        BatchShape { n: s[0], h: side(2), w: side(3) }
    }

    fn architecture(&self) -> Architecture {
        Architecture::from_json(&self.config).unwrap()
    }

    fn tensors(&self) -> TensorMap {
        rename_legacy_attention(TensorMap::from_safetensors(&self.weights).unwrap()).unwrap()
    }

    fn numbers(&self, name: &str) -> Vec<f64> {
        self.golden.get(name).unwrap().data.iter().map(|&t| t as f64).collect()
    }

    /// What the network is given.
    fn inputs(&self, net: &Denoiser) -> Vec<(TensorId, Vec<f32>)> {
        let BatchShape { h, w, .. } = self.shape();
        let time = self.architecture().time_features(&self.tensors()).unwrap();
        let features =
            |t: &[f64]| -> Vec<f32> { t.iter().flat_map(|&t| time.of(t).unwrap()).collect() };
        let single = |values: &[f64]| values.iter().map(|&v| v as f32).collect();
        let channels = self.architecture().in_channels();
        let sample = nchw_to_nhwc(&self.golden.get("sample").unwrap().data, channels, h * w);
        let timesteps = self.numbers("timestep");
        let mut inputs =
            vec![(net.ends.sample, sample), (net.ends.time_features, features(&timesteps))];
        inputs.extend(net.ends.timestep.map(|id| (id, single(&timesteps))));
        inputs.extend(net.ends.class.map(|class| {
            let labels = self.numbers("class_labels");
            match class {
                ClassInput::Table(id) | ClassInput::Identity(id) => (id, single(&labels)),
                ClassInput::Timestep(id) => (id, features(&labels)),
            }
        }));
        inputs
    }

    /// What it says, in bits, of a batch computed in one piece: sample `first` and those that follow, round and round.
    fn predict(&self, device: &dyn Backend, first: usize, batch: usize) -> Vec<u32> {
        let BatchShape { n, h, w } = self.shape();
        let net = self.architecture().build(batch, h, w, false).unwrap();
        let around = |(id, values): (TensorId, Vec<f32>)| {
            let sample = values.len() / n;
            let of = |i: usize| values[(first + i) % n * sample..][..sample].to_vec();
            (id, (0..batch).flat_map(of).collect())
        };
        let inputs: Vec<_> = self.inputs(&net).into_iter().map(around).collect();
        let (_, program) = submit(device, &net.graph, &self.tensors(), &inputs).unwrap();
        let eps = pollster::block_on(program.read(device, &net.graph, net.ends.output)).unwrap();
        eps.into_iter().map(f32::to_bits).collect()
    }
}

#[test]
fn the_f64_executor_predicts_what_diffusers_predicts() {
    for (name, dir) in golden_unets() {
        let case = Case::open(&dir);
        let (architecture, weights) = (case.architecture(), case.tensors());
        let BatchShape { n, h, w } = case.shape();
        let predict = |training: bool| {
            let unet = architecture.build(n, h, w, training).unwrap();
            unet.check(&weights).unwrap();
            let double = |(id, values): (TensorId, Vec<f32>)| {
                (id, values.into_iter().map(f64::from).collect())
            };
            let inputs: Vec<_> = case.inputs(&unet).into_iter().map(double).collect();
            let run = Run::<f64>::new(&unet.graph, &weights, &inputs).unwrap();
            run.value(unet.ends.output).to_vec()
        };
        let eps64 = predict(false);
        let eps: Vec<f32> = eps64.iter().map(|&v| v as f32).collect();
        let eps = nhwc_to_nchw(&eps, architecture.out_channels(), h * w);
        assert_close(&name, &eps, &case.golden.get("eps").unwrap().data, 2e-5, 2e-5);
        // The graph that gradients are taken of is the same function.
        assert!(predict(true) == eps64, "{name}");
    }
}

#[test]
fn all_devices_predict_what_diffusers_predicts() {
    for (device_name, device) in devices() {
        for (name, dir) in golden_unets() {
            let case = Case::open(&dir);
            let predict = async {
                let weights = [&case.weights];
                let load = Model::load(device.clone(), &case.config, &weights, None, |_, _, _| {});
                let model = load.await?;
                let labels = case.golden.get("class_labels").ok();
                let labels = labels.map_or(Labels::None, |l| Labels::Values(&l.data));
                let sample = &case.golden.get("sample").unwrap().data;
                model.predict(case.shape(), sample, &case.numbers("timestep"), labels).await
            };
            let eps = pollster::block_on(predict).unwrap_or_else(|e| panic!("{name}: {e}"));
            let expected = &case.golden.get("eps").unwrap().data;
            let worst = assert_close(&name, &eps, expected, 5e-5, 5e-5);
            println!("{name}, {device_name}: max |Δε| {worst:.1e}");
        }
    }
}

/// The processor computes a batch in pieces: a sample may not feel its neighbours, nor how many they are.
#[test]
fn a_sample_has_the_same_bits_in_every_batch_on_the_processor() {
    let device = cpu(1);
    let mlp = ("mlp".to_string(), project("tests/golden/mlp"));
    for (name, dir) in golden_unets().into_iter().chain([mlp]) {
        let case = Case::open(&dir);
        let alone = (0..case.shape().n).map(|i| case.predict(&*device, i, 1));
        let alone: Vec<Vec<u32>> = alone.collect();
        for batch in [2, 33] {
            let all = case.predict(&*device, 0, batch);
            for (i, sample) in all.chunks_exact(all.len() / batch).enumerate() {
                let same = sample == alone[i % alone.len()];
                assert!(same, "{name}: sample {i} of {batch} has other bits than alone");
            }
        }
    }
}
