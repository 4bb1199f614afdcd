//! The trainer: every draw is its twin's, runs repeat bit by bit, and whatever goes wrong leaves something to go back to.
//! What a trainer is told and tells is tried on the processor, because it is the same code over shaders and several times
//! faster; what kernels compute is tried on every device.

use std::rc::Rc;

use crate::common::{assert_close, cpu, golden_unet, gpu};
use crate::training_twin::POINTS;
use chailou::diffusion::{PredictionType, Stream, normals};
use chailou::gpu::Profile;
use chailou::model::{BatchShape, Labels, Model};
use chailou::run::Device;
use chailou::tensor::TensorMap;
use chailou::train::{
    BUCKETS, Objective, RING, Report, SampleWith, Trainer, TrainerOptions, TrainingSet, draw,
    threshold,
};
use chailou::weights::SchedulerConfig;
use chailou::{Result, bench};
use pollster::block_on;

/// A U-Net for 8 × 8 pixels, one channel, classes 0 … 10.
pub(super) fn unet(device: &Device) -> Rc<Model> {
    Rc::new(golden_unet(device, "stored_f16"))
}

/// A small network for points, with the same classes.
pub(super) fn points(device: &Device) -> Rc<Model> {
    let model = Model::from_scratch(device.clone(), POINTS, None, 1, |_, _, _| {});
    Rc::new(block_on(model).unwrap_or_else(|e| panic!("{e}")))
}

/// Shaders for both kinds of adapters, and the processor.
fn devices() -> [Device; 3] {
    [gpu(Profile::Cpu), gpu(Profile::Gpu), cpu(2)]
}

pub(super) const IMAGE: usize = 64;
pub(super) const IMAGES: usize = 12;

/// Pictures of `pixels` values that can be told apart: a bar whose place is the picture's number.
pub(super) fn pictures(pixels: usize) -> (Vec<f32>, Vec<i32>) {
    let value = |i: usize| {
        let (image, pixel) = (i / pixels, i % pixels);
        if pixel % 8 == image % 8 { 0.9 } else { -0.7 - 0.02 * (image as f32) }
    };
    let values = (0..IMAGES * pixels).map(value).collect();
    (values, (0..IMAGES as i32).map(|i| i % 10).collect())
}

pub(super) fn trainer_of(model: &Rc<Model>, options: TrainerOptions) -> Result<Trainer> {
    let (h, w) = model.sample_size().unwrap();
    let (values, labels) = pictures(model.architecture.in_channels() * h * w);
    let set = TrainingSet { values: &values, labels: Some(&labels) };
    block_on(Trainer::new(model.clone(), set, options, |_, _, _| {}))
}

pub(super) fn trainer(model: &Rc<Model>, options: TrainerOptions) -> Trainer {
    trainer_of(model, options).unwrap_or_else(|e| panic!("{e}"))
}

pub(super) fn small() -> TrainerOptions {
    TrainerOptions { batch: 4, lr: 1e-3, seed: 3, ..TrainerOptions::default() }
}

pub(super) fn step(trainer: &Trainer, k: usize) -> Report {
    block_on(trainer.step(k)).unwrap_or_else(|e| panic!("{e}"))
}

pub(super) fn losses(trainer: &Trainer) -> Vec<f32> {
    block_on(trainer.losses()).unwrap_or_else(|e| panic!("{e}"))
}

pub(super) fn weights(model: &Model) -> TensorMap {
    TensorMap::from_safetensors(&block_on(model.save()).unwrap()).unwrap()
}

pub(super) fn refused<T>(result: Result<T>, words: &[&str]) {
    let error = result.err().unwrap_or_else(|| panic!("accepted: {words:?}")).to_string();
    let named = words.iter().all(|word| error.contains(word));
    assert!(named && !error.contains('\n'), "\"{error}\" does not mention {words:?}");
}

