//! Every operation: PyTorch's numbers, the f64 twin and the shaders of both kernel profiles agree.

use crate::common::{assert_close, gpu};
use crate::op_cases;
use crate::op_cases::Case;
use chailou::gpu::{Gpu, Profile};
use std::rc::Rc;

fn check_all(cases: &[Case], gpu: &Rc<Gpu>) {
    let mut failures = Vec::new();
    let mut worst = (0f32, 0f32);
    for case in cases {
        match pollster::block_on(op_cases::check(case, &**gpu)) {
            Ok((shader, twin)) => worst = (worst.0.max(shader), worst.1.max(twin)),
            Err(failure) => failures.push(failure),
        }
    }
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
    println!(
        "{} cases, {:?} profile on {}: shader from twin {:.1e}, twin from PyTorch {:.1e}",
        cases.len(),
        gpu.profile,
        gpu.adapter.description,
        worst.0,
        worst.1
    );
}

#[test]
fn pytorchs_numbers() {
    let cases = op_cases::pytorch();
    assert!(cases.len() > 30, "only {} cases", cases.len());
    for profile in [Profile::Cpu, Profile::Gpu] {
        check_all(&cases, &gpu(profile));
    }
}

#[test]
fn random_epilogues_and_awkward_sizes() {
    for profile in [Profile::Cpu, Profile::Gpu] {
        check_all(&op_cases::random(), &gpu(profile));
        check_all(&op_cases::differentiable(), &gpu(profile));
    }
}

#[test]
fn sinusoids() {
    let cases = op_cases::sinusoids();
    assert_eq!(cases.len(), 12);
    for (name, got, expected) in cases {
        // diffusers rounds t·frequency to f32: at t = 999 that is worth 6e-5 of an angle.
        assert_close(&name, &got, &expected, 1e-4, 0.0);
    }
}

#[test]
fn the_same_run_gives_the_same_bits() {
    for profile in [Profile::Cpu, Profile::Gpu] {
        let gpu = gpu(profile);
        for case in op_cases::pytorch() {
            let run = || {
                let values = pollster::block_on(case.shader(&*gpu));
                values.into_iter().map(f32::to_bits).collect::<Vec<_>>()
            };
            assert_eq!(run(), run(), "{}, {profile:?} profile", case.name);
        }
    }
}
