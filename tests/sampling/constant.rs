//! A network that answers the same whatever it sees: on it every deterministic solver is exact, so what deviates is a
//! fault of the schedule. With a = √ᾱ, s = √((1−ᾱ)/ᾱ), the first timestep's (a₁, s₁), answer b and start z, a chain ends
//! in z/a₁ − b·s₁, since at its end a = 1 and s = 0.

use std::rc::Rc;

use crate::common::gpu;
use chailou::chain::{Chain, ChainOptions, Picture};
use chailou::diffusion::{
    PlanOptions, PredictionType, Sampler, Schedule, Spacing, Variance, demolish, plan,
};
use chailou::gpu::{Gpu, Profile};
use chailou::model::Model;
use chailou::nn::Architecture;
use chailou::tensor::Tensor;
use chailou::weights::SchedulerConfig;
use chailou::{Error, Result};

const SPACINGS: [Spacing; 3] = [Spacing::Leading, Spacing::Linspace, Spacing::Trailing];

const CONFIG: &str = r#"{
    "_class_name": "UNet2DModel", "sample_size": 8, "in_channels": 1, "out_channels": 1, "layers_per_block": 1,
    "block_out_channels": [8, 16], "norm_num_groups": 4,
    "down_block_types": ["DownBlock2D", "DownBlock2D"], "up_block_types": ["UpBlock2D", "UpBlock2D"]
}"#;

/// Random weights, but an output layer that answers `answer` if one is given.
fn network(gpu: &Rc<Gpu>, answer: Option<f32>, schedule: &str, train_steps: usize) -> Model {
    let architecture = Architecture::from_json(CONFIG).unwrap();
    let mut weights = architecture.initial_weights(1).unwrap();
    if let Some(answer) = answer {
        weights.insert("conv_out.weight", Tensor::new(vec![1, 8, 3, 3], vec![0.0; 72]).unwrap());
        weights.insert("conv_out.bias", Tensor::new(vec![1], vec![answer]).unwrap());
    }
    let json = format!(
        r#"{{"_class_name": "DDIMScheduler", "clip_sample": false, "beta_schedule": "{schedule}",
            "num_train_timesteps": {train_steps}}}"#
    );
    let scheduler = SchedulerConfig::from_json(&json).unwrap();
    let model = Model::new(gpu.clone(), architecture, Some(scheduler), &weights, |_, _, _| {});
    pollster::block_on(model).unwrap_or_else(|e| panic!("{e}"))
}

fn options(sampler: &str, spacing: Spacing, steps: usize) -> ChainOptions {
    let (sampler, spacing) = (Some(sampler.into()), Some(spacing));
    ChainOptions { sampler, spacing, steps: Some(steps), ..Default::default() }
}

/// The chain at its end, and its x.
fn run(model: &Model, options: ChainOptions) -> Result<(Chain, Vec<f32>)> {
    let chain = Chain::new(model, options)?;
    pollster::block_on(chain.step(chain.len()))?;
    let x = pollster::block_on(chain.read(Picture::X, None))?;
    Ok((chain, x))
}

/// Runs from z everywhere and returns the first timestep's ᾱ and what every pixel ends in.
fn end(model: &Model, z: f32, options: ChainOptions) -> (f64, f64) {
    let steps = options.steps.unwrap();
    let (chain, x) = run(model, ChainOptions { start: Some(vec![z; 64]), ..options }).unwrap();
    assert_eq!(chain.len(), steps, "calls shown are calls made");
    assert!(x.iter().all(|v| v.to_bits() == x[0].to_bits()), "all pixels are alike");
    (chain.steps()[0].alpha_bar, x[0].into())
}

#[track_caller]
fn assert_near(what: &str, got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() <= tolerance, "{what}: {got}, not {expected}");
}

#[test]
fn a_step_leads_to_the_next_timestep_of_the_list() {
    let gpu = gpu(Profile::Cpu);
    for (schedule, train_steps, spacing, steps, expected) in [
        ("squaredcos_cap_v2", 100, Spacing::Linspace, 5, 2029.20),
        ("linear", 1000, Spacing::Linspace, 10, 157.410),
        ("linear", 1000, Spacing::Trailing, 13, 157.410),
    ] {
        let model = network(&gpu, Some(0.0), schedule, train_steps);
        let (_, x) = end(&model, 1.0, options("ddim", spacing, steps));
        assert_near(
            &format!("{schedule}, {spacing:?}, {steps} steps"),
            x,
            expected,
            2e-5 * expected,
        );
    }
}