/// The loss of the first step as the twins in Rust have it: draws, noise and mixture in f64, the
/// network's answer from [`Model::predict`] at the weights before training.
fn expected_loss(model: &Model, options: &TrainerOptions, trainer: &Trainer) -> f64 {
    let scheduler = model.scheduler.clone().unwrap();
    let schedule = scheduler.schedule().unwrap();
    let pairs = options.objective.table(&schedule, scheduler.prediction_type).unwrap();
    let (values, labels) = pictures(IMAGE);
    let (n, seed) = (options.batch, options.seed);
    let buckets = trainer.buckets();
    let noise = |stream| normals(seed, stream, 0, n * IMAGE);
    let (eps, eps2) = (noise(Stream::TrainNoise), noise(Stream::TrainNoise2));
    let (mut x, mut goals, mut weights) = (vec![], vec![], vec![]);
    let (mut timesteps, mut classes) = (vec![], vec![]);
    for sample in 0..n {
        let ends = buckets.even();
        let drawn =
            draw(seed, 0, sample as u32, &buckets, &ends, IMAGES, threshold(options.label_dropout));
        let pair = pairs[drawn.t as usize];
        for i in 0..IMAGE {
            let x0 = f64::from(values[drawn.image as usize * IMAGE + i]);
            let e = sample * IMAGE + i;
            let (x_t, goal) = pair.apply(x0, f64::from(eps[e]), f64::from(eps2[e]));
            x.push(x_t as f32);
            goals.push(goal);
        }
        weights.push(pair.weight * drawn.factor);
        timesteps.push(f64::from(drawn.t));
        let label = labels[drawn.image as usize] as f32;
        classes.push(if drawn.dropped { 10.0 } else { label });
    }
    let shape = BatchShape { n, h: 8, w: 8 };
    let answer = block_on(model.predict(shape, &x, &timesteps, Labels::Values(&classes))).unwrap();
    let square = |i: usize| weights[i / IMAGE] * (f64::from(answer[i]) - goals[i]).powi(2);
    (0..answer.len()).map(square).sum::<f64>() / answer.len() as f64
}

#[test]
fn the_first_loss_is_the_twins_for_every_objective() {
    use Objective::{Integrated, Merged, Naive, Vlb};
    use PredictionType::{Epsilon, Sample, V};
    let cases = [
        (Merged, Epsilon),
        (Naive, Epsilon),
        (Integrated, V),
        (Vlb, Epsilon),
        (Merged, Sample),
        (Vlb, V),
    ];
    for (i, (objective, prediction)) in cases.into_iter().enumerate() {
        for device in devices() {
            let mut model = golden_unet(&device, "stored_f16");
            let mut scheduler = SchedulerConfig::default();
            scheduler.prediction_type = prediction;
            model.scheduler = Some(scheduler);
            let model = Rc::new(model);
            let options = TrainerOptions {
                batch: 9,
                objective,
                prediction: Some(prediction),
                label_dropout: 0.4,
                seed: (77 + i as u64) << 33 | 5,
                ..small()
            };
            let trainer = trainer(&model, options.clone());
            let expected = expected_loss(&model, &options, &trainer);
            let got = f64::from(step(&trainer, 1).loss);
            let near = (got - expected).abs() <= 1e-4 * expected.abs();
            assert!(near, "{objective:?}, {prediction:?}: loss {got}, not {expected}");
        }
    }
}

#[test]
fn a_seed_gives_the_same_bits_however_the_steps_are_cut() {
    let device = cpu(2);
    let run = |cuts: &[usize], seed| {
        let model = points(&device);
        let trainer = trainer(&model, TrainerOptions { seed, importance: true, ..small() });
        cuts.iter().for_each(|&k| drop(step(&trainer, k)));
        let bits: Vec<u32> = losses(&trainer).iter().map(|l| l.to_bits()).collect();
        (bits, weights(&model))
    };
    let whole = run(&[120], 5);
    assert_eq!(whole.0.len(), 120);
    assert_eq!(whole, run(&[1, 2, 50, 47, 20], 5));
    assert_ne!(whole.0, run(&[120], 6).0);
}

#[test]
fn undo_brings_everything_back() {
    let device = cpu(2);
    let model = points(&device);
    let before = weights(&model);
    let trainer = trainer(&model, small());
    step(&trainer, 15);
    let first = losses(&trainer);
    assert_ne!(weights(&model), before);
    block_on(trainer.undo()).unwrap();
    assert_eq!(weights(&model), before);
    assert_eq!((trainer.position(), losses(&trainer).len()), (0, 0));
    assert!(block_on(trainer.loss_by_t()).unwrap().iter().all(|b| b.count == 0));
    step(&trainer, 15);
    assert_eq!(losses(&trainer), first, "the moments or counters were not as at the beginning");
}

#[test]
fn another_trainer_goes_on_from_a_checkpoint() {
    let first = cpu(1);
    let options = || TrainerOptions { importance: true, steps: 100, warmup: 5, ..small() };
    let a = trainer(&points(&first), options());
    step(&a, 60);
    let bytes = block_on(a.checkpoint()).unwrap();
    step(&a, 10);
    let (second, _) = (cpu(2), drop(first));
    let model_b = points(&second);
    let b = trainer(&model_b, options());
    step(&b, 3);
    block_on(b.restore(&bytes)).unwrap();
    assert_eq!(b.position(), 60);
    step(&b, 10);
    assert_eq!(losses(&a), losses(&b));
    assert_eq!(weights(a.model()), weights(&model_b));
    refused(block_on(b.restore(&bytes[..1000])), &["checkpoint"]);
    let other = Rc::new(golden_unet(&second, "stored_bf16"));
    let set = TrainingSet { values: &[0.5; 192], labels: None };
    let other = block_on(Trainer::new(other, set, small(), |_, _, _| {})).unwrap();
    refused(block_on(other.restore(&bytes)), &["checkpoint", "other parameters"]);
    assert_eq!(b.position(), 70, "a refused checkpoint changes nothing");
}

