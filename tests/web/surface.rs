//! The classes that JavaScript sees, used as JavaScript uses them.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use chailou::gpu::Profile;
use chailou::web::{Chain, Engine, Model};
use js_sys::{Array, Float32Array, Function, Int32Array, JSON, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

const CONFIG: &str = include_str!("../golden/unet/stored_f16/config.json");
const SCHEDULER: &str = include_str!("../../assets/models/mnist/scheduler_config.json");
const WEIGHTS: &[u8] =
    include_bytes!("../golden/unet/stored_f16/diffusion_pytorch_model.safetensors");
/// Values in a picture of this model: 8 × 8, one channel; it knows classes 0 … 10.
const IMAGE: u32 = 64;

pub fn js(json: &str) -> JsValue {
    JSON::parse(json).expect("JSON")
}

pub fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).expect("an object")
}

pub fn number(object: &JsValue, key: &str) -> f64 {
    get(object, key).as_f64().unwrap_or_else(|| panic!("{key} is no number"))
}

/// The message of a thrown `Error`: one sentence with these words in it.
#[track_caller]
pub fn refused<T>(result: Result<T, JsValue>, words: &[&str]) {
    let Err(thrown) = result else { panic!("accepted, though it should name {words:?}") };
    let error = thrown.dyn_ref::<js_sys::Error>().expect("what is thrown is an Error");
    let sentence = String::from(error.message());
    let named = words.iter().all(|word| sentence.contains(word));
    assert!(named, "\"{sentence}\" does not mention {words:?}");
    assert!(!sentence.contains('\n'), "not one sentence: {sentence}");
}

#[track_caller]
pub fn fine<T>(result: Result<T, JsValue>) -> T {
    result.unwrap_or_else(|thrown| panic!("{thrown:?}"))
}

