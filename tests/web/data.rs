//! Data functions as JavaScript sees them: the same points as natively, and errors as sentences.

use chailou::web::data::{
    augment, exact_noise, open_set, parse_csv, read_idx, resemblance, resemblance_threshold,
    sliced_wasserstein, towers, toy_data, toy_names,
};
use js_sys::{Array, Float32Array, Int32Array, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

/// The sentence of a thrown `Error`.
#[track_caller]
fn sentence<T>(result: Result<T, JsValue>) -> String {
    let Err(thrown) = result else { panic!("accepted") };
    thrown.dyn_ref::<js_sys::Error>().expect("an Error").message().into()
}

#[wasm_bindgen_test]
fn points_are_the_native_ones() {
    let seed = (7u64 << 40 | 11) as f64;
    let fixed = include!("../files/fixed_points.in");
    assert_eq!(toy_names(), fixed.map(|(name, _)| name));
    for (name, expected) in fixed {
        let points: Vec<f32> = toy_data(name, 3.0, Some(seed)).unwrap_or_else(|e| panic!("{e:?}"));
        for (i, (got, expected)) in points.iter().zip(expected).enumerate() {
            assert!((got - expected).abs() <= 6e-6, "{name}[{i}]: got {got}, expected {expected}");
        }
    }
}

#[wasm_bindgen_test]
fn measures_are_the_native_ones() {
    let a = [0.0, 0.0, 1.0, 2.0];
    let far =
        sliced_wasserstein(&a, &[3.0, 4.0, 4.0, 6.0], None).unwrap_or_else(|e| panic!("{e:?}"));
    assert!((far - 5.0 * std::f64::consts::FRAC_2_PI).abs() < 5e-3, "{far}");
    let eps = exact_noise(&[1.5, -0.5], &[1.46, -1.3], 0.36).unwrap_or_else(|e| panic!("{e:?}"));
    assert!((eps[0] - 0.7).abs() < 1e-6 && (eps[1] + 1.25).abs() < 1e-6, "{eps:?}");
}

#[wasm_bindgen_test]
fn wrong_arguments_are_named() {
    assert!(sentence(toy_data("cube", 10.0, None)).contains("\"cube\""));
    for n in [0.0, -1.0, 2.5, f64::NAN, 1e7, 1e300] {
        sentence(toy_data("moons", n, None));
        sentence(towers(n, None, None));
    }
    assert!(sentence(toy_data("moons", 10.0, Some(-1.0))).contains("seed"));
    assert!(sentence(exact_noise(&[1.0], &[0.0, 0.0], 0.5)).contains("pairs"));
    assert!(sentence(sliced_wasserstein(&[1.0, 2.0], &[], None)).contains("second"));
}

#[wasm_bindgen_test]
fn idx_files_become_typed_arrays() {
    let bytes = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 255, 0];
    let set = read_idx(&bytes, Some(vec![0, 0, 8, 1, 0, 0, 0, 2, 3, 9]), None, None);
    let set = set.unwrap_or_else(|e| panic!("{e:?}"));
    let get = |key: &str| Reflect::get(&set, &key.into()).expect("a field");
    let images: Float32Array = get("images").dyn_into().expect("a Float32Array");
    let labels: Int32Array = get("labels").dyn_into().expect("an Int32Array");
    assert_eq!((images.to_vec(), labels.to_vec()), (vec![-1.0, 1.0, 1.0, -1.0], vec![3, 9]));
    assert_eq!(["count", "height", "width"].map(|key| get(key).as_f64().unwrap()), [2.0, 1.0, 2.0]);
    let names = || Some(vec!["a.idx".into(), "b.idx".into()]);
    let refused =
        |images: &[u8], labels: Option<Vec<u8>>| sentence(read_idx(images, labels, None, names()));
    assert!(refused(&[], None).contains("a.idx: is empty"));
    assert!(refused(&[0x1f, 0x8b, 8, 0], None).contains("a.idx: is packed with gzip"));
    assert!(refused(&bytes, Some(vec![])).contains("b.idx: is empty"));
}

