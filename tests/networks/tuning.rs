//! Every way to lower every operation of a network and of its training step gives the same bits, and a device that has been
//! tuned computes what it computed before.

use std::rc::Rc;

use crate::common::{exact_profiles, golden_unet, gpu};
use chailou::bench::tune_next;
use chailou::gpu::{Gpu, ImageReads, Profile, Ways};
use chailou::model::{BatchShape, Labels, Model};
use pollster::block_on;

fn answer(model: &Model) -> Vec<u32> {
    let (h, w) = model.sample_size().unwrap();
    let x: Vec<f32> =
        (0..3 * model.architecture.in_channels() * h * w).map(|i| (i as f32).sin()).collect();
    let shape = BatchShape { n: 3, h, w };
    let eps =
        block_on(model.predict(shape, &x, &[3.0, 500.0, 999.0], Labels::Values(&[3.0, 0.0, 10.0])))
            .unwrap();
    eps.into_iter().map(f32::to_bits).collect()
}

#[test]
fn every_way_gives_the_same_bits() {
    for profile in Profile::ALL {
        let gpu = gpu(profile);
        let model = golden_unet(&gpu, "mnist_like");
        let before = answer(&model);
        let (mut operations, mut ways) = (0, 0);
        while let Some(tried) = block_on(tune_next(&model, 3, true, 0.0)).unwrap() {
            assert!(tried.ms.iter().all(|(_, ms)| ms.is_some()), "{profile:?} {tried:?}");
            operations += 1;
            ways += tried.ms.len();
        }
        println!("{profile:?}: {operations} operations, {ways} ways");
        assert!(operations > 20 && ways > operations, "{operations} {ways}");
        assert_eq!(gpu.ways().len(), operations);
        let (kept, found) = (gpu.kept_ways(), gpu.ways().clone());
        gpu.set_ways(Ways::default());
        assert!(gpu.recall_ways(&kept) && *gpu.ways() == found, "kept and recalled");
        assert!(!gpu.recall_ways(&kept[1..]), "of another version");
        assert_eq!(answer(&model), before, "{profile:?}, as measured");

        // Whatever a trial might have found: each way wherever there is one.
        let names: Vec<String> = gpu.ways().places().map(|(name, _)| name.into()).collect();
        for place in 1..profile.ways().len() {
            gpu.set_ways(Ways::new(names.iter().map(|name| (name.clone(), place)).collect()));
            assert_eq!(answer(&model), before, "{profile:?}, {:?}", profile.ways()[place]);
        }
    }
}

/// An adapter reads what it is quicker at; here is only one, so the others have to be asked for.
#[test]
fn images_read_in_any_way_and_buffers_give_the_same_bits() {
    if !exact_profiles().contains(&Profile::Cpu) {
        return;
    }
    let ways = ImageReads::ALL.map(|way| (way, false)).into_iter();
    let answers = ways.chain([(ImageReads::Sampled, true)]).map(|(way, buffers)| {
        let mut gpu = block_on(Gpu::open(Some(Profile::Cpu))).unwrap();
        gpu.read_images(way, buffers);
        answer(&golden_unet(&Rc::new(gpu), "mnist_like"))
    });
    let answers: Vec<_> = answers.collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

#[test]
fn operations_in_pieces_give_the_same_bits() {
    for profile in Profile::ALL {
        let gpu = gpu(profile);
        let model = golden_unet(&gpu, "mnist_like");
        let (h, w) = model.sample_size().unwrap();
        let tasks = || model.network(BatchShape { n: 3, h, w }).unwrap().program.tasks().len();
        let (before, whole) = (answer(&model), tasks());
        for most in [300_000, 1] {
            gpu.set_most_flops(most);
            println!("{profile:?}: {whole} dispatches, {} of at most {most} flops", tasks());
            assert!(tasks() > whole);
            assert_eq!(answer(&model), before, "{profile:?}, {most}");
        }
    }
}
