//! Schedules, samplers and noise held against the identities they must satisfy, each derived apart from the code.

use chailou::Error;
use chailou::diffusion::{
    BetaSchedule, Ddim, Ddpm, PlanOptions, PredictionType, Sampler, Schedule, Spacing, Step,
    Stream, Variance, demolish, guide, normals, parse_name, plan, timesteps,
};

const T: usize = 1000;

fn linear() -> Schedule {
    Schedule::linear(1e-4, 0.02, T).unwrap()
}

fn ddpm(variance: Variance) -> Sampler {
    Sampler::Ddpm(Ddpm { variance })
}

fn ddim(eta: f64) -> Sampler {
    Sampler::Ddim(Ddim { eta, ..Ddim::default() })
}

/// Unclipped, every timestep unless told otherwise.
fn options(steps: usize) -> PlanOptions {
    PlanOptions { steps, clip: None, ..PlanOptions::default() }
}

#[track_caller]
fn assert_close(what: &str, got: f64, expected: f64, tolerance: f64) {
    assert!(
        (got - expected).abs() <= tolerance,
        "{what}: got {got}, expected {expected} ± {tolerance:e}"
    );
}

/// The sentence of an error that must be one about the user's input or the configuration.
#[track_caller]
fn sentence<V: std::fmt::Debug>(result: chailou::Result<V>) -> String {
    match result.unwrap_err() {
        Error::Input(sentence) | Error::Config(sentence) => sentence,
        other => panic!("unexpected kind of error: {other:?}"),
    }
}

/// Standard deviation of what a chain ends with on data ~ N(0, 0.3²), where the perfect network is
/// E[ε|x_t] = √(1−ᾱ) x/(0.09 ᾱ + 1 − ᾱ): every step is linear in x, so the variance can be carried along exactly.
fn final_std(sampler: &Sampler) -> f64 {
    let steps = plan(&linear(), sampler, &options(T)).unwrap();
    let carry = |variance: f64, step: &Step| {
        let m = (1.0 - step.alpha_bar).sqrt() / (0.09 * step.alpha_bar + 1.0 - step.alpha_bar);
        step.apply(1.0, m, 0.0).prev.powi(2) * variance + step.sigma.powi(2)
    };
    steps.iter().fold(1.0, carry).sqrt()
}

/// "Stuck at 0.74" can be success: on few timesteps, of which most hide little, the noise cannot be guessed.
#[test]
fn no_network_gets_below_what_a_gaussian_hides() {
    for (steps, deviation, loss) in [
        (1000, 0.01, 0.0023),
        (1000, 1.0, 0.2755),
        (1000, 73.9, 0.9069),
        (100, 0.01, 0.0106),
        (100, 1.0, 0.7418),
        (100, 73.9, 0.9999),
    ] {
        let schedule = Schedule::linear(1e-4, 0.02, steps).unwrap();
        let what = format!("{steps} timesteps, standard deviation {deviation}");
        assert_close(&what, schedule.gaussian_loss(f64::powi(deviation, 2)), loss, 5e-5);
    }
}

#[test]
fn only_the_greedy_chain_collapses() {
    assert_close("greedy", final_std(&ddpm(Variance::Zero)), 0.0006, 0.00005);
    assert_close("sigma = beta", final_std(&ddpm(Variance::Beta)), 0.301, 0.0005);
    assert_close("sigma = beta tilde", final_std(&ddpm(Variance::BetaTilde)), 0.296, 0.0005);
    assert_close("DDIM", final_std(&ddim(0.0)), 0.299, 0.0005);
}

#[test]
fn ddim_with_all_the_noise_is_the_ancestral_chain() {
    let ancestral = plan(&linear(), &ddpm(Variance::BetaTilde), &options(T)).unwrap();
    let ddim = plan(&linear(), &ddim(1.0), &options(T)).unwrap();
    for (ours, theirs) in ancestral.iter().zip(&ddim) {
        let (a, b) = (ours.apply(0.7, -1.3, 0.4), theirs.apply(0.7, -1.3, 0.4));
        assert_close(&format!("prev at t = {}", ours.timestep), a.prev, b.prev, 1e-9);
        assert_close(&format!("sigma at t = {}", ours.timestep), ours.sigma, theirs.sigma, 1e-9);
    }
}