#[test]
fn t_is_drawn_where_the_loss_is() {
    let device = cpu(2);
    let model = points(&device);
    let options =
        TrainerOptions { importance: true, batch: 64, objective: Objective::Vlb, ..small() };
    let trainer = trainer(&model, options);
    let even = block_on(trainer.probabilities()).unwrap();
    assert_eq!(even, trainer.buckets().even());
    step(&trainer, 50);
    assert_eq!(block_on(trainer.probabilities()).unwrap(), even, "renewed too early");
    let statistics = block_on(trainer.loss_by_t()).unwrap();
    assert_eq!(statistics.iter().map(|b| b.count).sum::<u32>(), 50 * 64);
    step(&trainer, 1);
    let ends = block_on(trainer.probabilities()).unwrap();
    let share = |b: usize| ends[b] - if b == 0 { 0 } else { ends[b - 1] };
    // The bound weighs low t most, and all t keep a tenth of an even share.
    let floor = 0.0999 * f64::from(1u32 << 31) / BUCKETS as f64;
    assert!((0..BUCKETS).all(|b| f64::from(share(b)) > floor), "{ends:?}");
    assert!(share(0) > 4 * share(30), "{ends:?}");
    let costly = statistics.iter().max_by(|a, b| a.mean.total_cmp(&b.mean)).unwrap();
    assert!(costly.t < 100.0, "{costly:?}");
    // Weighed draws keep the expectation: the mean loss is that of a run with even draws.
    let mean = |trainer: &Trainer, k| {
        step(trainer, k);
        let losses = losses(trainer);
        let last = &losses[losses.len() - k..];
        last.iter().map(|&l| f64::from(l)).sum::<f64>() / k as f64
    };
    trainer.set_learning_rate(1e-12).unwrap();
    let uneven = mean(&trainer, 150);
    block_on(trainer.undo()).unwrap();
    let start = trainer_of(
        &model,
        TrainerOptions { lr: 1e-12, batch: 64, objective: Objective::Vlb, ..small() },
    );
    let start = mean(&start.unwrap(), 150);
    assert!((uneven / start - 1.0).abs() < 0.6, "{uneven} and {start} are not of one size");
}

#[test]
fn frozen_layers_do_not_change() {
    let device = cpu(2);
    for layers in [&["mid_block"][..], &["conv_out", "up_blocks.0.resnets.0.time_emb_proj"]] {
        let model = unet(&device);
        let before = weights(&model);
        let layers: Vec<String> = layers.iter().map(|l| l.to_string()).collect();
        let options = TrainerOptions { layers: layers.clone(), weight_decay: 0.1, ..small() };
        let trainer = trainer(&model, options);
        step(&trainer, 3);
        let after = weights(&model);
        let parameters = trainer.parameters();
        assert_eq!(parameters.len(), before.len());
        for parameter in parameters {
            let name = &parameter.name;
            assert_eq!(parameter.trained, layers.iter().any(|l| name.starts_with(l)), "{name}");
            let (before, after) = (before.get(name).unwrap(), after.get(name).unwrap());
            assert_eq!(before != after, parameter.trained, "{name}");
            assert_eq!(parameter.count, before.data.len(), "{name}");
        }
    }
}

#[test]
fn a_few_pictures_are_learnt() {
    let device = cpu(2);
    let model = unet(&device);
    let trainer = trainer(&model, TrainerOptions { batch: 16, lr: 3e-3, warmup: 10, ..small() });
    step(&trainer, 60);
    let losses = losses(&trainer);
    let mean = |losses: &[f32]| losses.iter().sum::<f32>() / losses.len() as f32;
    let (first, last) = (mean(&losses[..10]), mean(&losses[50..]));
    assert!(last < 0.5 * first, "the loss went from {first} to {last}");
    let by_t = block_on(trainer.loss_by_t()).unwrap();
    assert_eq!(by_t.len(), BUCKETS);
    assert!(by_t[0].mean > by_t[40].mean, "little noise is harder to see than much");
    // Other data: the loss jumps, and nobody takes that for divergence.
    let values = vec![0.3; 5 * IMAGE];
    let set = TrainingSet { values: &values, labels: Some(&[1; 5]) };
    trainer.replace_data(set).unwrap();
    assert_eq!(step(&trainer, 20).diverged, None);
    refused(trainer.replace_data(TrainingSet { labels: None, ..set }), &["class label"]);
}