/// Both results, the futures polled in turn.
pub async fn both<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut from_a, mut from_b) = (None, None);
    poll_fn(|context| {
        if from_a.is_none()
            && let Poll::Ready(value) = a.as_mut().poll(context)
        {
            from_a = Some(value);
        }
        if from_b.is_none()
            && let Poll::Ready(value) = b.as_mut().poll(context)
        {
            from_b = Some(value);
        }
        if from_a.is_some() && from_b.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    (from_a.expect("ready"), from_b.expect("ready"))
}

/// What the browser tells of its adapter.
pub async fn adapter_name() -> String {
    let engine = fine(Engine::on_webgpu(None).await);
    JSON::stringify(&fine(engine.adapter())).expect("plain").into()
}

async fn engine() -> Engine {
    fine(Engine::on_webgpu(Some(Profile::Cpu)).await)
}

async fn model() -> Model {
    let options = Object::new();
    fine(Reflect::set(&options, &"scheduler".into(), &SCHEDULER.into()));
    let weights = Uint8Array::from(WEIGHTS);
    fine(engine().await.load_model(CONFIG.into(), weights.into(), options.into()).await)
}

async fn chain(model: &Model, options: &str) -> Result<Chain, JsValue> {
    model.chain(js(options)).await
}

#[wasm_bindgen_test]
async fn an_engine_tells_its_adapter_and_names_bad_options() {
    for (profile, expected) in [(Profile::Gpu, "gpu"), (Profile::Cpu, "cpu")] {
        let adapter = fine(fine(Engine::on_webgpu(Some(profile)).await).adapter());
        assert_eq!(get(&adapter, "profile"), expected);
        assert_eq!(get(&adapter, "backend"), "webgpu");
        assert_eq!(number(&adapter, "workers"), 0.0);
        for key in ["vendor", "architecture", "description"] {
            assert!(get(&adapter, key).is_string(), "{key}");
        }
        assert!(get(&adapter, "isFallback").as_bool().is_some());
    }
    refused(Engine::open(js(r#"{"profile": "tpu"}"#)).await, &["tpu", "gpu", "cpu"]);
    refused(Engine::open(js(r#"{"profil": "gpu"}"#)).await, &["profil"]);
    refused(Engine::open(js(r#"{"backend": "gpu"}"#)).await, &["backend", "webgpu", "cpu", "auto"]);
    refused(Engine::open(js(r#"{"backend": "cpu", "workers": 0}"#)).await, &["workers", "0"]);
}

#[wasm_bindgen_test]
async fn loading_reports_progress_and_names_what_is_wrong() {
    let engine = engine().await;
    let calls: Rc<RefCell<Vec<(f64, f64)>>> = Rc::default();
    let seen = calls.clone();
    let listen = Closure::<dyn FnMut(f64, f64, String)>::new(move |done, total, _| {
        seen.borrow_mut().push((done, total));
    });
    let options = Object::new();
    let listener: &Function = listen.as_ref().unchecked_ref();
    fine(Reflect::set(&options, &"onProgress".into(), listener));
    let load = |config: &str, weights: &[u8], options: JsValue| {
        engine.load_model(config.into(), Uint8Array::from(weights).into(), options)
    };
    let model = fine(load(CONFIG, WEIGHTS, options.into()).await);
    let calls = calls.take();
    let (done, total) = *calls.last().expect("progress was told");
    assert!(calls.len() > 5 && done == total, "{calls:?}");
    assert!(calls.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{calls:?}");
    assert_eq!(number(&fine(model.config()), "num_class_embeds"), 11.0);

    let none = JsValue::UNDEFINED;
    refused(load("{}", WEIGHTS, none.clone()).await, &["config.json", "_class_name"]);
    refused(load(CONFIG, &WEIGHTS[..5000], none.clone()).await, &["weights", "cut off"]);
    let typo = js(r#"{"schedule": "{}"}"#);
    refused(load(CONFIG, WEIGHTS, typo).await, &["options", "schedule"]);
    let object = js(r#"{"scheduler": {"_class_name": "DDPMScheduler"}}"#);
    refused(load(CONFIG, WEIGHTS, object).await, &["scheduler", "text"]);
    refused(load(CONFIG, WEIGHTS, js(r#"{"onProgress": 3}"#)).await, &["onProgress", "function"]);
    let scheduler = js(r#"{"scheduler": "{\"_class_name\": \"EulerDiscreteScheduler\"}"}"#);
    let model = fine(load(CONFIG, WEIGHTS, scheduler).await);
    refused(model.chain(JsValue::UNDEFINED).await, &["EulerDiscreteScheduler"]);
}

#[wasm_bindgen_test]
async fn a_model_predicts_saves_and_refuses() {
    let model = model().await;
    assert!(fine(model.taps()).iter().any(|tap| tap == "conv_in"));
    let x = Float32Array::new_with_length(2 * IMAGE);
    x.fill(0.25, 0, 2 * IMAGE);
    let (t, labels) = (Float32Array::from(&[10.0, 900.0][..]), Int32Array::from(&[1, 10][..]));
    let eps = fine(model.predict(x.clone(), t.clone(), Some(labels)).await);
    assert_eq!(eps.length(), 2 * IMAGE);
    assert!(eps.to_vec().iter().all(|v| v.is_finite()) && eps.get_index(0) != eps.get_index(64));
    refused(model.predict(x.clone(), t.clone(), None).await, &["class label"]);
    let labels = Int32Array::from(&[1, 11][..]);
    refused(model.predict(x.clone(), t.clone(), Some(labels)).await, &["class 11", "0 to 10"]);
    let one = Float32Array::from(&[10.0][..]);
    refused(model.predict(x, one, Some(Int32Array::from(&[1][..]))).await, &["sample", "128"]);

    let saved = fine(model.save().await).to_vec();
    let saved = chailou::tensor::TensorMap::from_safetensors(&saved).expect("safetensors");
    let scalars: usize = saved.iter().map(|(_, tensor)| tensor.data.len()).sum();
    assert_eq!(fine(model.parameter_count()), scalars);
    let loaded = chailou::tensor::TensorMap::from_safetensors(WEIGHTS).expect("safetensors");
    assert!(saved == loaded, "the weights have changed");
}

#[wasm_bindgen_test]
async fn a_chain_steps_keeps_frames_and_tells_its_table() {
    let model = model().await;
    let options = r#"{"sampler": "ddpm", "steps": 12, "batch": 2, "labels": [3, 4],
                      "guidance": 1.5, "clipSample": false, "seed": 4294967297}"#;
    let chain = fine(chain(&model, options).await);
    assert_eq!((chain.length(), chain.position(), chain.done()), (12, 0, false));
    let table: Array = fine(chain.table()).unchecked_into();
    assert_eq!(table.length(), 13);
    let last = table.get(12);
    assert_eq!((number(&last, "t"), number(&last, "alphaBar")), (0.0, 1.0));
    assert!(number(&table.get(0), "alphaBar") < 0.01);
    for i in 0..12 {
        let (row, next) = (table.get(i), table.get(i + 1));
        assert!(number(&row, "t") > number(&next, "t"), "row {i}");
        assert!(number(&row, "alphaBar") < number(&next, "alphaBar"), "row {i}");
        assert!(number(&row, "beta") > 0.0 && number(&row, "sigma") >= 0.0, "row {i}");
    }
    assert_eq!(chain.t(), number(&table.get(0), "t"));

    // The second call finds the first under way; the first is not disturbed.
    let (first, second) = both(chain.step(5), chain.step(1)).await;
    fine(first);
    refused(second, &["under way"]);
    assert_eq!((chain.position(), chain.t()), (5, number(&table.get(5), "t")));
    fine(chain.step(100).await);
    assert!(chain.done());
    let read = |what: &str, frame| chain.read(what.into(), frame);
    let start = fine(read("x_t", Some(0)).await);
    let end = fine(read("x_t", None).await);
    assert_eq!((start.length(), end.length()), (2 * IMAGE, 2 * IMAGE));
    assert!(start.to_vec() != end.to_vec());
    for what in ["x_0", "eps"] {
        let guess = fine(read(what, Some(11)).await).to_vec();
        assert!(guess.iter().all(|v| v.is_finite()), "{what}");
        refused(read(what, Some(12)).await, &["frame 12"]);
    }
    refused(read("x", None).await, &["x_t"]);

    let again = fine(self::chain(&model, options).await);
    fine(again.step(12).await);
    let again = fine(again.read("x_t".into(), None).await);
    assert_eq!(again.to_vec(), end.to_vec(), "the same seed, another picture");
}

#[wasm_bindgen_test]
async fn a_demolition_needs_pictures_and_ends_in_noise() {
    let model = model().await;
    let options = js(r#"{"direction": "demolish", "steps": 20}"#);
    refused(model.chain(options.clone()).await, &["demolition"]);
    let picture = Float32Array::new_with_length(IMAGE);
    fine(Reflect::set(&options, &"noise".into(), &picture));
    let chain = fine(model.chain(options).await);
    let table: Array = fine(chain.table()).unchecked_into();
    assert_eq!((number(&table.get(0), "t"), number(&table.get(0), "alphaBar")), (0.0, 1.0));
    assert!(number(&table.get(20), "alphaBar") < 0.01);
    fine(chain.step(20).await);
    let noise = fine(chain.read("x_t".into(), None).await).to_vec();
    let variance = noise.iter().map(|v| v * v).sum::<f32>() / IMAGE as f32;
    assert!((0.4..1.9).contains(&variance), "variance {variance}");
}

#[wasm_bindgen_test]
async fn a_chain_names_the_option_at_fault() {
    let model = model().await;
    for (options, words) in [
        (r#"{"steps": 0}"#, &["steps", "0"][..]),
        (r#"{"steps": 1001}"#, &["1001", "1000"]),
        (r#"{"steps": 2.5}"#, &["steps", "2.5"]),
        (r#"{"steps": -1}"#, &["steps", "-1"]),
        (r#"{"batch": 0}"#, &["batch"]),
        (r#"{"batch": 1000000}"#, &["1000000 images", "too large"]),
        (r#"{"labels": [11]}"#, &["class 11"]),
        (r#"{"labels": [1, 2]}"#, &["2 class labels", "1 images"]),
        (r#"{"sampler": "euler"}"#, &["euler", "ddim"]),
        (r#"{"spacing": "even"}"#, &["options", "even"]),
        (r#"{"stepz": 3}"#, &["options", "stepz"]),
        (r#"{"guidance": "strong"}"#, &["options", "strong"]),
        (r#"{"sampler": "ddim", "eta": 2}"#, &["eta", "2"]),
        (r#"{"noise": [1, 2, 3]}"#, &["64", "3"]),
        (r#"{"seed": 0.5}"#, &["seed", "0.5"]),
    ] {
        refused(chain(&model, options).await, words);
    }
    let nan = js("{}");
    fine(Reflect::set(&nan, &"guidance".into(), &f64::NAN.into()));
    refused(model.chain(nan).await, &["guidance", "NaN"]);
    console_log!("after all that the device still works: {}", {
        let chain = fine(chain(&model, r#"{"steps": 2}"#).await);
        fine(chain.step(2).await);
        chain.done()
    });
}