#[test]
fn ancestral_mean_is_the_one_of_both_papers() {
    let schedule = linear();
    for step in plan(&schedule, &ddpm(Variance::Beta), &options(T)).unwrap() {
        let (beta, alpha_bar) = (schedule.betas()[step.timestep as usize], step.alpha_bar);
        let (x, eps) = (0.8, -0.6);
        // Ho eq. 11, and Su eq. 8 with his ε_θ = β_t/√(1−ᾱ_t)·ε and amplitudes √.
        let mean = (x - beta / (1.0 - alpha_bar).sqrt() * eps) / (1.0 - beta).sqrt();
        assert_close(&format!("t = {}", step.timestep), step.apply(x, eps, 0.0).prev, mean, 1e-11);
        let expected_sigma = if step.timestep == 0.0 { 0.0 } else { beta.sqrt() };
        assert_close(&format!("sigma at {}", step.timestep), step.sigma, expected_sigma, 1e-12);
    }
}

#[test]
fn ddim_with_the_true_noise_stays_on_the_ray() {
    let (x0, eps) = (0.4, -1.1);
    for spacing in [Spacing::Leading, Spacing::Linspace, Spacing::Trailing] {
        for step in plan(&linear(), &ddim(0.0), &PlanOptions { spacing, ..options(50) }).unwrap() {
            let at = |alpha_bar: f64| alpha_bar.sqrt() * x0 + (1.0 - alpha_bar).sqrt() * eps;
            let result = step.apply(at(step.alpha_bar), eps, 9.0);
            assert_close(
                &format!("{spacing:?} {}", step.timestep),
                result.prev,
                at(step.alpha_bar_prev),
                1e-12,
            );
            assert_close("x0", result.x0, x0, 1e-11);
        }
    }
}

#[test]
fn three_ways_to_predict_agree() {
    let (x0, eps) = (0.4, -1.1);
    for sampler in [ddpm(Variance::BetaTilde), ddim(0.5)] {
        let of = |prediction| {
            plan(&linear(), &sampler, &PlanOptions { prediction, ..options(40) }).unwrap()
        };
        let (epsilon, sample, v) =
            (of(PredictionType::Epsilon), of(PredictionType::Sample), of(PredictionType::V));
        for i in 0..40 {
            let (signal, noise) =
                (epsilon[i].alpha_bar.sqrt(), (1.0 - epsilon[i].alpha_bar).sqrt());
            let x = signal * x0 + noise * eps;
            let results = [
                epsilon[i].apply(x, eps, 0.3),
                sample[i].apply(x, x0, 0.3),
                v[i].apply(x, signal * eps - noise * x0, 0.3),
            ];
            for (result, way) in results.iter().zip(["epsilon", "sample", "v"]) {
                assert_close(&format!("{way}, step {i}, x0"), result.x0, x0, 1e-11);
                assert_close(&format!("{way}, step {i}, eps"), result.eps, eps, 1e-11);
                assert_close(
                    &format!("{way}, step {i}, prev"),
                    result.prev,
                    results[0].prev,
                    1e-11,
                );
            }
        }
    }
}

#[test]
fn clipping_bounds_x0_and_can_correct_eps() {
    for use_clipped_model_output in [false, true] {
        let sampler = Sampler::Ddim(Ddim { use_clipped_model_output, ..Ddim::default() });
        let clipped = PlanOptions { clip: Some(0.5), ..options(10) };
        for step in plan(&linear(), &sampler, &clipped).unwrap() {
            let (x, m) = (1.7, -0.2);
            let result = step.apply(x, m, 0.0);
            assert_eq!(result.x0, 0.5);
            let consistent = (x - step.alpha_bar.sqrt() * 0.5) / (1.0 - step.alpha_bar).sqrt();
            let expected = if use_clipped_model_output { consistent } else { m };
            assert_close(&format!("eps at {}", step.timestep), result.eps, expected, 1e-11);
        }
    }
}

