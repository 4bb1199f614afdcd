//! Whether towers come out: samples of the model in assets/models/towers, held against pictures of the generator that it
//! was trained on, by the colours of their skies.
//!
//! On the processor, whose chains are those of the shaders (backends.rs). 32 × 32 × 3, class = 4·hour + roof.

use crate::common::{cpu, project, text};
use chailou::chain::{Chain, ChainOptions, Picture};
use chailou::data::towers::{SIZE, towers};
use chailou::diffusion::PredictionType;
use chailou::model::Model;

const CLASSES: usize = 12;
/// Rows with little in them but sky.
const SKY: usize = 4;

fn model() -> Model {
    let folder = project("assets/models/towers");
    let scheduler = text(&folder.join("scheduler_config.json"));
    crate::common::model(&cpu(2), &folder, Some(&scheduler))
}

/// What the page asks for (www/chapters/stage/presets.js), in ten steps.
fn sample(model: &Model, seed: u64, labels: Vec<f32>) -> Vec<f32> {
    let options = ChainOptions {
        sampler: Some("ddim".into()),
        steps: Some(10),
        batch: labels.len(),
        labels,
        guidance: 3.0,
        clip_sample: Some(false),
        seed,
        ..Default::default()
    };
    let samples = pollster::block_on(async {
        let chain = Chain::new(model, options)?;
        chain.step(chain.len()).await?;
        chain.read(Picture::X, None).await
    });
    samples.unwrap_or_else(|e| panic!("{e}"))
}

/// Mean of each channel over a picture's sky.
fn sky(picture: &[f32]) -> [f32; 3] {
    let channel = |c: usize| &picture[c * SIZE * SIZE..][..SKY * SIZE];
    std::array::from_fn(|c| channel(c).iter().sum::<f32>() / (SKY * SIZE) as f32)
}

/// Of real towers, by hour.
fn real_skies() -> [[f32; 3]; 3] {
    let (pictures, classes) = towers(2, 0..120);
    let (mut skies, mut counts) = ([[0f32; 3]; 3], [0f32; 3]);
    for (picture, class) in pictures.chunks_exact(3 * SIZE * SIZE).zip(classes) {
        let hour = class as usize / 4;
        counts[hour] += 1.0;
        for (mean, value) in skies[hour].iter_mut().zip(sky(picture)) {
            *mean += (value - *mean) / counts[hour];
        }
    }
    skies
}

fn apart(a: [f32; 3], b: [f32; 3]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
}

/// Means of the channels of class 7, seed 7. The page's tests hold both browsers to the same
/// numbers (tests/e2e/stage-towers.test.mjs), with the rounded weights.
const SEVEN: [f32; 3] = [-0.0291, -0.3150, -0.1914];

#[test]
fn the_same_seed_gives_the_same_tower_as_in_a_browser() {
    let picture = sample(&model(), 7, vec![7.0]);
    for (channel, expected) in picture.chunks_exact(SIZE * SIZE).zip(SEVEN) {
        let mean = channel.iter().sum::<f32>() / (SIZE * SIZE) as f32;
        assert!(
            (mean - expected).abs() < 0.0005,
            "a channel's mean is {mean}, expected {expected}"
        );
    }
}

#[test]
fn the_sky_is_that_of_the_hour_asked_for() {
    let model = model();
    assert_eq!(model.architecture.null_class(), Some(CLASSES));
    let prediction = model.scheduler.as_ref().map(|scheduler| scheduler.prediction_type);
    assert_eq!(prediction, Some(PredictionType::V));
    let skies = real_skies();
    let labels: Vec<f32> = (0..CLASSES).map(|class| class as f32).collect();
    let samples = sample(&model, 1, labels);
    for (class, picture) in samples.chunks_exact(3 * SIZE * SIZE).enumerate() {
        let distances = skies.map(|real| apart(sky(picture), real));
        println!("class {class}: from the skies of day, dusk and night {distances:.2?}");
        let nearest = (0..3).min_by(|&a, &b| distances[a].total_cmp(&distances[b]));
        assert_eq!(nearest, Some(class / 4), "class {class}: {distances:?}");
    }
}
