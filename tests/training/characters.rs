//! Whether the pretrained model learns a drawn character, as chapter 9 of the page promises: eight drawings, 150
//! steps at a batch of 16, everything else as the page has it when nobody touches it (www/chapters/teach/session.js,
//! dataset.js, engine.js). Takes minutes, so it runs with `CHAILOU_FULL=1` only.

use crate::classifier::Classifier;
use crate::common::{cpu, mnist, project, read};
use chailou::chain::{Chain, ChainOptions, Picture};
use chailou::data::augment::augment;
use chailou::data::drawing::PIXELS;
use chailou::data::idx;
use chailou::data::resemblance::{THRESHOLD, resemblance};
use chailou::diffusion::Spacing;
use chailou::model::Model;
use chailou::train::{Trainer, TrainerOptions, TrainingSet};
use pollster::block_on;
use std::rc::Rc;

/// The class the character takes over.
const TAUGHT: i32 = 4;
/// Drawings of a character, among the 24 of each in tests/golden/characters.
const DRAWN: usize = 8;
const STEPS: usize = 150;
/// Of the altered copies, the training and the samples' noise: the page's.
const SEED: u64 = 9;

/// Half altered copies of the drawings, half digits of the other classes, as the page recommends.
fn lesson(drawings: &[f32]) -> (Vec<f32>, Vec<i32>) {
    let [images, labels] = ["images.idx3", "labels.idx1"]
        .map(|kind| read(&project(&format!("assets/data/mnist-train-1000-{kind}-ubyte"))));
    let file = |path, bytes| idx::File { path, bytes };
    let digits = idx::read(file("images", &images), Some(file("labels", &labels)), 10).unwrap();
    let mut images = Vec::new();
    let mut labels = Vec::new();
    for (picture, &label) in digits.images.chunks_exact(PIXELS).zip(&digits.labels) {
        if label != TAUGHT {
            images.extend(picture);
            labels.push(label);
        }
    }
    let copies = augment(drawings, labels.len() / DRAWN, SEED).unwrap();
    labels.extend(vec![TAUGHT; copies.len() / PIXELS]);
    images.extend(copies);
    (images, labels)
}

/// Samples of the given classes, with the guidance of the page.
fn samples(model: &Model, labels: Vec<f32>) -> Vec<f32> {
    let options = ChainOptions {
        sampler: Some("ddim".into()),
        steps: Some(50),
        batch: labels.len(),
        labels,
        guidance: 2.0,
        spacing: Some(Spacing::Trailing),
        seed: SEED,
        ..Default::default()
    };
    block_on(async {
        let chain = Chain::new(model, options)?;
        chain.step(50).await?;
        chain.read(Picture::X, None).await
    })
    .unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn the_pretrained_model_learns_a_drawn_character() {
    if std::env::var("CHAILOU_FULL").is_err() {
        println!("not run: CHAILOU_FULL=1 runs it, in minutes");
        return;
    }
    let characters = read(&project("tests/golden/characters/characters-images.idx3-ubyte"));
    let characters = idx::File { path: "characters", bytes: &characters };
    let characters = idx::read(characters, None, 10).unwrap().images;
    let model = Rc::new(mnist(&cpu(2)));
    let judge = Classifier::new(&read(&project("tests/golden/classifier/classifier.safetensors")));
    let options = TrainerOptions {
        batch: 16,
        lr: 3e-4,
        warmup: 10,
        steps: STEPS as u32,
        ema: 0.95,
        seed: SEED,
        ..Default::default()
    };
    let name = ["木", "大"];
    for (character, name) in name.into_iter().enumerate() {
        let drawings = &characters[character * 24 * PIXELS..][..DRAWN * PIXELS];
        let (images, labels) = lesson(drawings);
        let set = TrainingSet { values: &images, labels: Some(&labels) };
        let trainer =
            block_on(Trainer::new(model.clone(), set, options.clone(), |_, _, _| {})).unwrap();
        let report = block_on(trainer.step(STEPS)).unwrap();
        assert_eq!((report.step, report.diverged), (STEPS, None));
        let taught = samples(&model, vec![TAUGHT as f32; 16]);
        let scores = resemblance(drawings, &taught).unwrap();
        let alike = scores.iter().filter(|score| **score >= THRESHOLD).count();
        let others: Vec<f32> = (0..36).map(|i| ((TAUGHT + 1 + i % 9) % 10) as f32).collect();
        let pictures = samples(&model, others.clone());
        let judged = pictures.chunks_exact(PIXELS).map(|picture| judge.digit(picture));
        let right = judged.zip(&others).filter(|(digit, label)| *digit == **label as usize).count();
        println!(
            "{name}: {alike} of 16 resemble the drawings; {right} of 36 other digits are right"
        );
        assert!(alike >= 12, "{name}: {alike} of 16 resemble the drawings: {scores:?}");
        assert!(right * 10 >= 36 * 9, "{name}: {right} of 36 other digits are right");
        block_on(trainer.undo()).unwrap();
    }
}