/// The same pictures as −1 … 1, 0 … 1 and 0 … 255 have the same losses; without a word about it the last two are refused.
#[test]
fn pictures_are_scaled_as_they_are_said_to_be() {
    let (values, labels) = pictures(IMAGE);
    let trained = |scale: fn(f32) -> f32, value_range| {
        let scaled: Vec<f32> = values.iter().map(|&v| scale(v)).collect();
        let set = TrainingSet { values: &scaled, labels: Some(&labels) };
        let options = TrainerOptions { value_range, ..small() };
        let trainer = block_on(Trainer::new(unet(&cpu(2)), set, options, |_, _, _| {}))?;
        trainer.replace_data(set)?;
        step(&trainer, 3);
        Ok(losses(&trainer))
    };
    let plain = trained(|v| v, None).unwrap();
    let unit = |v: f32| (v + 1.0) / 2.0;
    let bytes = |v: f32| (v + 1.0) * 127.5;
    for (scale, range) in
        [(unit as fn(f32) -> f32, [0.0, 1.0]), (bytes, [0.0, 255.0]), (|v| v, [-1.0, 1.0])]
    {
        assert_close("losses", &trained(scale, Some(range)).unwrap(), &plain, 1e-5, 1e-5);
    }
    refused(trained(unit, None), &["between 0.0", "valueRange: [0, 1]"]);
    refused(trained(bytes, None), &["valueRange: [0, 255]"]);
    refused(trained(bytes, Some([0.0, 1.0])), &["outside the valueRange from 0 to 1"]);
    refused(trained(unit, Some([1.0, 1.0])), &["valueRange must rise"]);
}

/// One picture or a few fill a batch again and again, whatever is left over.
#[test]
fn fewer_pictures_than_a_batch_are_trained_on() {
    for count in [1, 2, 7] {
        let model = unet(&cpu(2));
        let (values, labels) = pictures(IMAGE);
        let set = TrainingSet { values: &values[..count * IMAGE], labels: Some(&labels[..count]) };
        let options = TrainerOptions { batch: 16, ..small() };
        let trainer = block_on(Trainer::new(model, set, options, |_, _, _| {}));
        let trainer = trainer.unwrap_or_else(|e| panic!("{count} pictures: {e}"));
        assert_eq!(step(&trainer, 3).step, 3, "{count} pictures");
        let losses = losses(&trainer);
        assert!(losses.iter().all(|loss| loss.is_finite() && *loss > 0.0), "{losses:?}");
    }
}

#[test]
fn the_model_gets_the_average_or_the_weights_themselves() {
    let device = cpu(2);
    let run = |sample_with, ema| {
        let model = points(&device);
        let trainer = trainer(&model, TrainerOptions { sample_with, ema, ..small() });
        step(&trainer, 12);
        weights(&model)
    };
    let raw = run(SampleWith::Raw, 0.999);
    assert_eq!(raw, run(SampleWith::Ema, 0.0), "an average of one step is the weights");
    assert_ne!(raw, run(SampleWith::Ema, 0.999));
}

#[test]
fn twenty_steps_are_the_twins() {
    for device in devices() {
        let what = device.adapter().description.clone();
        let apart = block_on(crate::training_twin::twenty_steps(device));
        println!("{what}: losses differ by {apart:.1e} at most");
    }
}

/// Two moons from nothing, judged by what is sampled. A network that memorised its 2,000 points would
/// come to about 1.3 by luck of the draw, a perfect one to 1.03; fewer steps than a reader takes.
#[test]
fn two_moons_are_learnt() {
    let moons = block_on(bench::two_moons(&cpu(2), 1000, 1)).unwrap();
    println!("{moons:?}");
    assert!(moons.distance < 1.5, "{moons:?}");
}

/// The ring holds the newest losses, and they are those that a reader of every step has seen.
#[test]
fn the_newest_losses_are_kept() {
    let device = cpu(2);
    let trainer = trainer(&points(&device), TrainerOptions { batch: 1, lr: 1e-4, ..small() });
    step(&trainer, RING + 1);
    let early = losses(&trainer);
    step(&trainer, 99);
    let late = losses(&trainer);
    assert_eq!((early.len(), late.len(), trainer.position()), (RING, RING, RING + 100));
    assert_eq!(early[99..], late[..RING - 99]);
}
