//! Chains on the device: diffusers' own numbers, the f64 twin of every step, the generator, the frames
//! that are kept.

use crate::common::{AnyDevice, assert_close, cpu, golden_unet, gpu, mnist, project, read_tensors};
use chailou::chain::{Chain, ChainOptions, Direction, Picture};
use chailou::diffusion::{
    BetaSchedule, History, PredictionType, Spacing, Stream, Variance, guide, normals,
};
use chailou::gpu::Profile;
use chailou::model::{BatchShape, Labels, Model};
use chailou::nn::ClassConditioning;
use chailou::run::Device;
use chailou::weights::SchedulerConfig;

fn run(model: &Model, options: ChainOptions) -> Chain {
    let chain = Chain::new(model, options).unwrap_or_else(|e| panic!("{e}"));
    pollster::block_on(chain.step(chain.len())).unwrap_or_else(|e| panic!("{e}"));
    assert!(chain.done());
    chain
}

fn read(chain: &Chain, picture: Picture, frame: usize) -> Vec<f32> {
    pollster::block_on(chain.read(picture, Some(frame))).unwrap_or_else(|e| panic!("{e}"))
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|v| v.to_bits()).collect()
}

/// A model of three channels, 8 × 8, without classes.
fn colour(device: &impl AnyDevice) -> Model {
    golden_unet(device, "stored_bf16")
}

#[test]
fn mnist_predicts_and_samples_as_diffusers_does() {
    let golden = read_tensors(&project("tests/golden/mnist.safetensors"));
    let data = |name: &str| golden.get(name).unwrap().data.as_slice();
    let t: Vec<f64> = data("timestep").iter().map(|&t| t as f64).collect();
    for device in [gpu(Profile::Cpu) as Device, gpu(Profile::Gpu), cpu(2)] {
        let model = mnist(&device);
        let shape = BatchShape { n: 4, h: 28, w: 28 };
        let eps = model.predict(shape, data("sample"), &t, Labels::Values(data("class_labels")));
        let eps = pollster::block_on(eps).unwrap();
        let worst = assert_close("ε", &eps, data("eps"), 1e-4, 0.0);
        println!("{}: max |Δε| {worst:.1e}", device.adapter().description);
    }
    let model = mnist(&cpu(2));
    for (name, guidance, batch) in [("ddim50", 1.0, 4), ("guided", 2.0, 2)] {
        let head = |name: &str| data(name)[..batch * 784].to_vec();
        let chain = run(
            &model,
            ChainOptions {
                sampler: Some("ddim".into()),
                batch,
                labels: data("labels")[..batch].to_vec(),
                guidance,
                clip_sample: Some(guidance == 1.0),
                start: Some(head("x_T")),
                ..Default::default()
            },
        );
        let timesteps: Vec<f32> = chain.steps().iter().map(|s| s.timestep as f32).collect();
        assert_eq!(timesteps, data("timesteps"), "{name}");
        for frame in [10, 20, 30, 40] {
            let expected = head(&format!("{name}/x.{frame}"));
            let x = read(&chain, Picture::X, frame);
            assert_close(&format!("{name}/x.{frame}"), &x, &expected, 1e-3, 0.0);
        }
        let x_0 = read(&chain, Picture::X, 50);
        let worst = assert_close(name, &x_0, &head(&format!("{name}/x_0")), 1e-3, 0.0);
        println!("{name}: max |Δx_0| {worst:.1e}");
    }
}

