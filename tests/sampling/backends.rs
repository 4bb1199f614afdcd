//! Chains on the processor: they agree with WebGPU's step by step, and have the same bits whatever the number of threads.

use crate::common::{assert_close, cpu, golden_unet, gpu, mnist};
use chailou::chain::{Chain, ChainOptions, Direction, Picture};
use chailou::diffusion::{Stream, Variance, normals};
use chailou::gpu::Profile;
use chailou::model::Model;
use chailou::run::Device;

/// Every picture of a chain that has been run to its end.
fn frames(model: &Model, options: &ChainOptions) -> Vec<(String, Vec<f32>)> {
    let chain = Chain::new(model, options.clone()).unwrap_or_else(|e| panic!("{e}"));
    pollster::block_on(chain.step(chain.len())).unwrap_or_else(|e| panic!("{e}"));
    let mut all = Vec::new();
    for frame in 0..=chain.len() {
        for (name, picture) in [("x", Picture::X), ("x_0", Picture::X0), ("eps", Picture::Eps)] {
            if picture == Picture::X || frame < chain.len() {
                let values = pollster::block_on(chain.read(picture, Some(frame))).unwrap();
                all.push((format!("{name} of frame {frame}"), values));
            }
        }
    }
    all
}

/// Runs a chain on both backends and returns the largest difference.
fn agree(name: &str, open: impl Fn(&Device) -> Model, options: &ChainOptions, atol: f32) {
    let webgpu: Device = gpu(Profile::Cpu);
    let (a, b) = (frames(&open(&webgpu), options), frames(&open(&cpu(2)), options));
    let apart = a
        .iter()
        .zip(&b)
        .map(|((what, a), (_, b))| assert_close(&format!("{name}: {what}"), b, a, atol, 1e-4));
    println!("{name}: max |Δ| {:.1e}", apart.fold(0.0, f32::max));
}

#[test]
fn fifty_steps_agree_step_by_step() {
    let options = ChainOptions {
        sampler: Some("ddim".into()),
        steps: 50,
        batch: 3,
        labels: vec![1.0, 5.0, 8.0],
        seed: 3,
        ..Default::default()
    };
    agree("DDIM", mnist, &options, 2e-4);
    let guided = ChainOptions { steps: 10, guidance: 2.5, ..options.clone() };
    agree("guided", mnist, &guided, 2e-4);
    let ancestral = ChainOptions {
        sampler: Some("ddpm".into()),
        sigma: Some(Variance::Beta),
        steps: 10,
        ..options.clone()
    };
    agree("DDPM", mnist, &ancestral, 2e-4);
    let solver = ChainOptions { sampler: Some("dpmpp_2m".into()), steps: 12, ..options };
    agree("DPM-Solver++", mnist, &solver, 2e-4);
}

#[test]
fn a_demolition_and_given_noise_agree() {
    let open = |device: &Device| golden_unet(device, "stored_bf16");
    let elements = 2 * 3 * 64;
    let start = normals(1, Stream::Data, 0, elements);
    let options = ChainOptions { steps: 7, batch: 2, seed: 9, ..Default::default() };
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
        steps: 4,
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
