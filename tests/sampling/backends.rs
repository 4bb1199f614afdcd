//! Chains on the processor: they agree with WebGPU's step by step, and have the same bits whatever the number of threads.

use crate::common::{assert_close, cpu, golden_unet, gpu, mnist};
use chailou::chain::{Chain, ChainOptions, Direction, Picture};
use chailou::diffusion::{Sampler, Stream, Variance, normals};
use chailou::gpu::Profile;
use chailou::model::Model;
use chailou::run::Device;

/// Every picture of a chain that has been run to its end, and how much a difference of ε weighs in it.
fn frames(model: &Model, options: &ChainOptions) -> Vec<(String, Vec<f32>, f32)> {
    let chain = Chain::new(model, options.clone()).unwrap_or_else(|e| panic!("{e}"));
    pollster::block_on(chain.step(chain.len())).unwrap_or_else(|e| panic!("{e}"));
    let mut all = Vec::new();
    for frame in 0..=chain.len() {
        // x̂_0 = (x − √(1 − ᾱ)·ε̂)/√ᾱ
        let amplified = chain.steps().get(frame).map_or(1.0, |s| 1.0 / s.alpha_bar.sqrt()) as f32;
        for (name, picture, scale) in
            [("x", Picture::X, 1.0), ("x̂_0", Picture::X0, amplified), ("ε̂", Picture::Eps, 1.0)]
        {
            if picture == Picture::X || frame < chain.len() {
                let values = pollster::block_on(chain.read(picture, Some(frame))).unwrap();
                all.push((format!("{name} of frame {frame}"), values, scale));
            }
        }
    }
    all
}

/// Runs a chain on both backends.
fn agree(name: &str, open: impl Fn(&Device) -> Model, options: &ChainOptions, atol: f32) {
    let webgpu: Device = gpu(Profile::Cpu);
    let (a, b) = (frames(&open(&webgpu), options), frames(&open(&cpu(2)), options));
    let apart = a.iter().zip(&b).map(|((what, a, scale), (_, b, _))| {
        assert_close(&format!("{name}: {what}"), b, a, atol * scale, 1e-4) / scale
    });
    println!("{name}: max |Δ| {:.1e}", apart.fold(0.0, f32::max));
}

#[test]
fn fifty_steps_agree_step_by_step() {
    let options = ChainOptions {
        sampler: Some("ddim".into()),
        steps: Some(50),
        labels: vec![8.0],
        seed: 3,
        ..Default::default()
    };
    agree("DDIM", mnist, &options, 2e-4);
}

#[test]
fn every_sampler_agrees() {
    let open = |device: &Device| golden_unet(device, "stored_f16");
    let options = ChainOptions {
        steps: Some(12),
        batch: 3,
        labels: vec![1.0, 5.0, 8.0],
        seed: 3,
        ..Default::default()
    };
    for sampler in Sampler::NAMES {
        for guidance in [1.0, 2.5] {
            let options = ChainOptions {
                sampler: Some(sampler.to_string()),
                sigma: Some(Variance::Beta),
                eta: Some(0.4),
                guidance,
                ..options.clone()
            };
            agree(&format!("{sampler}, guidance {guidance}"), open, &options, 2e-4);
        }
    }
}

#[test]
fn a_demolition_and_given_noise_agree() {
    let open = |device: &Device| golden_unet(device, "stored_bf16");
    let elements = 2 * 3 * 64;
    let start = normals(1, Stream::Data, 0, elements);
    let options = ChainOptions { steps: Some(7), batch: 2, seed: 9, ..Default::default() };
    let fall = ChainOptions {
        direction: Direction::Demolish,
        start: Some(start.clone()),
        ..options.clone()
    };
    agree("demolition", open, &fall, 1e-5);
    let noise = (0..7).map(|i| normals(2, Stream::Data, i, elements)).collect();
    let given = ChainOptions {
        sampler: Some("ddpm".into()),
        start: Some(start),
        noise: Some(noise),
        ..options
    };
    agree("given noise", open, &given, 1e-4);
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let options = ChainOptions {
        sampler: Some("ddim".into()),
        eta: Some(0.5),
        steps: Some(4),
        batch: 5,
        labels: vec![7.0],
        guidance: 2.0,
        ..Default::default()
    };
    let run = |threads| frames(&mnist(&cpu(threads)), &options);
    let alone = run(1);
    for threads in [1, 2, 3, 8] {
        assert!(run(threads) == alone, "{threads} threads");
    }
}

/// A seed is a picture on each backend, whatever the other has done in between.
#[test]
fn a_picture_comes_back_after_a_change_of_backend() {
    let devices: [Device; 2] = [gpu(Profile::Cpu), cpu(2)];
    let options = ChainOptions {
        sampler: Some("dpmpp_2m".into()),
        steps: Some(8),
        batch: 3,
        labels: vec![2.0],
        guidance: 1.5,
        seed: 6,
        ..Default::default()
    };
    let models = [0, 1].map(|i| golden_unet(&devices[i], "stored_f16"));
    let runs = [0, 1, 0, 1].map(|i| frames(&models[i], &options));
    assert!(runs[0] == runs[2], "a second run on WebGPU differs");
    assert!(runs[1] == runs[3], "a second run on the processor differs");
}