/// Holds every frame of a finished chain against [`chailou::diffusion::Step::apply`] in f64, fed with
/// the chain's own x, the model's own prediction and the noise that was uploaded or should have been
/// generated. The tolerance is a few f32 roundings of the terms that are added.
fn check_against_twin(what: &str, model: &Model, options: ChainOptions) {
    let chain = run(model, options.clone());
    let (h, w) = model.sample_size().unwrap();
    let shape = BatchShape { n: options.batch, h, w };
    let mut history = vec![History::default(); chain.frames().elements()];
    for (i, step) in chain.steps().iter().enumerate() {
        let x = read(&chain, Picture::X, i);
        let stream = match options.direction {
            Direction::Build => Stream::Sampler,
            Direction::Demolish => Stream::Demolish,
        };
        let z = match &options.noise {
            Some(noise) => noise[i].clone(),
            None => normals(options.seed, stream, i as u32, x.len()),
        };
        let predict = |labels: &[f32]| {
            let labels = if labels.is_empty() { Labels::None } else { Labels::Values(labels) };
            let t = vec![step.timestep; options.batch];
            pollster::block_on(model.predict(shape, &x, &t, labels)).unwrap()
        };
        // What the network says, of the class alone and guided.
        let zeros = || vec![0.0; x.len()];
        let answers: Vec<(f64, f64)> = match options.direction {
            Direction::Demolish => zeros().into_iter().zip(zeros()).collect(),
            Direction::Build if options.guidance == 1.0 => {
                predict(&options.labels).into_iter().map(|m| (m as f64, m as f64)).collect()
            }
            Direction::Build => {
                let ClassConditioning::Table(rows) = model.architecture.class_conditioning() else {
                    panic!("guidance needs classes")
                };
                let null = vec![rows as f32 - 1.0; options.batch];
                let pairs = predict(&null).into_iter().zip(predict(&options.labels));
                pairs
                    .map(|(n, c)| (c as f64, guide(n as f64, c as f64, options.guidance)))
                    .collect()
            }
        };
        let got =
            [(Picture::X, i + 1), (Picture::X0, i), (Picture::Eps, i), (Picture::Unguided, i)]
                .map(|(picture, frame)| read(&chain, picture, frame));
        for (e, &(plain, m)) in answers.iter().enumerate() {
            let (x, z) = (x[e] as f64, z[e] as f64);
            let expected = step.apply_after(&mut history[e], x, m, z);
            let s = step;
            let unguided = s.x0_from_x * x + s.x0_from_model * plain;
            let m = m.abs() * (1.0 + (options.guidance - 1.0).abs());
            let x = x.abs();
            let x0 = (s.x0_from_x * x).abs() + (s.x0_from_model * m).abs();
            let eps = (s.eps_from_x * x).abs() + (s.eps_from_model * m).abs();
            let prev = (s.prev_from_x0 * x0).abs() + (s.prev_from_x * x).abs();
            let prev = prev + (s.prev_from_eps * eps).abs() + s.sigma * (1.0 + z.abs());
            let past =
                s.past.iter().map(|p| p.prev_from_x0.abs() * x0.max(expected.x0.abs() + 1.0));
            let prev = prev + past.sum::<f64>();
            let pictures = [("x", expected.prev, prev), ("x̂_0", expected.x0, x0)];
            let pictures = pictures
                .into_iter()
                .chain([("ε̂", expected.eps, eps), ("unguided x̂_0", unguided, x0)]);
            for (got, (picture, expected, magnitude)) in got.iter().zip(pictures) {
                let near = (got[e] as f64 - expected).abs() <= 3e-6 * magnitude + 1e-7;
                assert!(near, "{what}, step {i}: {picture}[{e}] is {}, not {expected}", got[e]);
            }
        }
    }
}

#[test]
fn every_step_is_its_twin_with_uploaded_noise() {
    let gpu = gpu(Profile::Cpu);
    let mut model = colour(&gpu);
    let (batch, steps) = (3, 6);
    let elements = batch * 3 * 8 * 8;
    let noise = |i: u32| normals(99, Stream::Sampler, 1_000 + i, elements);
    let common = ChainOptions {
        batch,
        steps: Some(steps),
        start: Some(normals(5, Stream::Start, 0, elements)),
        noise: Some((0..steps as u32).map(noise).collect()),
        ..Default::default()
    };
    let ddpm = |sigma| ("ddpm", Some(sigma), None);
    for prediction_type in [PredictionType::Epsilon, PredictionType::Sample, PredictionType::V] {
        let mut scheduler = SchedulerConfig::default();
        scheduler.prediction_type = prediction_type;
        scheduler.clip_sample_range = 0.75;
        model.scheduler = Some(scheduler);
        for (i, (sampler, sigma, eta)) in [
            ddpm(Variance::Zero),
            ddpm(Variance::Beta),
            ddpm(Variance::BetaTilde),
            ("ddim", None, None),
            ("ddim", None, Some(0.6)),
            ("dpmpp_2m", None, None),
        ]
        .into_iter()
        .enumerate()
        {
            let options = ChainOptions {
                sampler: Some(sampler.into()),
                sigma,
                eta,
                clip_sample: Some(i % 2 == 0),
                spacing: Some([Spacing::Leading, Spacing::Linspace, Spacing::Trailing][i % 3]),
                schedule: (i == 1).then_some(BetaSchedule::Su),
                ..common.clone()
            };
            let what = format!("{prediction_type:?}, {sampler:?}, σ {sigma:?}, η {eta:?}");
            check_against_twin(&what, &model, options);
        }
    }
}

