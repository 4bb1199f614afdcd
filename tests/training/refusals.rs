//! What the trainer refuses, and in which words.

use std::rc::Rc;

use crate::common::{cpu, golden_unet, gpu};
use crate::trainer::{IMAGE, IMAGES, pictures, refused, small, trainer, trainer_of, unet};
use chailou::diffusion::PredictionType;
use chailou::gpu::Profile;
use chailou::model::BatchShape;
use chailou::run::Device;
use chailou::train::{GivenBatch, Trainer, TrainerOptions, TrainingSet, loss_and_gradients};
use pollster::block_on;

#[test]
fn what_cannot_be_trained_is_refused_by_name() {
    let device: Device = gpu(Profile::Cpu);
    let model = unet(&device);
    let options = |change: fn(&mut TrainerOptions)| {
        let mut options = small();
        change(&mut options);
        trainer_of(&model, options)
    };
    refused(options(|o| o.batch = 0), &["batch"]);
    refused(options(|o| o.batch = 60_000), &["batch of 60000", "too large"]);
    refused(options(|o| o.lr = -1.0), &["lr", "-1"]);
    refused(options(|o| o.layers = vec!["mid_blok".into()]), &["mid_blok"]);
    refused(options(|o| o.prediction = Some(PredictionType::V)), &["v_prediction", "epsilon"]);
    let (values, _) = pictures(IMAGE);
    let set = |values, labels| {
        let set = TrainingSet { values, labels };
        block_on(Trainer::new(model.clone(), set, small(), |_, _, _| {}))
    };
    refused(set(&[], None), &["no data"]);
    refused(set(&values[..100], Some(&[0])), &["100 values", "64"]);
    refused(set(&values, None), &["class label"]);
    refused(set(&[f32::NAN; IMAGE], Some(&[1])), &["NaN"]);
    // Classes go from 0 to 9; 10 stands for "none".
    for (labels, words) in [
        ([-1, 0], ["label -1 of picture 0", "from -1 to 0"]),
        ([3, 11], ["label 11 of picture 1", "from 0 to 9"]),
        ([10, 3], ["label 10 of picture 0", "\"none\""]),
    ] {
        let set = TrainingSet { values: &values[..2 * IMAGE], labels: Some(&labels) };
        refused(block_on(Trainer::new(model.clone(), set, small(), |_, _, _| {})), &words);
    }
    let trainer = trainer(&model, small());
    assert_eq!(trainer.position(), 0);
    let memory = trainer.memory();
    assert_eq!(memory.total, memory.activations + memory.weights + memory.optimizer + memory.data);
    assert!(memory.data >= 4 * (IMAGES * IMAGE) as u64);
}

/// Two channels in, four out: the trainer and the gradients of a given batch say so, whatever the data.
#[test]
fn a_model_with_other_channels_out_than_in_is_refused() {
    let model = Rc::new(golden_unet(&cpu(1), "asymmetric_no_mid_attention"));
    let (h, w) = model.sample_size().unwrap();
    for channels in [2, 4] {
        let values = vec![0.5; channels * h * w];
        let set = TrainingSet { values: &values, labels: None };
        let trainer = block_on(Trainer::new(model.clone(), set, small(), |_, _, _| {}));
        refused(trainer, &["2 channels in and 4 out", "target"]);
        let given = GivenBatch {
            x_t: &values[..2 * h * w],
            timesteps: &[5.0],
            target: &values,
            weight: &[1.0],
            labels: None,
        };
        let found = block_on(loss_and_gradients(&model, BatchShape { n: 1, h, w }, &given));
        refused(found, &["2 channels in and 4 out", "target"]);
    }
}