#[test]
fn the_brick_ledger_adds_up_to_one() {
    for schedule in [linear(), Schedule::cosine(T).unwrap(), Schedule::su(T).unwrap()] {
        for steps in [1, 7, 50, T] {
            let falling = timesteps(Spacing::Trailing, steps, T, 0).unwrap();
            // Su eq. 5: the squared coefficients of x_0 and of every ε_j in x_t.
            let mut ledger = vec![1.0];
            for step in demolish(&schedule, &falling).unwrap() {
                ledger.iter_mut().for_each(|share| *share *= step.prev_from_x.powi(2));
                ledger.push(step.sigma.powi(2));
                assert_close("sum of shares", ledger.iter().sum(), 1.0, 1e-12);
                assert_close(
                    "share of x_0",
                    ledger[0],
                    schedule.alpha_bars()[step.timestep as usize],
                    1e-12,
                );
                assert_eq!(
                    step.apply(0.5, f64::MAX, 0.0).prev,
                    step.prev_from_x * 0.5,
                    "the network is not asked"
                );
            }
            assert_eq!(ledger.len(), steps + 1);
        }
    }
}

#[test]
fn what_is_left_standing() {
    // Su: ln ᾱ_T = ½ Σ ln(1 − 0.02 t/T), his ᾱ being the root of Ho's.
    let left = |steps| Schedule::su(steps).unwrap().alpha_bars()[steps - 1].sqrt();
    assert_close("ln of Su's alpha bar at T = 1000", left(1000).ln(), -5.04, 0.005);
    assert_close("Su's alpha bar at T = 100", left(100), 0.60, 0.005);
    assert_close("Ho's alpha bar at T = 1000", linear().alpha_bars()[999], 4.04e-5, 0.01e-5);
    // The cosine schedule is f(t)/f(0) until β is capped at the very end.
    let cosine = Schedule::cosine(T).unwrap();
    let f = |u: f64| ((u + 0.008) / 1.008 * std::f64::consts::FRAC_PI_2).cos().powi(2);
    assert_close("cosine half way", cosine.alpha_bars()[499], f(0.5) / f(0.0), 1e-12);
    assert_eq!(cosine.betas()[999], 0.999);
}

#[test]
fn timesteps_fall_within_range_for_every_count() {
    for spacing in [Spacing::Leading, Spacing::Linspace, Spacing::Trailing] {
        for steps in 1..=T {
            let falling = timesteps(spacing, steps, T, 0).unwrap();
            assert_eq!(falling.len(), steps, "{spacing:?}");
            assert!(
                falling[0] < T && falling.windows(2).all(|pair| pair[0] > pair[1]),
                "{spacing:?} {steps}"
            );
        }
    }
    // numpy: np.round(np.arange(1000, 0, -1000/7)) - 1, np.linspace(0, 999, 7).round(), np.arange(7)*142 + 1
    let of = |spacing, offset| timesteps(spacing, 7, T, offset).unwrap();
    assert_eq!(of(Spacing::Trailing, 0), [999, 856, 713, 570, 428, 285, 142]);
    assert_eq!(of(Spacing::Linspace, 0), [999, 832, 666, 500, 333, 166, 0]);
    assert_eq!(of(Spacing::Leading, 1), [853, 711, 569, 427, 285, 143, 1]);
}

#[test]
fn impossible_wishes_are_refused_in_a_sentence() {
    let plan_with = |sampler: Sampler, options: PlanOptions| plan(&linear(), &sampler, &options);
    assert_eq!(sentence(plan_with(ddim(0.0), options(0))), "steps must be at least 1, not 0");
    assert!(sentence(plan_with(ddim(0.0), options(1001))).contains("1001 is more than the 1000"));
    assert!(sentence(plan_with(ddim(-0.1), options(5))).contains("eta"));
    assert!(sentence(plan_with(ddim(f64::NAN), options(5))).contains("eta"));
    let offset = PlanOptions { steps_offset: 1, ..options(T) };
    assert!(sentence(plan_with(ddim(0.0), offset)).contains("steps_offset"));
    let offset = PlanOptions { steps_offset: usize::MAX, ..options(T) };
    assert!(sentence(plan_with(ddim(0.0), offset)).contains("steps_offset"));
    let clip = PlanOptions { clip: Some(f64::NAN), ..options(5) };
    assert!(sentence(plan_with(ddim(0.0), clip)).contains("clipping"));
    for betas in [vec![0.0], vec![0.1, 1.0], vec![f64::NAN], vec![-0.1]] {
        assert!(sentence(Schedule::from_betas(betas)).contains("beta must lie"));
    }
    assert!(sentence(Schedule::from_betas(vec![0.999; 11])).contains("no signal"));
    for schedule in
        [BetaSchedule::Linear, BetaSchedule::ScaledLinear, BetaSchedule::Cosine, BetaSchedule::Su]
    {
        assert!(sentence(schedule.schedule(1e-4, 0.02, 0)).contains("num_train_timesteps"));
        assert!(
            sentence(schedule.schedule(1e-4, 0.02, usize::MAX)).contains("num_train_timesteps")
        );
    }
    assert!(sentence(demolish(&linear(), &[1000])).contains("1000"));
    assert!(sentence(demolish(&linear(), &[3, 3])).contains("fall"));
}

