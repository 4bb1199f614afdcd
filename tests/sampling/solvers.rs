//! Every step of every chain in tests/golden/schedulers.json against diffusers' own schedulers, over a closed-form model.
//!
//! tests/golden/make_schedulers.py wrote the numbers and says what each holds. Two comparisons: with diffusers run on
//! f64 tables the chains must agree to rounding (1e-9, given that a nudge grows up to 2000 times along a chain); with
//! diffusers as shipped, whose tables are f32, to what f32 costs it (1e-4: ᾱ_T is a product of 1000 rounded factors).

use std::{collections::HashMap, fs, path::PathBuf};

use chailou::diffusion::{History, Sampler, plan};
use chailou::weights::SchedulerConfig;
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
struct Golden {
    schedules: HashMap<String, Map<String, Value>>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    scheduler: String,
    schedule: String,
    steps: usize,
    eta: Option<f64>,
    use_clipped_model_output: Option<bool>,
    config: Map<String, Value>,
    timesteps: Vec<usize>,
    recorded: Vec<usize>,
}

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn load() -> (Golden, Vec<u8>) {
    let text = fs::read_to_string(golden("schedulers.json")).unwrap();
    (serde_json::from_str(&text).unwrap(), fs::read(golden("schedulers.safetensors")).unwrap())
}

/// Rows of 8 elements (or of 1, for the tables) as f64.
fn rows<const N: usize>(file: &SafeTensors, name: &str) -> Vec<[f64; N]> {
    let view = file.tensor(name).unwrap();
    assert_eq!(view.dtype(), Dtype::F64, "{name}");
    let values: Vec<f64> =
        view.data().as_chunks::<8>().0.iter().map(|b| f64::from_le_bytes(*b)).collect();
    values.as_chunks::<N>().0.to_vec()
}

fn scheduler_config(golden: &Golden, schedule: &str, class: &str) -> Map<String, Value> {
    let mut config = golden.schedules[schedule].clone();
    if schedule == "su" {
        let betas: Vec<f64> = (1..=1000).map(|t| 0.02 * f64::from(t) / 1000.0).collect();
        config.insert("trained_betas".into(), json!(betas));
    }
    config.insert("_class_name".into(), json!(class));
    config
}

fn assert_close(what: &str, got: f64, expected: f64, tolerance: f64) {
    let bound = tolerance * (1.0 + expected.abs());
    assert!((got - expected).abs() <= bound, "{what}: got {got}, expected {expected} ± {bound:e}");
}

/// The model of make_schedulers.py.
fn m(x: f64, t: f64) -> f64 {
    x.sin() + 0.1 * (t / 100.0).cos()
}

#[test]
fn tables_are_those_of_diffusers() {
    let (golden, bytes) = load();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    for name in golden.schedules.keys() {
        let config = Value::Object(scheduler_config(&golden, name, "DDPMScheduler")).to_string();
        let schedule = SchedulerConfig::from_json(&config).unwrap().schedule().unwrap();
        for (table, ours) in [("beta", schedule.betas()), ("alpha_bar", schedule.alpha_bars())] {
            let theirs = rows::<1>(&file, &format!("{name}/{table}"));
            assert_eq!(ours.len(), theirs.len(), "{name}/{table}");
            for (t, (&ours, [theirs])) in ours.iter().zip(theirs).enumerate() {
                // Relative: the last ᾱ of the cosine schedule is 2e-9.
                let relative = (ours - theirs).abs() / theirs;
                assert!(relative < 1e-11, "{name}/{table}[{t}]: got {ours}, expected {theirs}");
            }
        }
    }
}

#[test]
fn chains_are_those_of_diffusers() {
    let (golden, bytes) = load();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let x_t = rows::<8>(&file, "x_T")[0];
    let z = rows::<8>(&file, "z");
    assert!(!golden.cases.is_empty());
    for case in &golden.cases {
        let name = &case.name;
        let mut json = scheduler_config(&golden, &case.schedule, &case.scheduler);
        json.extend(case.config.clone());
        let config = SchedulerConfig::from_json(&Value::Object(json).to_string()).unwrap();
        let mut sampler = config.sampler;
        if let Sampler::Ddim(ddim) = &mut sampler {
            ddim.eta = case.eta.unwrap();
            ddim.use_clipped_model_output = case.use_clipped_model_output.unwrap();
        }
        let schedule = config.schedule().unwrap();
        let steps = plan(&schedule, &sampler, &config.plan_options(case.steps)).unwrap();
        let timesteps: Vec<usize> = steps.iter().map(|step| step.timestep as usize).collect();
        assert_eq!(timesteps, case.timesteps, "{name}");

        let table = |what: &str| rows::<8>(&file, &format!("{name}/{what}"));
        let (xs, x0s, shipped) = (table("x"), table("x_0"), table("x_as_shipped"));
        for element in 0..8 {
            let (mut x, mut history) = (x_t[element], History::default());
            let mut compared = 0;
            for (i, step) in steps.iter().enumerate() {
                let result = step.apply_after(&mut history, x, m(x, step.timestep), z[i][element]);
                x = result.prev;
                if let Some(row) = case.recorded.iter().position(|&done| done == i + 1) {
                    let what = format!("{name}, step {}, element {element}", i + 1);
                    assert_close(&format!("{what}, x"), x, xs[row][element], 1e-9);
                    assert_close(&format!("{what}, x0"), result.x0, x0s[row][element], 1e-9);
                    assert_close(&format!("{what}, as shipped"), x, shipped[row][element], 1e-4);
                    compared += 1;
                }
            }
            assert_eq!(compared, case.recorded.len(), "{name}");
        }
    }
}
