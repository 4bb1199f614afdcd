//! Ten steps of training against ten of PyTorch's, batch by batch: loss, norm of the gradient and learning
//! rate of each step, and the weights and moving averages they end in.
//! Numbers: tests/golden/make_training.py.

use crate::common::{cpu, gpu, model, project, read_tensors};
use chailou::gpu::Profile;
use chailou::model::Model;
use chailou::run::Device;
use chailou::tensor::TensorMap;
use chailou::train::{GivenBatch, SampleWith, Trainer, TrainerOptions, TrainingSet};
use std::rc::Rc;

/// (the numbers' file, the model's folder)
const RUNS: [(&str, &str); 2] = [("mnist_like", "unet/mnist_like"), ("mlp", "mlp")];
const STEPS: usize = 10;

fn weights_of(model: &Model) -> TensorMap {
    TensorMap::from_safetensors(&pollster::block_on(model.save()).unwrap()).unwrap()
}

/// Takes the steps; returns the model with the weights that `sample_with` says.
fn train(name: &str, model: Model, golden: &TensorMap, sample_with: SampleWith) -> Rc<Model> {
    let tensor = |key: &str| golden.get(key).unwrap_or_else(|e| panic!("{name}: {e}"));
    let step = |step: usize, key: &str| &tensor(&format!("{step}/{key}")).data[..];
    let model = Rc::new(model);
    let batch = step(0, "labels").len();
    // The data are there for their size; every batch is given.
    let labels: Vec<i32> = step(0, "labels").iter().map(|&l| l as i32).collect();
    let set = TrainingSet { values: step(0, "x_t"), labels: Some(&labels) };
    let options = TrainerOptions {
        batch,
        lr: 1e-3,
        warmup: 3,
        steps: STEPS as u32,
        weight_decay: 0.01,
        clip: 2.0,
        ema: 0.999,
        sample_with,
        ..Default::default()
    };
    let trainer = Trainer::new(model.clone(), set, options, |_, _, _| {});
    let trainer = pollster::block_on(trainer).unwrap_or_else(|e| panic!("{name}: {e}"));
    let mut worst = [0f32; 3];
    for i in 0..STEPS {
        let timesteps: Vec<f64> = step(i, "timestep").iter().map(|&t| t as f64).collect();
        let given = GivenBatch {
            x_t: step(i, "x_t"),
            timesteps: &timesteps,
            target: step(i, "target"),
            weight: &vec![1.0; batch],
            labels: Some(step(i, "labels")),
        };
        let report = pollster::block_on(trainer.step_from(&given));
        let report = report.unwrap_or_else(|e| panic!("{name}, step {i}: {e}"));
        assert_eq!((report.step, &report.diverged), (i + 1, &None), "{name}");
        let found = [("loss", report.loss), ("norm", report.grad_norm), ("lr", report.lr)];
        for ((key, got), worst) in found.into_iter().zip(&mut worst) {
            let expected = tensor(key).data[i];
            let relative = (got / expected - 1.0).abs();
            assert!(relative <= 1e-4, "{name}, step {i}: {key} {got}, PyTorch {expected}");
            *worst = worst.max(relative);
        }
    }
    let [loss, norm, lr] = worst;
    println!("{name}: relative errors: loss {loss:.1e}, norm {norm:.1e}, rate {lr:.1e}");
    model
}

/// Holds weights against PyTorch's: the difference is measured against how far the weights have moved.
fn compare(name: &str, prefix: &str, began: &TensorMap, got: &TensorMap, golden: &TensorMap) {
    let norm = |values: &mut dyn Iterator<Item = f32>| values.map(|v| v * v).sum::<f32>().sqrt();
    let mut worst = (0f32, "");
    let mut compared = 0;
    for (weight, start) in began.iter() {
        let expected = golden.get(&format!("{prefix}.{weight}")).unwrap();
        let got = got.get(weight).unwrap();
        let pairs = || got.data.iter().zip(&expected.data);
        let apart = norm(&mut pairs().map(|(a, b)| a - b));
        let moved = norm(&mut start.data.iter().zip(&expected.data).map(|(a, b)| a - b));
        // Nothing depends on the bias of an attention's keys. Its gradient is rounding, which AdamW makes
        // a step of whatever direction out of: all there is to say is how far it can have gone.
        let relative = if weight.ends_with(".to_k.bias") {
            let farthest = 1e-2 * (expected.data.len() as f32).sqrt();
            assert!(apart <= farthest, "{name}: {prefix} {weight} is {apart} off");
            continue;
        } else {
            apart / moved
        };
        assert!(
            relative <= 3e-3,
            "{name}: {prefix} {weight} is {apart:.1e} from PyTorch's and has moved {moved:.1e}"
        );
        compared += 1;
        if relative > worst.0 {
            worst = (relative, weight);
        }
    }
    assert!(compared > 8, "{name}: {compared} weights");
    println!("{name}: {prefix}: {:.1e} of the way ({})", worst.0, worst.1);
}

fn ten_steps(device: &Device) {
    for (name, folder) in RUNS {
        let golden = project("tests/golden/training").join(format!("{name}.safetensors"));
        let golden = read_tensors(&golden);
        for (prefix, sample_with) in [("weight", SampleWith::Raw), ("ema", SampleWith::Ema)] {
            let model = model(device, &project("tests/golden").join(folder), None);
            let began = weights_of(&model);
            let trained = train(name, model, &golden, sample_with);
            compare(name, prefix, &began, &weights_of(&trained), &golden);
        }
    }
}

#[test]
fn ten_steps_are_pytorchs_in_the_cpu_profile() {
    ten_steps(&(gpu(Profile::Cpu) as _));
}

#[test]
fn ten_steps_are_pytorchs_in_the_gpu_profile() {
    ten_steps(&(gpu(Profile::Gpu) as _));
}

#[test]
fn ten_steps_are_pytorchs_on_the_processor() {
    ten_steps(&cpu(2));
}
