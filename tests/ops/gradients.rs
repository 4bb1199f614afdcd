//! The backward pass of every operation: the f64 twin agrees with finite differences of its own forward pass, the
//! shaders of both kernel profiles and the processor agree with the twin, and where no gradient is there are zeros.

use crate::common::{cpu, devices, exact_profiles, gpu};
use crate::op_cases::{check_gradients, differentiable};
use chailou::gpu::{Gpu, Profile};
use chailou::run::{Backend, Device};

#[test]
fn twins_agree_with_finite_differences() {
    let (mut failures, mut worst) = (Vec::new(), 0f64);
    let cases = differentiable();
    assert!(cases.len() > 80, "only {} cases", cases.len());
    for case in &cases {
        let found = case.differentiate(|_| true).against_differences(6);
        worst = worst.max(found.relative);
        if found.relative > 1e-6 || found.relative.is_nan() {
            failures.push(format!("{}: {:.1e} at {}", case.name, found.relative, found.place));
        }
    }
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
    println!("{} cases: twin from differences {worst:.1e}", cases.len());
}

fn agrees_with_twins(name: &str, device: &dyn Backend) {
    let (mut failures, mut worst) = (Vec::new(), (0f32, String::new()));
    for case in differentiable() {
        match pollster::block_on(check_gradients(&case, device)) {
            Ok(apart) if apart > worst.0 => worst = (apart, case.name),
            Ok(_) => {}
            Err(failure) => failures.push(failure),
        }
    }
    assert!(failures.is_empty(), "{name}, {} failed:\n{}", failures.len(), failures.join("\n"));
    println!("{name}: from twin {:.1e} ({})", worst.0, worst.1);
}

#[test]
fn shaders_agree_with_twins_in_the_cpu_profile() {
    agrees_with_twins("CPU profile", &*gpu(Profile::Cpu));
}

#[test]
fn shaders_agree_with_twins_in_the_gpu_profile() {
    agrees_with_twins("GPU profile", &*gpu(Profile::Gpu));
}

#[test]
fn the_processor_agrees_with_twins() {
    agrees_with_twins("processor", &*cpu(1));
}

/// Each case with its first parameter frozen, and with only it trained: what is trained gets the same
/// gradient as ever, what is frozen gets none.
#[test]
fn frozen_parameters_have_no_gradient() {
    let shaders: Device = gpu(Profile::Cpu);
    for device in [shaders, cpu(1)] {
        freeze(&*device);
    }
}

fn freeze(device: &dyn Backend) {
    for case in differentiable() {
        let all = pollster::block_on(case.differentiate(|_| true).on(device)).unwrap();
        let (first, _) = all.iter().next().expect("a parameter");
        if all.len() == 1 {
            continue;
        }
        for only in [false, true] {
            let trainable = |name: &str| (name == first) == only;
            let some = case.differentiate(trainable);
            let some = pollster::block_on(some.on(device)).unwrap_or_else(|e| panic!("{e}"));
            let expected = all.iter().filter(|(name, _)| trainable(name));
            let expected = expected.map(|(name, tensor)| (name.to_string(), tensor.clone()));
            assert_eq!(some, expected.collect(), "{}, only {first}: {only}", case.name);
        }
    }
}

#[test]
fn the_same_run_gives_the_same_bits() {
    for (name, device) in devices() {
        for case in differentiable() {
            let case = case.differentiate(|_| true);
            let run = || pollster::block_on(case.on(&*device)).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(run(), run(), "{name}");
        }
    }
}

/// Where reads are dear, tiles are others. Of two cases, because lavapipe compiles those for seconds.
#[test]
fn whether_reads_are_dear_or_not_gradients_have_the_same_bits() {
    if !exact_profiles().contains(&Profile::Cpu) {
        return;
    }
    let devices = [false, true].map(|dear| {
        let mut gpu = pollster::block_on(Gpu::open(Some(Profile::Cpu))).unwrap();
        gpu.set_dear_reads(dear);
        gpu
    });
    let cases = differentiable();
    let large = |name: &str| name.contains("9x9x18") && !name.contains("Down");
    let few: Vec<_> = cases.iter().filter(|case| large(&case.name)).collect();
    assert_eq!(few.len(), 2, "a convolution and a linear layer");
    for case in few {
        let of = |gpu: &Gpu| pollster::block_on(case.differentiate(|_| true).on(gpu)).unwrap();
        assert!(of(&devices[0]) == of(&devices[1]), "{}", case.name);
    }
}
