//! Models of points as JavaScript makes and draws them, and their numbers in the browser.

#[path = "../common/mlp_reference.rs"]
mod mlp_reference;

use chailou::gpu::Profile;
use chailou::tensor::TensorMap;
use chailou::web::{Engine, Model};
use js_sys::{Float32Array, Function, Int32Array, JSON};
use mlp_reference::{CONFIGS, Reference};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlCanvasElement;

fn js(json: &str) -> JsValue {
    JSON::parse(json).expect("JSON")
}

#[track_caller]
fn fine<T>(result: Result<T, JsValue>) -> T {
    result.unwrap_or_else(|thrown| panic!("{thrown:?}"))
}

/// The message of a thrown `Error` has this word in it.
#[track_caller]
fn refused<T>(result: Result<T, JsValue>, word: &str) {
    let Err(thrown) = result else { panic!("accepted, though it should name {word}") };
    let sentence: String = thrown.dyn_ref::<js_sys::Error>().expect("an Error").message().into();
    assert!(sentence.contains(word) && !sentence.contains('\n'), "{sentence}");
}

async fn engine(profile: &str) -> Engine {
    let profile = if profile == "gpu" { Profile::Gpu } else { Profile::Cpu };
    fine(Engine::on_webgpu(Some(profile)).await)
}

async fn weights(model: &Model) -> TensorMap {
    TensorMap::from_safetensors(&fine(model.save().await).to_vec()).expect("safetensors")
}

#[wasm_bindgen_test]
async fn a_model_of_points_predicts_what_its_formula_says() {
    for profile in ["cpu", "gpu"] {
        let engine = engine(profile).await;
        for config in CONFIGS {
            let model = fine(engine.new_model(config.into(), js(r#"{"seed": 7}"#)).await);
            let reference = Reference::new(config, &weights(&model).await);
            let (x, t) = ([0.25f32, -1.5, 3.0, 0.7, -0.1, 0.0], [0f32, 500.0, 999.0]);
            let labels = Int32Array::from(&[0, 1, 3][..]);
            let labels = Some(labels).filter(|_| reference.classes() > 0);
            let got = model.predict(Float32Array::from(&x[..]), Float32Array::from(&t[..]), labels);
            let got = fine(got.await).to_vec();
            for (i, class) in [0, 1, 3].into_iter().enumerate() {
                let point = [x[2 * i] as f64, x[2 * i + 1] as f64];
                let expected = reference.predict(point, t[i] as f64, class);
                for (got, expected) in got[2 * i..].iter().zip(expected) {
                    let near = (*got as f64 - expected).abs() < 2e-5;
                    assert!(near, "{profile}, point {i}: {got}, not {expected}");
                }
            }
        }
    }
}

#[wasm_bindgen_test]
async fn a_seed_decides_the_weights() {
    let engine = engine("cpu").await;
    let begin = |options: &str| engine.new_model(CONFIGS[0].into(), js(options));
    let weights = |model: Model| async move { weights(&model).await };
    let one = weights(fine(begin(r#"{"seed": 1}"#).await)).await;
    assert!(one == weights(fine(begin(r#"{"seed": 1}"#).await)).await);
    assert!(one != weights(fine(begin(r#"{"seed": 2}"#).await)).await);
    refused(begin(r#"{"seed": -1}"#).await, "seed");
    refused(begin(r#"{"seed": "1"}"#).await, "seed");
    refused(begin(r#"{"sed": 1}"#).await, "sed");
    let huge = r#"{"_class_name": "PointMlp", "width": 1e9}"#;
    refused(engine.new_model(huge.into(), JsValue::UNDEFINED).await, "width");
}

fn canvas() -> HtmlCanvasElement {
    let make = "const canvas = document.createElement('canvas'); canvas.width = canvas.height = 64;
        return canvas;";
    let canvas = fine(Function::new_no_args(make).call0(&JsValue::UNDEFINED));
    canvas.dyn_into().expect("a canvas")
}

/// [r, g, b, a] of a pixel of a canvas, not premultiplied.
fn pixel(canvas: &HtmlCanvasElement, x: u32, y: u32) -> [u8; 4] {
    let read = "const copy = document.createElement('canvas'); copy.width = copy.height = 64;
        const context = copy.getContext('2d'); context.drawImage(canvas, 0, 0);
        return context.getImageData(x, y, 1, 1).data;";
    let read = Function::new_with_args("canvas, x, y", read);
    let values = fine(read.call3(&JsValue::UNDEFINED, canvas, &x.into(), &y.into()));
    js_sys::Uint8Array::new(&values).to_vec().try_into().expect("four numbers")
}

#[wasm_bindgen_test]
async fn particles_are_on_the_canvas_where_they_are_in_the_plane() {
    let engine = engine("cpu").await;
    let model = fine(engine.new_model(CONFIGS[0].into(), JsValue::UNDEFINED).await);
    // −2 … 2 on 64 pixels: column 48, row 23.
    let one = fine(model.chain(js(r#"{"steps": 2, "noise": [1.03, 0.53]}"#)).await);
    let two = fine(model.chain(js(r#"{"steps": 2, "noise": [-1.03, -0.53]}"#)).await);
    let canvas = canvas();
    let red = r#"{"radius": 3, "color": [1, 0, 0, 1], "frame": 0}"#;
    let blue_over_it = r#"{"radius": 3, "color": [0, 0, 1, 1], "clear": false}"#;
    fine(one.present_points(canvas.clone(), "x_t".into(), js(red)));
    fine(two.present_points(canvas.clone(), "x_t".into(), js(blue_over_it)));
    assert_eq!(pixel(&canvas, 48, 23), [255, 0, 0, 255], "the first");
    assert_eq!(pixel(&canvas, 15, 40), [0, 0, 255, 255], "the second");
    assert_eq!(pixel(&canvas, 48, 40), [0; 4], "between them");
    fine(two.present_points(canvas.clone(), "x_t".into(), js(r#"{"radius": 3}"#)));
    assert_eq!(pixel(&canvas, 48, 23), [0; 4], "the first is cleared away");
    assert_eq!(pixel(&canvas, 15, 40), [0, 0, 0, 255], "black without a colour");
}

#[wasm_bindgen_test]
async fn what_points_cannot_be_drawn_with_is_named() {
    let engine = engine("cpu").await;
    let model = fine(engine.new_model(CONFIGS[0].into(), JsValue::UNDEFINED).await);
    let chain = fine(model.chain(js(r#"{"batch": 100, "steps": 3}"#)).await);
    fine(chain.step(3).await);
    let canvas = canvas();
    let draw =
        |what: &str, options: &str| chain.present_points(canvas.clone(), what.into(), js(options));
    refused(draw("x_t", r#"{"radius": 0}"#), "radius");
    refused(draw("x_t", r#"{"radios": 1}"#), "radios");
    refused(draw("x_t", r#"{"color": [0, 0, 2, 1]}"#), "color");
    refused(draw("x_t", r#"{"color": [0, 0, 1]}"#), "color");
    refused(draw("x_t", r#"{"range": [2, -2]}"#), "range");
    refused(draw("x_t", r#"{"frame": 4}"#), "frame 4");
    refused(draw("x_T", "{}"), "x_T");
    // A canvas without area needs no device: everything is read, nothing is presented.
    canvas.set_width(0);
    let all =
        r#"{"frame": 2, "radius": 2, "color": [1, 0, 0, 0.5], "range": [-3, 3], "clear": false}"#;
    fine(draw("x_0", all));
}