#[wasm_bindgen_test]
fn drawings_multiply_and_resemble_themselves() {
    let drawing: Vec<f32> =
        (0..784).map(|at| if at % 28 == 14 || at / 28 == 9 { 1.0 } else { -1.0 }).collect();
    let copies = augment(&drawing, 6.0, Some(4.0)).unwrap_or_else(|e| panic!("{e:?}"));
    let scores = resemblance(&drawing, &copies).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(scores.len(), 6);
    assert!(scores.iter().all(|score| *score >= resemblance_threshold()), "{scores:?}");
    assert!(sentence(augment(&drawing, -1.0, None)).contains("copies"));
    assert!(sentence(resemblance(&drawing[1..], &copies)).contains("783"));
}

#[wasm_bindgen_test]
fn pasted_points_come_with_the_way_back() {
    let pasted =
        parse_csv("x;y\n1,5;2\n3,5;2\n".into(), None, None).unwrap_or_else(|e| panic!("{e:?}"));
    let get = |key: &str| Reflect::get(&pasted, &key.into()).expect("a field");
    let points: Float32Array = get("points").dyn_into().expect("a Float32Array");
    let mean: Array = get("mean").dyn_into().expect("an array");
    let scale = get("scale").as_f64().expect("a number");
    assert_eq!((mean.get(0), mean.get(1)), (2.5.into(), 2.into()));
    assert!((scale - 0.5f64.sqrt()).abs() < 1e-12, "{scale}");
    assert!((f64::from(points.get_index(0)) * scale + 1.0).abs() < 1e-6);
    let columns: Array = get("columns").dyn_into().expect("an array");
    assert_eq!((get("read"), columns.length()), (2.into(), 2));
    let wrong = sentence(parse_csv("1,2\n3,abc".into(), None, None));
    assert!(wrong.contains("line 2, column 2: 'abc'"), "{wrong}");
}

#[wasm_bindgen_test]
fn sets_are_opened_by_name_and_files_are_the_callers() {
    let fine = |set: Result<Object, JsValue>| set.unwrap_or_else(|e| panic!("{e:?}"));
    let get = |set: &Object, key: &str| Reflect::get(set, &key.into()).expect("a field");
    let values = |set: &Object| Float32Array::from(get(set, "values")).to_vec();
    let options = |json: &str| JSON::parse(json).expect("JSON");
    let moons = fine(open_set("toy:moons", options(r#"{"n": 5, "seed": 3}"#)));
    assert_eq!(values(&moons), toy_data("moons", 5.0, Some(3.0)).unwrap());
    assert!(get(&moons, "labels").is_undefined());
    let towers = fine(open_set("towers:2", options(r#"{"seed": 3}"#)));
    assert_eq!(values(&towers), super::data::towers(2.0, Some(3.0), None).unwrap());
    assert_eq!(values(&towers)[3072..], super::data::towers(1.0, Some(3.0), Some(1.0)).unwrap());
    sentence(super::data::towers(1.0, None, Some(4294967295.0)));
    let labels = Int32Array::from(get(&towers, "labels")).to_vec();
    assert!(labels.iter().all(|label| (0..12).contains(label)), "{labels:?}");

    let files = Object::new();
    let bytes = js_sys::Uint8Array::from(&b"a,b\n1,2\n3,4\n"[..]);
    Reflect::set(&files, &"points.csv".into(), &bytes).unwrap();
    let given = options(r#"{"columns": ["b", "1"]}"#);
    Reflect::set(&given, &"files".into(), &files).unwrap();
    assert_eq!(values(&fine(open_set("table:points.csv", given.clone()))), [-1.0, -1.0, 1.0, 1.0]);
    assert!(get(given.unchecked_ref(), "files").is_object(), "the caller's options are left alone");
    assert!(sentence(open_set("table:other.csv", given)).contains("other.csv: there is no such"));
    assert!(sentence(open_set("cube", JsValue::UNDEFINED)).contains("toy:NAME"));
    assert!(sentence(open_set("toy:rings", options(r#"{"sed": 1}"#))).contains("sed"));
}
