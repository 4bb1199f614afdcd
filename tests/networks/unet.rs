//! Whole U-Nets against diffusers: the f64 executor and the shaders, both kernel profiles.
//! Numbers and weights: tests/golden/make_unets.py.

use crate::common::{assert_close, golden_unets, gpu, read, read_tensors, text};
use chailou::gpu::Profile;
use chailou::model::{BatchShape, Labels, Model, nchw_to_nhwc, nhwc_to_nchw};
use chailou::nn::{Architecture, ClassInput, UNetConfig};
use chailou::run::Run;
use chailou::tensor::TensorMap;
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

    fn shape(&self) -> BatchShape {
        let s = &self.golden.get("sample").unwrap().shape;
        BatchShape { n: s[0], h: s[2], w: s[3] }
    }

    fn numbers(&self, name: &str) -> Vec<f64> {
        self.golden.get(name).unwrap().data.iter().map(|&t| t as f64).collect()
    }
}

#[test]
fn the_f64_executor_predicts_what_diffusers_predicts() {
    for (name, dir) in golden_unets() {
        let case = Case::open(&dir);
        let config = UNetConfig::from_json(&case.config).unwrap();
        let weights = TensorMap::from_safetensors(&case.weights).unwrap();
        let weights = rename_legacy_attention(weights).unwrap();
        let BatchShape { n, h, w } = case.shape();
        let architecture = Architecture::UNet(config.clone());
        let time = architecture.time_features(&weights).unwrap();
        let features = |t: &[f64]| -> Vec<f64> {
            t.iter().flat_map(|&t| time.of(t).unwrap()).map(f64::from).collect()
        };
        let sample = &case.golden.get("sample").unwrap().data;
        let sample = nchw_to_nhwc(sample, config.in_channels, h * w);
        let timesteps = case.numbers("timestep");
        let predict = |training: bool| {
            let unet = architecture.build(n, h, w, training).unwrap();
            unet.check(&weights).unwrap();
            let mut inputs = vec![
                (unet.ends.sample, sample.iter().map(|&v| v as f64).collect()),
                (unet.ends.time_features, features(&timesteps)),
            ];
            inputs.extend(unet.ends.timestep.map(|id| (id, timesteps.clone())));
            match unet.ends.class {
                None => {}
                Some(ClassInput::Table(id) | ClassInput::Identity(id)) => {
                    inputs.push((id, case.numbers("class_labels")));
                }
                Some(ClassInput::Timestep(id)) => {
                    inputs.push((id, features(&case.numbers("class_labels"))));
                }
            }
            let run = Run::<f64>::new(&unet.graph, &weights, &inputs).unwrap();
            run.value(unet.ends.output).to_vec()
        };
        let eps64 = predict(false);
        let eps: Vec<f32> = eps64.iter().map(|&v| v as f32).collect();
        let eps = nhwc_to_nchw(&eps, config.out_channels, h * w);
        assert_close(&name, &eps, &case.golden.get("eps").unwrap().data, 2e-5, 2e-5);
        // The graph that gradients are taken of is the same function.
        assert!(predict(true) == eps64, "{name}");
    }
}

#[test]
fn the_shaders_predict_what_diffusers_predicts() {
    for profile in [Profile::Cpu, Profile::Gpu] {
        let gpu = gpu(profile);
        for (name, dir) in golden_unets() {
            let case = Case::open(&dir);
            let predict = async {
                let load =
                    Model::load(gpu.clone(), &case.config, &case.weights, None, |_, _, _| {});
                let model = load.await?;
                let labels = case.golden.get("class_labels").ok();
                let labels = labels.map_or(Labels::None, |l| Labels::Values(&l.data));
                let sample = &case.golden.get("sample").unwrap().data;
                model.predict(case.shape(), sample, &case.numbers("timestep"), labels).await
            };
            let eps = pollster::block_on(predict).unwrap_or_else(|e| panic!("{name}: {e}"));
            let expected = &case.golden.get("eps").unwrap().data;
            let worst = assert_close(&name, &eps, expected, 5e-5, 5e-5);
            println!("{name}, {profile:?} profile: max |Δε| {worst:.1e}");
        }
    }
}