#[test]
fn every_step_is_its_twin_with_guidance_and_generated_noise() {
    let gpu = gpu(Profile::Gpu);
    let model = golden_unet(&gpu, "stored_f16");
    let options = ChainOptions {
        sampler: Some("ddpm".into()),
        sigma: Some(Variance::Beta),
        batch: 2,
        steps: Some(6),
        labels: vec![3.0, 7.0],
        guidance: 2.5,
        seed: 0xfeed_0000_0001,
        ..Default::default()
    };
    check_against_twin("guided", &model, options.clone());
    check_against_twin("w = 0", &model, ChainOptions { guidance: 0.0, ..options });
    let fourier = golden_unet(&gpu, "fourier_scale_shift");
    let options = ChainOptions {
        spacing: Some(Spacing::Trailing),
        sampler: Some("ddim".into()),
        steps: Some(4),
        ..Default::default()
    };
    check_against_twin("output divided by t", &fourier, options);
}

/// w = 1 asks for the class alone, w = 0 for none: the same pictures as without any guidance.
#[test]
fn guidance_of_1_is_the_class_and_of_0_is_none() {
    for device in [gpu(Profile::Gpu) as Device, cpu(2)] {
        let model = golden_unet(&device, "stored_f16");
        let options = |labels: &[f32], guidance| ChainOptions {
            batch: 2,
            steps: Some(3),
            labels: labels.to_vec(),
            guidance,
            ..Default::default()
        };
        let last = |options| read(&run(&model, options), Picture::X, 3);
        let (class, none) = (last(options(&[3.0, 7.0], 1.0)), last(options(&[10.0, 10.0], 1.0)));
        assert!(
            class.iter().zip(&none).any(|(c, n)| (c - n).abs() > 1e-3),
            "classes change nothing"
        );
        // Two networks side by side: w a little off 1, as 1 itself runs only one.
        let almost = last(options(&[3.0, 7.0], 1.0 + 1e-7));
        assert_close("w = 1", &almost, &class, 1e-4, 1e-4);
        assert_close("w = 0", &last(options(&[3.0, 7.0], 0.0)), &none, 1e-4, 1e-4);
    }
}

#[test]
fn a_demolition_is_its_twin_and_ends_in_noise() {
    let gpu = gpu(Profile::Cpu);
    let model = colour(&gpu);
    let (batch, steps) = (3, 5);
    let elements = batch * 3 * 8 * 8;
    let start = normals(6, Stream::Start, 0, elements);
    let options = ChainOptions {
        direction: Direction::Demolish,
        batch,
        steps: Some(steps),
        seed: 77,
        spacing: Some(Spacing::Linspace),
        start: Some(start.clone()),
        ..Default::default()
    };
    check_against_twin("generated noise", &model, options.clone());
    let noise = |i| normals(98, Stream::Sampler, i, elements);
    let noise = Some((0..steps as u32).map(noise).collect());
    check_against_twin("uploaded noise", &model, ChainOptions { noise, ..options.clone() });
    let chain = run(&model, options);
    assert_eq!(bits(&read(&chain, Picture::X, 0)), bits(&start));
    let climbs: Vec<f64> = chain.steps().iter().map(|s| s.timestep).collect();
    assert_eq!(climbs, [0.0, 250.0, 500.0, 749.0, 999.0]);
    assert!(chain.network().is_none());
}

#[test]
fn the_generator_on_the_device_is_the_one_in_rust() {
    let gpu = gpu(Profile::Cpu);
    let model = colour(&gpu);
    for seed in [0, 1, 0xdead_beef_0000_0007] {
        let options = ChainOptions { seed, batch: 5, steps: Some(2), ..Default::default() };
        let chain = Chain::new(&model, options).unwrap();
        let expected = normals(seed, Stream::Start, 0, 5 * 192);
        let x_t = read(&chain, Picture::X, 0);
        let worst = assert_close(&format!("x_T of seed {seed}"), &x_t, &expected, 1e-5, 1e-6);
        println!("seed {seed:#x}: max |Δx_T| {worst:.1e}");
    }
    // One step of a walk from black is noise times σ: many numbers for their moments.
    let batch = 400;
    let options = ChainOptions {
        direction: Direction::Demolish,
        batch,
        steps: Some(1),
        seed: 12,
        spacing: Some(Spacing::Trailing),
        start: Some(vec![0.0; batch * 192]),
        ..Default::default()
    };
    let chain = run(&model, options);
    let sigma = chain.steps()[0].sigma;
    let z: Vec<f64> = read(&chain, Picture::X, 1).into_iter().map(|v| v as f64 / sigma).collect();
    let n = z.len() as f64;
    let mean = |f: &dyn Fn(f64) -> f64| z.iter().map(|&v| f(v)).sum::<f64>() / n;
    // Four standard errors of each moment of n standard normals.
    let near = |what: &str, value: f64, expected: f64, variance: f64| {
        let error = (variance / n).sqrt();
        assert!((value - expected).abs() < 4.0 * error, "{what} is {value}, not {expected}");
    };
    near("mean", mean(&|v| v), 0.0, 1.0);
    near("variance", mean(&|v| v * v), 1.0, 2.0);
    near("third moment", mean(&|v| v.powi(3)), 0.0, 15.0);
    near("fourth moment", mean(&|v| v.powi(4)), 3.0, 96.0);
    for lag in [1, 2, 64, 192] {
        let products: f64 = z.windows(lag + 1).map(|w| w[0] * w[lag]).sum();
        near(&format!("correlation at {lag}"), products / n, 0.0, 1.0);
    }
}

