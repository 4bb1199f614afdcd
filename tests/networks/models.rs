//! A model's way onto the device and back, and everything that loading it or starting a chain refuses:
//! one sentence that names the thing at fault.

use crate::common::{golden_unet, golden_unets, gpu, project, read, read_tensors, text};
use chailou::chain::{Chain, ChainOptions, Direction, Picture};
use chailou::diffusion::Spacing;
use chailou::gpu::{Gpu, Profile};
use chailou::model::{BatchShape, Labels, Model};
use chailou::tensor::{Tensor, TensorMap};
use chailou::weights::{Dtype, SchedulerConfig, rename_legacy_attention};
use chailou::{Error, Result};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::rc::Rc;

#[track_caller]
fn refused<T>(result: Result<T>, words: &[&str]) {
    let Err(error) = result else { panic!("accepted, though it should name {words:?}") };
    let sentence = error.to_string();
    let named = words.iter().all(|word| sentence.contains(word));
    assert!(named, "\"{sentence}\" does not mention {words:?}");
    assert!(!sentence.contains('\n') && sentence.len() < 400, "not one sentence: {sentence}");
}

fn load(gpu: &Rc<Gpu>, config: &str, weights: &[u8]) -> Result<Model> {
    pollster::block_on(Model::load(gpu.clone(), config, &[weights], None, |_, _, _| {}))
}

fn folder() -> PathBuf {
    project("tests/golden/unet/odd_width_mid_norm")
}

#[test]
fn what_is_saved_is_what_was_loaded() {
    let gpu = gpu(Profile::Cpu);
    for (name, dir) in golden_unets() {
        let loaded = read_tensors(&dir.join("diffusion_pytorch_model.safetensors"));
        let loaded = rename_legacy_attention(loaded).unwrap();
        let model = golden_unet(&gpu, &name);
        let saved = pollster::block_on(model.save()).unwrap();
        let saved = TensorMap::from_safetensors(&saved).unwrap();
        let names = |map: &TensorMap| map.iter().map(|(n, _)| n.to_string()).collect::<Vec<_>>();
        assert_eq!(names(&saved), names(&loaded), "{name}");
        for (tensor, expected) in loaded.iter() {
            assert!(saved.get(tensor).unwrap() == expected, "{name}: {tensor} has changed");
        }
        let scalars: usize = loaded.iter().map(|(_, tensor)| tensor.data.len()).sum();
        assert_eq!(model.parameter_count().unwrap(), scalars, "{name}");
        let again = load(&gpu, &text(&dir.join("config.json")), &model_bytes(&saved));
        assert!(again.is_ok(), "{name}: what was saved cannot be loaded");
    }
}

fn model_bytes(weights: &TensorMap) -> Vec<u8> {
    weights.to_safetensors(Dtype::F32).unwrap()
}

#[test]
fn loading_names_the_key_at_fault() {
    let gpu = gpu(Profile::Cpu);
    let weights = read(&folder().join("diffusion_pytorch_model.safetensors"));
    let config: Value = serde_json::from_str(&text(&folder().join("config.json"))).unwrap();
    let with = |key: &str, value: Option<Value>| {
        let mut config = config.clone();
        match value {
            Some(value) => config[key] = value,
            None => drop(config.as_object_mut().unwrap().remove(key)),
        }
        load(&gpu, &config.to_string(), &weights)
    };
    refused(with("layers_per_block", None), &["config.json", "layers_per_block"]);
    let blocks = json!(["CrossAttnDownBlock2D", "DownBlock2D"]);
    refused(with("down_block_types", Some(blocks)), &["CrossAttnDownBlock2D"]);
    refused(with("block_out_channels", Some(json!([5, 12]))), &["norm_num_groups", "12"]);
    let odd = with("sample_size", Some(json!(7))).unwrap();
    let chain = ChainOptions { labels: vec![0.0], ..Default::default() };
    refused(Chain::new(&odd, chain), &["7", "multiples of 2"]);
    refused(with("in_channels", Some(json!(2))), &["conv_in.weight", "[5, 2, 3, 3]"]);
    refused(load(&gpu, "[]", &weights), &["config.json", "object"]);
    refused(load(&gpu, "{\"in_channels\": ", &weights), &["config.json", "JSON"]);
}

