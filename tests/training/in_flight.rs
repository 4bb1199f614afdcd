//! Submits that wait behind others, and operations in pieces: a run stops, keeps its last good state and repeats bit by bit all
//! the same.

use crate::common::{cpu, exact_profiles, gpu};
use crate::trainer::{losses, points, small, step, trainer, unet, weights};
use chailou::gpu::Profile;
use chailou::run::Device;
use chailou::tensor::TensorMap;
use chailou::train::{Trainer, TrainerOptions};
use pollster::block_on;

#[test]
fn training_that_diverges_stops_at_the_last_good_state() {
    for device in [gpu(Profile::Cpu) as Device, cpu(2)] {
        let model = points(&device);
        let options = TrainerOptions { clip: 0.0, ema: 0.0, ..small() };
        let trainer = trainer(&model, options);
        step(&trainer, 100);
        let good = weights(&model);
        let healthy = losses(&trainer);
        trainer.set_learning_rate(1e4).unwrap();
        let report = step(&trainer, 50);
        let sentence = report.diverged.expect("a learning rate of 10⁴ diverges");
        for word in ["step 10", "the weights of step 100 are back", "smaller than 10000"] {
            assert!(sentence.contains(word), "\"{sentence}\" does not say \"{word}\"");
        }
        assert_eq!((report.step, weights(&model)), (100, good));
        assert_eq!(losses(&trainer), healthy, "the history is that of the good state");
        assert_eq!(step(&trainer, 5).diverged.as_ref(), Some(&sentence), "it stays stopped");
        trainer.set_learning_rate(1e-4).unwrap();
        let report = step(&trainer, 5);
        assert_eq!((report.step, report.diverged), (105, None));
    }
}

/// The tensors of a checkpoint: weights, moments, state. The header before them is in no fixed order.
fn checkpoint(trainer: &Trainer) -> TensorMap {
    TensorMap::from_safetensors(&block_on(trainer.checkpoint()).unwrap()).unwrap()
}

#[test]
fn a_run_is_the_same_whatever_is_in_flight() {
    let run = |in_flight: usize| {
        let device = gpu(Profile::Cpu);
        device.set_in_flight(in_flight);
        let model = points(&(device as Device));
        let options = TrainerOptions { clip: 0.0, importance: true, ..small() };
        let trainer = trainer(&model, options);
        let reports = [step(&trainer, 1), step(&trainer, 250)];
        let healthy = checkpoint(&trainer);
        trainer.set_learning_rate(1e4).unwrap();
        let diverged = step(&trainer, 200);
        assert_eq!((reports[1].step, diverged.step), (251, 200));
        // As text, in which what is no number equals itself.
        (format!("{reports:?} {diverged:?}"), healthy, checkpoint(&trainer))
    };
    let alone = run(1);
    for in_flight in [2, 3] {
        let (told, healthy, at_the_end) = run(in_flight);
        assert_eq!(told, alone.0, "{in_flight} in flight");
        assert!(healthy == alone.1 && at_the_end == alone.2, "{in_flight} in flight");
    }
}

#[test]
fn a_run_is_the_same_in_whatever_pieces_operations_are_lowered() {
    for profile in exact_profiles() {
        let run = |most_flops: Option<u64>| {
            let device = gpu(profile);
            most_flops.inspect(|&most| device.set_most_flops(most));
            let model = unet(&(device as Device));
            let trainer = trainer(&model, small());
            step(&trainer, 3);
            (trainer.dispatches(), checkpoint(&trainer))
        };
        let ((dispatches, whole), (more, pieces)) = (run(None), run(Some(1)));
        assert!(more > dispatches, "{profile:?}: {more} dispatches, whole {dispatches}");
        assert!(pieces == whole, "{profile:?}");
    }
}
