//! Training on the processor: it agrees with WebGPU's step by step, has the same bits whatever the number of threads,
//! and what one backend has begun the other goes on with.

use std::rc::Rc;

use crate::common::{assert_close, cpu, gpu, mnist};
use crate::training_twin::POINTS;
use chailou::data::toys::Toy;
use chailou::gpu::Profile;
use chailou::model::Model;
use chailou::run::Device;
use chailou::tensor::TensorMap;
use chailou::train::{Trainer, TrainerOptions, TrainingSet};
use pollster::block_on;

/// A trainer of the digit model on two digits' worth of bars, or of points on two moons with classes.
fn trainer(device: &Device, pictures: bool) -> Trainer {
    let options = TrainerOptions {
        batch: if pictures { 2 } else { 150 },
        lr: 1e-3,
        warmup: 5,
        importance: !pictures,
        seed: 4,
        ..TrainerOptions::default()
    };
    let (model, values) = if pictures {
        let bar = |i: usize| if i % 28 / 4 == i / 784 { 0.9 } else { -0.8 };
        (mnist(device), (0..6 * 784).map(bar).collect())
    } else {
        let model = block_on(Model::from_scratch(device.clone(), POINTS, None, 1, |_, _, _| {}));
        (model.unwrap(), Toy::Moons.points(500, 1).unwrap())
    };
    let each = if pictures { 784 } else { 2 };
    let labels: Vec<i32> = (0..(values.len() / each) as i32).map(|i| i % 3).collect();
    let set = TrainingSet { values: &values, labels: Some(&labels) };
    block_on(Trainer::new(Rc::new(model), set, options, |_, _, _| {})).unwrap()
}

fn weights(trainer: &Trainer) -> TensorMap {
    TensorMap::from_safetensors(&block_on(trainer.model().save()).unwrap()).unwrap()
}

/// ‖a − b‖ / ‖b‖ over all weights.
fn apart(a: &TensorMap, b: &TensorMap) -> f64 {
    let (mut difference, mut norm) = (0.0, 0.0);
    for ((_, a), (_, b)) in a.iter().zip(b.iter()) {
        for (a, b) in a.data.iter().zip(&b.data) {
            difference += f64::from(a - b).powi(2);
            norm += f64::from(*b).powi(2);
        }
    }
    (difference / norm).sqrt()
}

fn agree(pictures: bool) {
    let webgpu: Device = gpu(Profile::Cpu);
    let (a, b) = (trainer(&webgpu, pictures), trainer(&cpu(2), pictures));
    let steps = 20;
    let [a_report, b_report] = [&a, &b].map(|t| block_on(t.step(steps)).unwrap());
    assert_eq!((a_report.step, b_report.step), (steps, steps));
    let [a_losses, b_losses] = [&a, &b].map(|t| block_on(t.losses()).unwrap());
    let worst = assert_close("losses", &b_losses, &a_losses, 1e-5, 2e-3);
    let weights = apart(&weights(&b), &weights(&a));
    println!("pictures {pictures}: losses within {worst:.1e}, weights within {weights:.1e}");
    assert!(weights < 1e-4, "the weights are {weights:e} apart");
}

#[test]
fn twenty_steps_of_the_digit_model_agree() {
    agree(true);
}

#[test]
fn twenty_steps_on_points_agree() {
    agree(false);
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    for (pictures, steps) in [(true, 2), (false, 60)] {
        let run = |threads| {
            let trainer = trainer(&cpu(threads), pictures);
            block_on(trainer.step(steps)).unwrap();
            (weights(&trainer), block_on(trainer.losses()).unwrap())
        };
        let alone = run(1);
        for threads in [1, 2, 3, 8] {
            assert!(run(threads) == alone, "{threads} threads, pictures {pictures}");
        }
    }
}

#[test]
fn a_run_changes_backends_and_stays_itself() {
    let webgpu: Device = gpu(Profile::Cpu);
    let straight = |device: &Device| {
        let trainer = trainer(device, false);
        block_on(trainer.step(30)).unwrap();
        weights(&trainer)
    };
    let (on_gpu, on_cpu) = (straight(&webgpu), straight(&cpu(2)));
    // WebGPU → processor → WebGPU, ten steps each.
    let mut bytes: Option<Vec<u8>> = None;
    let mut last = None;
    for device in [webgpu.clone(), cpu(2), webgpu.clone()] {
        let trainer = trainer(&device, false);
        if let Some(bytes) = &bytes {
            block_on(trainer.restore(bytes)).unwrap();
        }
        block_on(trainer.step(10)).unwrap();
        bytes = Some(block_on(trainer.checkpoint()).unwrap());
        last = Some(weights(&trainer));
    }
    let last = last.unwrap();
    assert!(apart(&last, &on_gpu) < 1e-4 && apart(&last, &on_cpu) < 1e-4);
    assert!(straight(&webgpu) == on_gpu && straight(&cpu(2)) == on_cpu, "a second run differs");
}