#[test]
fn loading_names_the_tensor_at_fault() {
    let gpu = gpu(Profile::Cpu);
    let config = text(&folder().join("config.json"));
    let bytes = read(&folder().join("diffusion_pytorch_model.safetensors"));
    let good = TensorMap::from_safetensors(&bytes).unwrap();
    refused(load(&gpu, &config, &bytes[..bytes.len() / 2]), &["weights", "cut off"]);
    refused(load(&gpu, &config, b""), &["empty"]);
    let changed = |change: &dyn Fn(&mut TensorMap)| {
        let mut weights = good.clone();
        change(&mut weights);
        load(&gpu, &config, &model_bytes(&weights))
    };
    let tensor = |shape: Vec<usize>, v: f32| {
        let count = shape.iter().product();
        Tensor::new(shape, vec![v; count]).unwrap()
    };
    let name = "mid_block.attentions.0.to_q.weight";
    refused(changed(&|w| drop(w.remove(name))), &["1 missing", name]);
    let extra = |w: &mut TensorMap| drop(w.insert("head.weight", tensor(vec![3], 0.0)));
    refused(changed(&extra), &["1 not of this model", "head.weight"]);
    let misshaped = |w: &mut TensorMap| drop(w.insert("conv_in.bias", tensor(vec![4], 0.0)));
    refused(changed(&misshaped), &["1 of another shape", "conv_in.bias", "[4]", "[5]"]);
    let all = |w: &mut TensorMap| {
        w.remove(name);
        extra(w);
        misshaped(w);
    };
    refused(changed(&all), &[name, "head.weight", "conv_in.bias"]);
    for value in [f32::NAN, f32::INFINITY] {
        let spoiled = |w: &mut TensorMap| drop(w.insert("conv_in.bias", tensor(vec![5], value)));
        refused(changed(&spoiled), &["conv_in.bias", &value.to_string()]);
    }
}

#[test]
fn predicting_names_the_argument_at_fault() {
    let gpu = gpu(Profile::Cpu);
    let model = golden_unet(&gpu, "odd_width_mid_norm"); // classes 0, 1, 2
    let predict = |n: usize, x: &[f32], t: &[f64], labels: Labels<'_>| {
        pollster::block_on(model.predict(BatchShape { n, h: 8, w: 8 }, x, t, labels))
    };
    let x = [0.5; 64];
    let class = |c: &'static [f32]| Labels::Values(c);
    assert!(predict(1, &x, &[3.0], class(&[2.0])).is_ok());
    refused(predict(1, &x[1..], &[3.0], class(&[2.0])), &["sample", "63"]);
    refused(predict(1, &x, &[3.0, 4.0], class(&[2.0])), &["timestep", "2"]);
    refused(predict(1, &x, &[f64::NAN], class(&[2.0])), &["timestep", "NaN"]);
    refused(predict(1, &x, &[3.0], class(&[3.0])), &["class 3", "0 to 2"]);
    refused(predict(1, &x, &[3.0], class(&[0.5])), &["class 0.5"]);
    refused(predict(1, &x, &[3.0], class(&[-1.0])), &["class -1"]);
    refused(predict(1, &x, &[3.0], class(&[f32::NAN])), &["class NaN"]);
    refused(predict(1, &x, &[3.0], Labels::None), &["class label"]);
    refused(predict(0, &[], &[], class(&[])), &["0 images"]);
    let odd = BatchShape { n: 1, h: 7, w: 8 };
    let odd = pollster::block_on(model.predict(odd, &x[8..], &[3.0], class(&[0.0])));
    refused(odd, &["7 × 8", "multiples of 2"]);
    let plain = golden_unet(&gpu, "stored_bf16");
    let shape = BatchShape { n: 1, h: 8, w: 8 };
    let labelled = plain.predict(shape, &[0.5; 192], &[3.0], class(&[0.0]));
    refused(pollster::block_on(labelled), &["no classes"]);
    let learned = golden_unet(&gpu, "learned_identity_no_mid"); // T = 50
    let shape = BatchShape { n: 1, h: 16, w: 8 };
    let beyond = learned.predict(shape, &[0.5; 128], &[50.0], Labels::Values(&[0.0; 20]));
    refused(pollster::block_on(beyond), &["0 to 49", "50"]);
}