#[test]
fn names_are_those_of_json_and_the_error_lists_them() {
    assert_eq!(parse_name::<Spacing>("spacing", "trailing").unwrap(), Spacing::Trailing);
    assert_eq!(parse_name::<Variance>("sigma", "beta_tilde").unwrap(), Variance::BetaTilde);
    assert_eq!(parse_name::<BetaSchedule>("schedule", "cosine").unwrap(), BetaSchedule::Cosine);
    let error = sentence(parse_name::<Spacing>("spacing", "leadin"));
    assert!(
        error.starts_with("spacing") && error.contains("leadin") && error.contains("`linspace`"),
        "{error}"
    );
}

#[test]
fn guidance_overstates_the_class() {
    assert_eq!(guide(0.2, 0.5, 0.0), 0.2);
    assert_eq!(guide(0.2, 0.5, 1.0), 0.5);
    assert_close("w = 3", guide(0.2, 0.5, 3.0), 1.1, 1e-12);
}

/// Mean, variance, skewness and kurtosis must each lie within 4.5 of their own standard errors; the seed is fixed, so
/// this either always holds or never.
#[test]
fn noise_has_the_moments_of_a_normal() {
    const N: usize = 400_000;
    let z = normals(42, Stream::Start, 0, N);
    let n = N as f64;
    let moment = |p: i32| z.iter().map(|&z| f64::from(z).powi(p)).sum::<f64>() / n;
    assert_close("mean", moment(1), 0.0, 4.5 / n.sqrt());
    assert_close("variance", moment(2), 1.0, 4.5 * (2.0 / n).sqrt());
    assert_close("third moment", moment(3), 0.0, 4.5 * (15.0 / n).sqrt());
    assert_close("fourth moment", moment(4), 3.0, 4.5 * (96.0 / n).sqrt());
    let beyond_two = z.iter().filter(|z| z.abs() > 2.0).count() as f64 / n;
    assert_close("share beyond 2", beyond_two, 0.045_500, 4.5 * (0.0455 * 0.9545 / n).sqrt());
    assert!(z.iter().all(|z| z.abs() < 5.8));
}

#[test]
fn seeds_streams_steps_and_neighbours_are_independent() {
    const N: usize = 100_000;
    let correlation = |a: &[f32], b: &[f32]| {
        a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>() / a.len() as f64
    };
    let z = normals(1, Stream::Sampler, 5, N);
    let bound = 4.5 / (N as f64).sqrt();
    for (what, other) in [
        ("seed", normals(2, Stream::Sampler, 5, N)),
        ("high word of the seed", normals(1 + (1 << 32), Stream::Sampler, 5, N)),
        ("stream", normals(1, Stream::Demolish, 5, N)),
        ("step", normals(1, Stream::Sampler, 6, N)),
        ("stream before, step after", normals(1, Stream::Start, 6, N)),
        ("stream after, step before", normals(1, Stream::Demolish, 4, N)),
    ] {
        assert_close(what, correlation(&z, &other), 0.0, bound);
    }
    assert_close("neighbour", correlation(&z[1..], &z[..N - 1]), 0.0, bound);
    // Box–Muller's pair shares its radius: squares must be uncorrelated too.
    let squares: Vec<f32> = z.iter().map(|z| z * z - 1.0).collect();
    assert_close(
        "neighbour's square",
        correlation(&squares[1..], &squares[..N - 1]),
        0.0,
        2.0 * bound,
    );
    assert_eq!(z, normals(1, Stream::Sampler, 5, N));
}
