//! The arithmetic of figures that need no device: the numbers that the page used to compute for itself.

use chailou::web::data::exact_noise;
use chailou::web::diffusion::{exact_step, loss_of_noise, noise_from_answer, schedule};
use js_sys::{Float64Array, Object};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::surface::{fine, get, refused};

/// A list of f64 in an object, at t = 1 … T as papers count.
#[track_caller]
fn near(object: &Object, key: &str, expected: &[(u32, f64)]) {
    let list: Float64Array = get(object, key).dyn_into().expect("a Float64Array");
    assert_eq!(list.length(), 1000, "{key}");
    for &(t, expected) in expected {
        let got = list.get_index(t - 1);
        let close = (got - expected).abs() <= 1e-12 + 1e-12 * expected.abs();
        assert!(close, "{key} at {t}: got {got}, expected {expected}");
    }
}

#[wasm_bindgen_test]
fn the_schedule_is_ho_s_unless_told() {
    let ho = fine(schedule(None));
    near(&ho, "betas", &[(1, 1e-4), (250, 0.00506006006006006), (1000, 0.02)]);
    let alpha_bars = [(1, 0.9999), (500, 0.07858724288177821), (1000, 0.000040358297653756754)];
    near(&ho, "alphaBars", &alpha_bars);
    let su = r#"{"_class_name": "DDPMScheduler", "beta_schedule": "su"}"#;
    near(&fine(schedule(Some(su.into()))), "betas", &[(1, 0.00002), (1000, 0.02)]);
    refused(schedule(Some("{}".into())), &["_class_name"]);
}

#[wasm_bindgen_test]
fn every_objective_counts_an_error_of_the_noise_as_it_says() {
    let of = |objective: &str, prediction: &str| fine(loss_of_noise(objective, prediction, None));
    let sample = of("merged", "sample");
    near(&sample, "weights", &[(1, 0.000100010001000089), (500, 11.724711585878362)]);
    near(
        &of("merged", "v_prediction"),
        "weights",
        &[(1, 1.000100010001), (1000, 24778.05205212651)],
    );
    let naive = of("naive", "epsilon");
    near(&naive, "weights", &[(1, 1.0), (10, 0.14739285659546433), (1000, 0.020000807198530236)]);
    near(&naive, "floors", &[(1, 0.0), (10, 0.8526071434045357), (1000, 0.9799991928014697)]);
    for prediction in ["epsilon", "sample", "v_prediction"] {
        let integrated = of("integrated", prediction);
        near(&integrated, "weights", &[(1, 1.0), (10, 0.14739285659546433)]);
        near(&integrated, "floors", &[(1, 0.0), (1000, 0.0)]);
        let bound = of("vlb", prediction);
        near(&bound, "weights", &[(1, 0.5000500050005551), (1000, 0.010204493468637875)]);
        near(&bound, "floors", &[(1, 0.0), (500, 0.0)]);
    }
    refused(loss_of_noise("naive", "sample", None), &["naive"]);
    refused(loss_of_noise("nave", "sample", None), &["objective: unknown variant"]);
}

#[wasm_bindgen_test]
fn noise_is_found_in_every_kind_of_answer() {
    let (x_0, eps, alpha_bar) = (0.7f32, -1.3f32, 0.36f64);
    let x = 0.6 * x_0 + 0.8 * eps;
    let answers = [("epsilon", eps), ("sample", x_0), ("v_prediction", 0.6 * eps - 0.8 * x_0)];
    for (prediction, answer) in answers {
        let found = fine(noise_from_answer(prediction, &[answer], &[x], alpha_bar)).to_vec();
        assert!((found[0] - eps).abs() < 1e-6, "{prediction}: {found:?}");
    }
    refused(noise_from_answer("epsilon", &[0.0], &[0.0, 1.0], 0.5), &["2"]);
    refused(noise_from_answer("v", &[0.0], &[0.0], 1.0), &["alpha_bar"]);
}

#[wasm_bindgen_test]
fn an_exact_step_is_ddim_s() {
    let (data, x) = ([1.5, -0.5, -1.0, 0.25], [0.3, -0.9, 1.4, 0.1]);
    let (share, next) = (0.36f64, 0.49f64);
    let eps = fine(exact_noise(&data, &x, share));
    let keep = (next / share).sqrt();
    let mix = (1.0 - next).sqrt() - keep * (1.0 - share).sqrt();
    let got = fine(exact_step(&data, &x, share, next));
    for (i, (&x, &eps)) in x.iter().zip(&eps).enumerate() {
        let expected = keep * f64::from(x) + mix * f64::from(eps);
        assert!((f64::from(got[i]) - expected).abs() < 1e-6, "{i}: {} {expected}", got[i]);
    }
    refused(exact_step(&data, &x, 0.5, 0.4), &["alpha_bar"]);
}