#[test]
fn a_chain_names_the_option_at_fault() {
    let gpu = gpu(Profile::Cpu);
    let model = golden_unet(&gpu, "stored_f16"); // classes 0 … 10, 8 × 8
    let good =
        || ChainOptions { steps: Some(3), batch: 2, labels: vec![1.0, 2.0], ..Default::default() };
    assert!(Chain::new(&model, good()).is_ok());
    let bad = |change: fn(&mut ChainOptions)| {
        let mut options = good();
        change(&mut options);
        Chain::new(&model, options)
    };
    refused(bad(|o| o.steps = Some(0)), &["steps", "0"]);
    refused(bad(|o| o.steps = Some(1001)), &["steps = 1001", "1000"]);
    refused(bad(|o| o.batch = 0), &["batch"]);
    refused(bad(|o| o.batch = 3), &["2 class labels", "3 images"]);
    refused(bad(|o| o.labels = vec![11.0]), &["class 11", "0 to 10"]);
    refused(bad(|o| o.labels = vec![f32::NAN]), &["class NaN"]);
    refused(bad(|o| o.guidance = f64::NAN), &["guidance", "NaN"]);
    refused(bad(|o| o.guidance = f64::INFINITY), &["guidance", "inf"]);
    let eta = |o: &mut ChainOptions, eta: f64| {
        o.sampler = Some("ddim".into());
        o.eta = Some(eta);
    };
    for (value, word) in [(1.5, "1.5"), (-0.1, "-0.1"), (f64::NAN, "NaN")] {
        let mut options = good();
        eta(&mut options, value);
        refused(Chain::new(&model, options), &["eta", word]);
    }
    refused(bad(|o| o.start = Some(vec![0.0; 127])), &["starting pictures", "128", "127"]);
    refused(
        bad(|o| {
            let mut start = vec![0.0; 128];
            start[77] = f32::NAN;
            o.start = Some(start);
        }),
        &["starting pictures", "not a number"],
    );
    refused(bad(|o| o.noise = Some(vec![vec![0.0; 128]; 2])), &["noise", "2 steps", "not 3"]);
    refused(bad(|o| o.noise = Some(vec![vec![0.0; 12]; 3])), &["z.0", "128", "12"]);
    refused(bad(|o| o.direction = Direction::Demolish), &["demolition", "start"]);
    for batch in [1 << 20, 1 << 30] {
        let options = ChainOptions { batch, labels: vec![1.0], ..good() };
        refused(Chain::new(&model, options), &["images", "too large"]);
    }

    let plain = golden_unet(&gpu, "stored_bf16");
    let guided = ChainOptions { guidance: 2.0, steps: Some(3), ..Default::default() };
    refused(Chain::new(&plain, guided), &["guidance", "classes"]);
    let labelled = ChainOptions { labels: vec![1.0], steps: Some(3), ..Default::default() };
    refused(Chain::new(&plain, labelled), &["no classes"]);
    let fourier = golden_unet(&gpu, "fourier_scale_shift");
    assert!(Chain::new(&fourier, ChainOptions::default()).is_ok(), "trailing without being told");
    let down_to_zero =
        ChainOptions { steps: Some(3), spacing: Some(Spacing::Leading), ..Default::default() };
    refused(Chain::new(&fourier, down_to_zero), &["t = 0", "trailing"]);
    let uneven = golden_unet(&gpu, "asymmetric_no_mid_attention"); // 2 channels in, 4 out
    refused(Chain::new(&uneven, ChainOptions::default()), &["channels"]);
}

#[test]
fn no_real_class_stands_for_none() {
    let model = golden_unet(&gpu(Profile::Cpu), "odd_width_mid_norm"); // classes 0, 1, 2
    let options = |labels: &[f32], guidance| ChainOptions {
        labels: labels.to_vec(),
        guidance,
        ..Default::default()
    };
    refused(Chain::new(&model, options(&[2.0], 2.0)), &["guidance = 2", "3 classes", "null_class"]);
    refused(Chain::new(&model, options(&[], 1.0)), &["class", "0 to 2"]);
    assert!(Chain::new(&model, options(&[2.0], 1.0)).is_ok());
}

#[test]
fn a_chain_takes_fifty_steps_or_all_there_are() {
    let mut model = golden_unet(&gpu(Profile::Cpu), "stored_bf16");
    for (train_steps, steps) in [(1000, 50), (50, 50), (49, 49), (10, 10), (1, 1)] {
        let mut scheduler = SchedulerConfig::default();
        scheduler.num_train_timesteps = train_steps;
        model.scheduler = Some(scheduler);
        for sampler in [None, Some("ddim"), Some("dpmpp_2m")] {
            for spacing in [None, Some(Spacing::Linspace), Some(Spacing::Trailing)] {
                let sampler = sampler.map(str::to_owned);
                let options = ChainOptions { sampler, spacing, ..Default::default() };
                assert_eq!(Chain::new(&model, options).unwrap().len(), steps);
            }
        }
    }
}

/// A network beside a scheduler we lack predicts; what is made of its predictions is refused by the scheduler's name.
#[test]
fn a_scheduler_that_is_not_here_leaves_the_network_alone() {
    let mut model = golden_unet(&gpu(Profile::Cpu), "stored_bf16");
    let text = r#"{"_class_name": "CMStochasticIterativeScheduler", "num_train_timesteps": 40}"#;
    model.scheduler = Some(SchedulerConfig::from_json(text).unwrap());
    let (h, w) = model.sample_size().unwrap();
    let x = vec![0.0; model.architecture.in_channels() * h * w];
    let shape = BatchShape { n: 1, h, w };
    assert!(pollster::block_on(model.predict(shape, &x, &[3.0], Labels::None)).is_ok());
    refused(Chain::new(&model, ChainOptions::default()), &["CMStochasticIterativeScheduler"]);
}

#[test]
fn a_chain_names_the_frame_that_is_missing() {
    let gpu = gpu(Profile::Cpu);
    let model = golden_unet(&gpu, "stored_bf16");
    let options = ChainOptions { steps: Some(4), ..Default::default() };
    let chain = Chain::new(&model, options).unwrap();
    let read = |picture, frame| pollster::block_on(chain.read(picture, frame));
    assert!(read(Picture::X, None).is_ok());
    refused(read(Picture::X, Some(1)), &["frame 1", "0 steps"]);
    refused(read(Picture::X0, None), &["frame 0", "0 steps"]);
    pollster::block_on(chain.step(2)).unwrap();
    assert!(read(Picture::Eps, Some(1)).is_ok());
    refused(read(Picture::Eps, Some(2)), &["frame 2", "2 steps"]);
    refused(Picture::from_name("x_T"), &["x_T", "x_0"]);
    assert!(matches!(read(Picture::X, Some(9)), Err(Error::Input(_))));
}
