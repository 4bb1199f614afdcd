//! Training in plain loops at f64, from the same seed: what the device's losses are held against, natively
//! and in both browsers.

use std::rc::Rc;

use chailou::diffusion::{PredictionType, Schedule, Stream, normals};
use chailou::graph::backward;
use chailou::model::Model;
use chailou::nn::{Architecture, ClassInput};
use chailou::ops::{Mse, MseGrad};
use chailou::run::{Device, Run};
use chailou::tensor::{Shape, TensorMap};
use chailou::train::{
    Buckets, Objective, Trainer, TrainerOptions, TrainingSet, draw, ema_decay, learning_rate,
    threshold,
};

/// A small network for points, with classes 0 … 10, of which the last means "none".
pub const POINTS: &str = r#"{"_class_name": "PointMlp", "width": 16, "depth": 2, "num_class_embeds": 11, "null_class": 10}"#;

/// Losses of the first steps, gradient norms, and the moving averages at the end.
pub struct Expected {
    pub losses: Vec<f64>,
    pub norms: Vec<f64>,
    pub averages: Vec<(String, Vec<f64>)>,
}

/// `steps` steps of [`POINTS`] begun with `weights_seed`, on points `[n, 2]` under Ho's linear schedule.
pub fn expected(
    weights_seed: u64,
    options: &TrainerOptions,
    values: &[f32],
    labels: &[i32],
    steps: u32,
) -> Expected {
    let architecture = Architecture::from_json(POINTS).unwrap();
    let initial = architecture.initial_weights(weights_seed).unwrap();
    let time = architecture.time_features(&initial).unwrap();
    let schedule = Schedule::linear(1e-4, 0.02, 1000).unwrap();
    let table = options.objective.table(&schedule, PredictionType::Epsilon).unwrap();
    let n = options.batch;

    let mut network = architecture.build(n, 1, 1, true).unwrap();
    let graph = &mut network.graph;
    let prediction = network.ends.output;
    let target = graph.input("target", Shape::new(n, 1, 1, 2));
    let weight = graph.input("weight", Shape::vector(n, 1));
    let loss = graph.push("loss", Mse { prediction, target, weight }).unwrap();
    let slope = graph.push("slope", MseGrad { prediction, target, weight }).unwrap();
    backward(graph, prediction, slope, |_| true).unwrap();
    let Some(ClassInput::Table(class)) = network.ends.class else { panic!("no table of classes") };

    let dense = |p: &chailou::tensor::Param| -> Vec<f64> {
        p.dense(&initial).unwrap().into_iter().map(f64::from).collect()
    };
    let mut params: Vec<Vec<f64>> = network.graph.params().iter().map(dense).collect();
    let mut average = params.clone();
    let zeros = || params.iter().map(|p| vec![0.0; p.len()]).collect::<Vec<_>>();
    let (mut first, mut second) = (zeros(), zeros());
    let buckets = Buckets { first: 0, timesteps: 1000 };
    let (mut losses, mut norms) = (vec![], vec![]);
    for step in 0..steps {
        let noise = |stream| normals(options.seed, stream, step, n * 2);
        let (eps, eps2) = (noise(Stream::TrainNoise), noise(Stream::TrainNoise2));
        let (mut x, mut goals, mut weights) = (vec![], vec![], vec![]);
        let (mut features, mut classes) = (vec![], vec![]);
        for sample in 0..n {
            let d = draw(
                options.seed,
                step,
                sample as u32,
                &buckets,
                &buckets.even(),
                labels.len(),
                threshold(options.label_dropout),
            );
            let pair = table[d.t as usize];
            for c in 0..2 {
                let x0 = f64::from(values[2 * d.image as usize + c]);
                let e = 2 * sample + c;
                let (x_t, goal) = pair.apply(x0, f64::from(eps[e]), f64::from(eps2[e]));
                x.push(x_t);
                goals.push(goal);
            }
            weights.push(pair.weight * d.factor);
            features.extend(time.of(f64::from(d.t)).unwrap().into_iter().map(f64::from));
            classes.push(if d.dropped { 10.0 } else { f64::from(labels[d.image as usize]) });
        }
        let inputs = [
            (network.ends.sample, x),
            (target, goals),
            (weight, weights),
            (network.ends.time_features, features),
            (class, classes),
        ];
        let run = Run::with_params(&network.graph, params.clone(), &inputs).unwrap();
        losses.push(run.value(loss).iter().sum::<f64>() / n as f64);
        let gradients: Vec<Vec<f64>> = network
            .graph
            .param_ids()
            .map(|p| run.value(network.graph.gradient(p).expect("trained")).to_vec())
            .collect();
        let norm = gradients.iter().flatten().map(|g| g * g).sum::<f64>().sqrt();
        norms.push(norm);
        let clip = (options.clip / (norm + 1e-6)).min(1.0);
        let lr = learning_rate(options.lr, options.warmup, options.steps, step);
        let decay = ema_decay(options.ema, step);
        let power = step as i32 + 1;
        let (c1, c2) = (1.0 - 0.9f64.powi(power), 1.0 - 0.999f64.powi(power));
        for (p, gradient) in gradients.iter().enumerate() {
            for (i, g) in gradient.iter().enumerate() {
                let g = g * clip;
                first[p][i] += 0.1 * (g - first[p][i]);
                second[p][i] = 0.999 * second[p][i] + 0.001 * g * g;
                let size = (second[p][i] / c2).sqrt() + 1e-8;
                params[p][i] *= 1.0 - lr * options.weight_decay;
                params[p][i] -= lr * first[p][i] / c1 / size;
                average[p][i] += (1.0 - decay) * (params[p][i] - average[p][i]);
            }
        }
    }
    // A parameter of several parts is no tensor of the checkpoint.
    let whole = network.graph.params().iter().zip(average).filter(|(p, _)| p.parts.len() == 1);
    let averages = whole.map(|(p, average)| (p.parts[0].name.clone(), average)).collect();
    Expected { losses, norms, averages }
}

