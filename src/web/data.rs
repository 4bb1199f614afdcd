//! Data sets and measures on them as functions of JavaScript: plain arrays in, plain arrays out.

use js_sys::{Array, Float32Array, Int32Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::values::{JsResult, js_error, options, record, take, whole};
use crate::data::toys::Toy;
use crate::data::{Set, augment, csv, distance, idx, oracle, resemblance};
use crate::error::Error;

/// The most pictures of towers in one array: 250 MB.
const MOST_TOWERS: u64 = 20_000;

fn read_seed(value: Option<f64>) -> JsResult<u64> {
    whole("seed", value, 0)
}

/// Opens a set by name as the command line does: "toy:moons", "towers:100", "table:FILE", "mnist:DIR". Options: `n`, `seed`,
/// `classes`, `columns`, and `files`, the bytes of each file by its path: `{name, shape: [c, h, w], values: [n, c, h, w],
/// labels?}`.
#[wasm_bindgen(js_name = openSet, unchecked_return_type = "DataSet")]
pub fn open_set(
    name: &str,
    #[wasm_bindgen(unchecked_optional_param_type = "SetOptions")] settings: JsValue,
) -> JsResult<Object> {
    let settings = match settings.dyn_ref::<Object>() {
        Some(given) => Object::assign(&Object::new(), given).into(),
        None => settings,
    };
    let files = if settings.is_object() { take(&settings, "files")? } else { None };
    let find = |path: &str| {
        let file = files.as_ref().and_then(|files| Reflect::get(files, &path.into()).ok());
        Ok(file.and_then(|file| file.dyn_into::<Uint8Array>().ok()).map(|bytes| bytes.to_vec()))
    };
    let set = Set::open(name, &options(settings)?, &find).map_err(js_error)?;
    let labels = set.labels.map(|labels| Int32Array::from(&labels[..]));
    record([
        ("name", set.name.into()),
        (
            "shape",
            set.shape.into_iter().map(|size| JsValue::from(size as f64)).collect::<Array>().into(),
        ),
        ("values", Float32Array::from(&set.values[..]).into()),
        ("labels", labels.map_or(JsValue::UNDEFINED, Into::into)),
    ])
}

/// `n` points of a named set, [n, 2], y upwards, standardised (mean 0, mean of both variances 1); the
/// same for the same seed, and point i the same whatever n. `toyNames()` has the names.
#[wasm_bindgen(js_name = toyData)]
pub fn toy_data(name: &str, n: f64, seed: Option<f64>) -> JsResult<Vec<f32>> {
    let n = whole("n", Some(n), 0)?.min(u64::from(u32::MAX)) as usize;
    let seed = read_seed(seed)?;
    name.parse::<Toy>().and_then(|toy| toy.points(n, seed)).map_err(js_error)
}

/// The names that `toyData` knows.
#[wasm_bindgen(js_name = toyNames)]
pub fn toy_names() -> Vec<String> {
    Toy::ALL.map(|toy| toy.name().to_owned()).to_vec()
}

/// Sliced Wasserstein-1 distance of two point sets [n, 2] and [m, 2], in their own units: the mean over
/// 64 directions of the distance of their projections. A shift by d makes (2/π)·|d|; two samples of one
/// distribution are about 1/√n apart, never 0.
#[wasm_bindgen(js_name = slicedWasserstein)]
pub fn sliced_wasserstein(a: &[f32], b: &[f32], seed: Option<f64>) -> JsResult<f64> {
    distance::sliced_wasserstein(a, b, read_seed(seed)?).map_err(js_error)
}

/// E[ε | x_t] at the queries x_t, [q, 2], for data that are exactly the points [n, 2]: what a perfect
/// network predicts. `alphaBar` is Ho's ᾱ_t, at least 0 and less than 1.
#[wasm_bindgen(js_name = exactNoise)]
pub fn exact_noise(
    data: &[f32],
    queries: &[f32],
    #[wasm_bindgen(js_name = alphaBar)] alpha_bar: f64,
) -> JsResult<Vec<f32>> {
    oracle::exact_noise(data, queries, alpha_bar).map_err(js_error)
}

/// `n` small pictures of towers 高楼, [n, 3, 32, 32], −1…1.
#[wasm_bindgen]
pub fn towers(n: f64, seed: Option<f64>) -> JsResult<Vec<f32>> {
    let n = whole("n", Some(n), 0)?;
    if n == 0 || n > MOST_TOWERS {
        let message = format!("there can be 1 to {MOST_TOWERS} towers, not {n}");
        return Err(js_error(Error::Input(message)));
    }
    Ok(crate::data::towers::towers(read_seed(seed)?, n as u32).0)
}

/// Reads pasted points, one a line: `{points [n, 2], mean: [x, y], scale, read, columns}`. A point of the
/// text is point · scale + mean. At most a million points are `read`, and at most 10,000 of them kept,
/// evenly spaced; of more than two `columns` those headed x and y are used, or the first two.
#[wasm_bindgen(js_name = parseCsv, unchecked_return_type = "PastedPoints")]
pub fn parse_csv(text: &str) -> JsResult<Object> {
    let pasted = csv::parse(text).map_err(js_error)?;
    let mean: Array = pasted.mean.into_iter().map(JsValue::from).collect();
    record([
        ("points", Float32Array::from(&pasted.points[..]).into()),
        ("mean", mean.into()),
        ("scale", pasted.scale.into()),
        ("read", (pasted.read as f64).into()),
        ("columns", (pasted.columns as f64).into()),
    ])
}

/// Reads MNIST's IDX files, unpacked (`DecompressionStream("gzip")` does that): `{images: [count, 1, height, width] in
/// −1…1, labels (empty without a file of them), height, width, count}`. Labels must be below `classes`,
/// 10 unless told.
#[wasm_bindgen(js_name = readIdx, unchecked_return_type = "IdxImages")]
pub fn read_idx(images: &[u8], labels: Option<Vec<u8>>, classes: Option<f64>) -> JsResult<Object> {
    let classes = whole("classes", classes, 10)?.min(256) as usize;
    let read = idx::read(images, labels.as_deref(), classes).map_err(js_error)?;
    let images = Float32Array::from(&read.images[..]);
    let labels = Int32Array::from(&read.labels[..]);
    record([
        ("images", images.into()),
        ("labels", labels.into()),
        ("height", (read.height as f64).into()),
        ("width", (read.width as f64).into()),
        ("count", (read.count as f64).into()),
    ])
}

/// `copies` altered copies of each of k drawings [k, 28, 28] in −1…1, as [k·copies, 28, 28]; copy i shows
/// drawing i mod k, turned by up to 8°, scaled by 0.9 … 1.1, shifted by up to half a pixel, its strokes
/// a little thicker or thinner.
#[wasm_bindgen]
pub fn augment(drawings: &[f32], copies: f64, seed: Option<f64>) -> JsResult<Vec<f32>> {
    let copies = whole("copies", Some(copies), 0)?.min(1 << 30) as usize;
    augment::augment(drawings, copies, read_seed(seed)?).map_err(js_error)
}

/// How much each sample [m, 28, 28] resembles the most similar of the drawings [k, 28, 28], −1…1;
/// `resemblanceThreshold()` and more count as the same character.
#[wasm_bindgen]
pub fn resemblance(drawings: &[f32], samples: &[f32]) -> JsResult<Vec<f32>> {
    resemblance::resemblance(drawings, samples).map_err(js_error)
}

/// The lowest `resemblance` that counts as the same character.
#[wasm_bindgen(js_name = resemblanceThreshold)]
pub fn resemblance_threshold() -> f32 {
    resemblance::THRESHOLD
}
