//! `Trainer` as JavaScript sees it.

use chailou::gpu::Profile;
use chailou::web::{Engine, Model, Trainer};
use js_sys::{Array, Float32Array, Function, Int32Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::surface::{both, fine, get, js, number, refused};

const CONFIG: &str = r#"{"_class_name": "PointMlp", "width": 16, "depth": 1, "num_class_embeds": 4, "null_class": 3}"#;

async fn model() -> Model {
    let engine = fine(Engine::on_webgpu(Some(Profile::Cpu)).await);
    fine(engine.new_model(CONFIG.into(), js(r#"{"seed": 4}"#)).await)
}

/// Options with six points and their labels.
fn options(json: &str) -> JsValue {
    let options = js(json);
    let data = [0.5f32, -0.5, 0.2, 0.8, -0.9, 0.1, 0.4, 0.3, -0.2, -0.7, 0.6, 0.6];
    fine(Reflect::set(&options, &"data".into(), &Float32Array::from(&data[..])));
    fine(Reflect::set(&options, &"labels".into(), &Int32Array::from(&[0, 1, 2, 0, 1, 2][..])));
    options
}

fn without(options: JsValue, key: &str) -> JsValue {
    fine(Reflect::delete_property(options.unchecked_ref::<Object>(), &key.into()));
    options
}

async fn trainer(model: &Model, json: &str) -> Trainer {
    fine(model.trainer(options(json)).await)
}

#[wasm_bindgen_test]
async fn a_trainer_keeps_its_promises() {
    let model = model().await;
    let before = fine(model.save().await).to_vec();
    let trainer = trainer(&model, r#"{"batch": 8, "lr": 0.01, "seed": 1, "ema": 0.5}"#).await;
    let report = fine(trainer.step(10).await);
    assert_eq!((number(&report, "step"), trainer.position()), (10.0, 10));
    for key in ["loss", "lr", "gradNorm"] {
        assert!(number(&report, key) > 0.0, "{key}");
    }
    assert!(get(&report, "diverged").is_undefined());
    let losses = fine(trainer.losses().await).to_vec();
    assert_eq!(losses.len(), 10);
    let by_t = Array::from(&fine(trainer.loss_by_t().await));
    assert_eq!(by_t.length(), 50);
    let seen: f64 = by_t.iter().map(|bucket| number(&bucket, "count")).sum();
    assert_eq!(seen, 80.0);
    assert_ne!(fine(model.save().await).to_vec(), before, "the model has not changed");

    let checkpoint = fine(trainer.checkpoint().await);
    let report = fine(trainer.step(5).await);
    fine(trainer.restore(checkpoint).await);
    assert_eq!(trainer.position(), 10);
    let again = fine(trainer.step(5).await);
    assert_eq!(number(&report, "loss"), number(&again, "loss"));

    fine(trainer.undo().await);
    assert_eq!(fine(model.save().await).to_vec(), before, "undone");
    fine(trainer.step(10).await);
    assert_eq!(fine(trainer.losses().await).to_vec(), losses, "the same seed, the same losses");

    let memory = fine(trainer.memory());
    let parts = ["activations", "weights", "optimizer", "data"].map(|key| number(&memory, key));
    assert_eq!(number(&memory, "total"), parts.iter().sum::<f64>());
    let parameters = Array::from(&fine(trainer.parameters()));
    let counted: f64 = parameters.iter().map(|p| number(&p, "count")).sum();
    assert_eq!(counted as usize, fine(model.parameter_count()));
}

#[wasm_bindgen_test]
async fn a_trainer_names_bad_options() {
    let model = model().await;
    refused(model.trainer(JsValue::UNDEFINED).await, &["data"]);
    refused(model.trainer(without(options("{}"), "data")).await, &["data"]);
    refused(model.trainer(without(options("{}"), "labels")).await, &["class label"]);
    for (json, words) in [
        (r#"{"btach": 3}"#, ["btach", "batch"]),
        (r#"{"batch": 0}"#, ["batch", "0"]),
        (r#"{"batch": 2.5}"#, ["batch: a whole number", "2.5"]),
        (r#"{"batch": 5000000000}"#, ["batch: 5000000000", "too large"]),
        (r#"{"seed": -1}"#, ["seed", "-1"]),
        (r#"{"weightDecay": "much"}"#, ["weightDecay", "much"]),
        (r#"{"lr": -1}"#, ["lr", "-1"]),
        (r#"{"objective": "best"}"#, ["best", "naive"]),
        (r#"{"prediction": "v_prediction"}"#, ["v_prediction", "epsilon"]),
        (r#"{"layers": ["out", "middle"]}"#, ["middle", "layer"]),
    ] {
        refused(model.trainer(options(json)).await, &words);
    }
    fine(model.trainer(options(r#"{"lr": null, "layers": null, "sampleWith": "raw"}"#)).await);
    let wrong = options("{}");
    fine(Reflect::set(&wrong, &"onProgress".into(), &3.into()));
    refused(model.trainer(wrong).await, &["onProgress", "function"]);
    let quiet = options("{}");
    let throws = Function::new_no_args("throw new Error('listener')");
    fine(Reflect::set(&quiet, &"onProgress".into(), &throws));
    fine(model.trainer(quiet).await);
}

#[wasm_bindgen_test]
async fn calls_that_overlap_are_refused_and_divergence_is_told() {
    let model = model().await;
    let trainer = trainer(&model, r#"{"batch": 8, "lr": 0.01}"#).await;
    let (first, second) = both(trainer.step(30), trainer.step(1)).await;
    assert_eq!(number(&fine(first), "step"), 30.0);
    refused(second, &["already at work"]);
    fine(trainer.set_learning_rate(1e6));
    let report = fine(trainer.step(60).await);
    let sentence = get(&report, "diverged").as_string().expect("a learning rate of 10⁶ diverges");
    assert!(sentence.contains("learning rate") && sentence.contains("are back"), "{sentence}");
    let weights = fine(model.save().await).to_vec();
    fine(trainer.step(5).await);
    assert_eq!(fine(model.save().await).to_vec(), weights, "it stays stopped");
    fine(
        trainer
            .replace_data(Float32Array::from(&[0.1f32, 0.2][..]), Some(Int32Array::from(&[2][..]))),
    );
    refused(trainer.replace_data(Float32Array::new_with_length(0), None), &["no data"]);
}