#[test]
fn every_deterministic_solver_is_exact() {
    let gpu = gpu(Profile::Cpu);
    for (train_steps, expected) in [(100, 0.76401), (1000, 62.96514)] {
        let model = network(&gpu, Some(0.3), "linear", train_steps);
        for sampler in ["ddim", "dpmpp_2m"] {
            for steps in [1, 10] {
                let options = options(sampler, Spacing::Trailing, steps);
                let (_, x) = end(&model, 0.7, options);
                assert_near(&format!("{sampler}, T = {train_steps}"), x, expected, 2e-5 * expected);
            }
        }
    }
    let train_steps = 40;
    let model = network(&gpu, Some(0.3), "linear", train_steps);
    for sampler in ["ddim", "dpmpp_2m"] {
        for spacing in SPACINGS {
            for steps in [2, 7, train_steps - 1, train_steps] {
                let (alpha_bar, x) = end(&model, 0.7, options(sampler, spacing, steps));
                let expected =
                    0.7 / alpha_bar.sqrt() - 0.3 * ((1.0 - alpha_bar) / alpha_bar).sqrt();
                assert_near(&format!("{sampler}, {spacing:?}, {steps} steps"), x, expected, 2e-5);
            }
        }
    }
}

/// Everything a chain computes with, for every sampler, spacing and offset, where there are as many timesteps.
#[test]
fn every_number_of_steps_is_planned_in_numbers_or_refused_in_a_sentence() {
    for total in [1, 2, 50, 1000] {
        let schedule = Schedule::linear(1e-4, 0.02, total).unwrap();
        for name in Sampler::NAMES {
            for (spacing, steps_offset) in SPACINGS.into_iter().flat_map(|s| [(s, 0), (s, 1)]) {
                for steps in [1, 2, total / 2, total - 1, total, total + 1, 2 * total] {
                    let config = SchedulerConfig::default();
                    let sampler = config.sampler_with(Some(name), vec![]).unwrap();
                    let options = PlanOptions {
                        steps,
                        spacing,
                        steps_offset,
                        prediction: PredictionType::Epsilon,
                        clip: None,
                    };
                    let what =
                        format!("{name}, {spacing:?}, offset {steps_offset}, {steps} of {total}");
                    match plan(&schedule, &sampler, &options) {
                        Ok(plan) => check(&what, &plan, steps),
                        Err(Error::Input(sentence)) => {
                            let known = ["steps = ", "steps must", "steps_offset", "timestep 0"];
                            assert!(
                                known.iter().any(|k| sentence.contains(k)),
                                "{what}: {sentence}"
                            );
                            let late = spacing == Spacing::Leading && steps_offset > 0;
                            let none = steps == 0 || steps > total;
                            let one = steps == 1 && total > 1;
                            assert!(none || late || one, "{what} is refused: {sentence}");
                        }
                        Err(other) => panic!("{what}: {other}"),
                    }
                }
            }
        }
    }
}

fn check(what: &str, plan: &[chailou::diffusion::Step], steps: usize) {
    assert_eq!(plan.len(), steps, "{what}");
    let falls = plan.windows(2).all(|pair| pair[0].timestep > pair[1].timestep);
    assert!(falls, "{what}: a timestep twice");
    for pair in plan.windows(2) {
        assert_eq!(pair[0].alpha_bar_prev, pair[1].alpha_bar, "{what}: one table");
    }
    for step in plan {
        let past = step.past.iter().flat_map(|p| [p.prev_from_x0, p.prev_from_x, p.prev_from_eps]);
        let own = [step.prev_from_x0, step.prev_from_x, step.prev_from_eps, step.sigma];
        assert!(own.into_iter().chain(past).all(f64::is_finite), "{what}: {step:?}");
    }
}

#[test]
fn a_chain_of_one_step_that_would_start_at_the_end_says_so() {
    let gpu = gpu(Profile::Cpu);
    let model = network(&gpu, Some(0.0), "linear", 100);
    for sampler in ["ddim", "ddpm"] {
        let refused = run(&model, options(sampler, Spacing::Leading, 1)).map(|_| ()).unwrap_err();
        assert!(refused.to_string().contains("timestep 0"), "{refused}");
    }
    // A walk up to that floor is no lie.
    let schedule = Schedule::linear(1e-4, 0.02, 100).unwrap();
    assert_eq!(demolish(&schedule, &[0]).unwrap().len(), 1);
}

#[test]
fn no_picture_is_made_of_what_is_no_number() {
    let gpu = gpu(Profile::Cpu);
    let model = network(&gpu, Some(3e38), "linear", 100);
    for sampler in Sampler::NAMES {
        let error = run(&model, options(sampler, Spacing::Trailing, 5)).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("no numbers"), "{sampler}: {error}");
    }
}

/// Nothing of another chain is left in a solver that remembers.
#[test]
fn a_chain_after_another_is_the_chain_before_it() {
    let gpu = gpu(Profile::Cpu);
    let model = network(&gpu, None, "linear", 1000);
    for sampler in Sampler::NAMES {
        let bits = |seed, sampler: &str| {
            let options = ChainOptions { seed, batch: 2, ..options(sampler, Spacing::Trailing, 9) };
            let options = ChainOptions { sigma: Some(Variance::Beta), eta: Some(0.4), ..options };
            let (_, x) = run(&model, options).unwrap();
            x.iter().map(|v| v.to_bits()).collect::<Vec<_>>()
        };
        let (a, b) = (bits(5, sampler), bits(6, "dpmpp_2m"));
        assert_ne!(a, b, "{sampler}");
        assert_eq!(a, bits(5, sampler), "{sampler}");
    }
}
