//! Every operation: PyTorch's numbers, the f64 twin, the shaders of both kernel profiles and the processor agree.

use crate::common::{assert_close, devices};
use crate::op_cases;
use crate::op_cases::Case;
use chailou::run::Backend;

fn check_all(cases: &[Case], (name, device): (&str, &dyn Backend)) {
    let mut failures = Vec::new();
    let mut worst = (0f32, 0f32);
    for case in cases {
        match pollster::block_on(op_cases::check(case, device)) {
            Ok((found, twin)) => worst = (worst.0.max(found), worst.1.max(twin)),
            Err(failure) => failures.push(failure),
        }
    }
    assert!(failures.is_empty(), "{name}, {} failed:\n{}", failures.len(), failures.join("\n"));
    println!(
        "{} cases, {name} on {}: from twin {:.1e}, twin from PyTorch {:.1e}",
        cases.len(),
        device.adapter().description,
        worst.0,
        worst.1
    );
}

#[test]
fn pytorchs_numbers() {
    let cases = op_cases::pytorch();
    assert!(cases.len() > 30, "only {} cases", cases.len());
    for (name, device) in devices() {
        check_all(&cases, (name, &*device));
    }
}

#[test]
fn random_epilogues_and_awkward_sizes() {
    for (name, device) in devices() {
        check_all(&op_cases::random(), (name, &*device));
        check_all(&op_cases::differentiable(), (name, &*device));
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

fn bits(case: &Case, device: &dyn Backend) -> Vec<u32> {
    pollster::block_on(case.on(device)).into_iter().map(f32::to_bits).collect()
}

#[test]
fn the_same_run_gives_the_same_bits() {
    for (name, device) in devices() {
        for case in op_cases::pytorch() {
            assert_eq!(bits(&case, &*device), bits(&case, &*device), "{}, {name}", case.name);
        }
    }
}