/// Twenty steps on a device against the twin; returns the largest relative difference of a loss.
pub async fn twenty_steps(device: Device) -> f64 {
    const STEPS: u32 = 20;
    let values: Vec<f32> = (0..24).map(|i| ((i * 7 % 24) as f32 - 11.5) / 10.0).collect();
    let labels: Vec<i32> = (0..12).map(|i| i % 10).collect();
    let options = TrainerOptions {
        batch: 33,
        lr: 0.02,
        warmup: 4,
        steps: 25,
        weight_decay: 0.1,
        clip: 0.7,
        ema: 0.9,
        objective: Objective::Naive,
        label_dropout: 0.3,
        seed: 9 << 32 | 5,
        ..TrainerOptions::default()
    };
    let model = Model::from_scratch(device, POINTS, None, 3, |_, _, _| {});
    let model = Rc::new(model.await.unwrap_or_else(|e| panic!("{e}")));
    let set = TrainingSet { values: &values, labels: Some(&labels) };
    let trainer = Trainer::new(model.clone(), set, options.clone(), |_, _, _| {}).await;
    let trainer = trainer.unwrap_or_else(|e| panic!("{e}"));
    let expected = expected(3, &options, &values, &labels, STEPS);
    for (step, norm) in expected.norms.iter().enumerate() {
        let report = trainer.step(1).await.unwrap_or_else(|e| panic!("{e}"));
        let near = (f64::from(report.grad_norm) - norm).abs() <= 1e-3 * norm;
        assert!(near, "gradient norm of step {step} is {}, not {norm}", report.grad_norm);
    }
    let losses = trainer.losses().await.unwrap_or_else(|e| panic!("{e}"));
    let mut worst = 0f64;
    for (step, (&got, &loss)) in losses.iter().zip(&expected.losses).enumerate() {
        let difference = (f64::from(got) - loss).abs() / loss;
        assert!(difference < 1e-3, "loss of step {step} is {got}, not {loss}");
        worst = worst.max(difference);
    }
    assert_eq!(losses.len(), expected.losses.len());
    let saved = model.save().await.unwrap_or_else(|e| panic!("{e}"));
    let saved = TensorMap::from_safetensors(&saved).expect("safetensors");
    assert!(expected.averages.len() >= 6, "most parameters are one tensor");
    for (name, average) in &expected.averages {
        let tensor = saved.get(name).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(tensor.data.len(), average.len(), "{name}");
        for (i, (&got, &average)) in tensor.data.iter().zip(average).enumerate() {
            let near = (f64::from(got) - average).abs() <= 1e-3;
            assert!(near, "moving average of {name}[{i}] is {got}, not {average}");
        }
    }
    worst
}