#[test]
fn seeds_decide_everything_and_batches_nothing() {
    let gpu = gpu(Profile::Cpu);
    let model = golden_unet(&gpu, "stored_f16");
    let sample = |seed, batch| {
        let labels = [4.0, 1.0, 2.0][..batch].to_vec();
        let sampler = Some("ddpm".into());
        let options =
            ChainOptions { sampler, steps: Some(8), seed, batch, labels, ..Default::default() };
        read(&run(&model, options), Picture::X, 8)
    };
    let alone = sample(3, 1);
    assert_eq!(bits(&alone), bits(&sample(3, 1)));
    assert_ne!(bits(&alone), bits(&sample(4, 1)));
    assert_ne!(bits(&alone), bits(&sample(3 + (1 << 32), 1)));
    let among = sample(3, 3);
    assert_close("image 0 among three", &among[..64], &alone, 1e-5, 1e-5);
    assert_ne!(bits(&among[..64]), bits(&among[64..128]));
}

#[test]
fn every_frame_is_what_the_chain_passed_through() {
    let gpu = gpu(Profile::Cpu);
    let model = colour(&gpu);
    let options = ChainOptions { steps: Some(9), batch: 2, seed: 8, ..Default::default() };
    let slow = Chain::new(&model, options.clone()).unwrap();
    let mut passed = vec![read(&slow, Picture::X, 0)];
    for i in 0..9 {
        assert_eq!(slow.position(), i);
        pollster::block_on(slow.step(1)).unwrap();
        let newest = pollster::block_on(slow.read(Picture::X, None)).unwrap();
        assert_eq!(bits(&newest), bits(&read(&slow, Picture::X, i + 1)));
        passed.push(newest);
    }
    let fast = run(&model, options);
    for (frame, x) in passed.iter().enumerate() {
        assert_eq!(bits(x), bits(&read(&fast, Picture::X, frame)), "frame {frame}, fast");
        assert_eq!(bits(x), bits(&read(&slow, Picture::X, frame)), "frame {frame}, kept");
    }
    pollster::block_on(fast.step(5)).unwrap();
    assert_eq!(fast.position(), 9, "a finished chain stays where it is");
}

#[test]
fn many_steps_go_into_one_submit() {
    let model = colour(&gpu(Profile::Cpu));
    let options = ChainOptions { steps: Some(60), ..Default::default() };
    let chain = run(&model, options);
    assert!(chain.submits() <= 15, "{} submits for 60 steps", chain.submits());
}

#[test]
fn a_chain_too_long_for_the_device_keeps_every_other_frame() {
    let gpu = gpu(Profile::Cpu);
    let model = colour(&gpu);
    let steps = 1000;
    let walk = |batch: usize| {
        let start = Some(normals(1, Stream::Start, 0, 192).repeat(batch));
        let direction = Direction::Demolish;
        run(
            &model,
            ChainOptions {
                direction,
                batch,
                steps: Some(steps),
                start,
                seed: 5,
                ..Default::default()
            },
        )
    };
    let bytes_per_image = 192 * 4 * (3 * steps + 4);
    let batch = gpu.max_buffer_bytes() as usize / bytes_per_image + 1;
    let (long, short) = (walk(batch), walk(1));
    assert_eq!((long.frames().keep_every(), short.frames().keep_every()), (2, 1));
    for frame in [0, 1, 2, 501, 998, 999, 1000] {
        let kept = if frame == steps { frame } else { frame / 2 * 2 };
        let (x, expected) = (read(&long, Picture::X, frame), read(&short, Picture::X, kept));
        assert_eq!(bits(&x[..192]), bits(&expected), "frame {frame}");
    }
}
