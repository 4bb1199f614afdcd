//! Data sets and measures on them as functions of JavaScript: plain arrays in, plain arrays out.

use js_sys::{Array, Float32Array, Int32Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::values::{JsResult, js_error, options, record, take, whole};
use crate::data::digit_sets::{self, DigitSet, Head};
use crate::data::idx::{self, File};
use crate::data::table::{self, FirstLine, Wanted};
use crate::data::toys::Toy;
use crate::data::{Entry, Files, Set, augment, distance, oracle, resemblance};
use crate::error::Error;

/// The most pictures of towers in one array: 250 MB.
const MOST_TOWERS: u64 = 20_000;

fn read_seed(value: Option<f64>) -> JsResult<u64> {
    whole("seed", value, 0)
}

/// Opens a set by name as the command line does: "toy:moons", "towers:100", "table:FILE", "mnist:DIR". Options: `n`, `seed`,
/// `classes`, `columns`, `transpose`, and `files`, the bytes of each file by its path: `{name, shape: [c, h, w], values: [n, c, h, w],
/// labels?, notes}`.
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
    let files = Given(files.unwrap_or_default());
    let set = Set::open(name, &options(settings)?, &files).map_err(js_error)?;
    let labels = set.labels.map(|labels| Int32Array::from(&labels[..]));
    record([
        ("name", set.name.into()),
        (
            "shape",
            set.shape.into_iter().map(|size| JsValue::from(size as f64)).collect::<Array>().into(),
        ),
        ("values", Float32Array::from(&set.values[..]).into()),
        ("labels", labels.map_or(JsValue::UNDEFINED, Into::into)),
        ("notes", set.notes.into_iter().map(JsValue::from).collect::<Array>().into()),
    ])
}

/// Files by their paths, as an object.
struct Given(JsValue);

impl Files for Given {
    fn read(&self, path: &str) -> crate::Result<Option<Vec<u8>>> {
        let file = Reflect::get(&self.0, &path.into()).ok();
        Ok(file.and_then(|file| file.dyn_into::<Uint8Array>().ok()).map(|bytes| bytes.to_vec()))
    }

    fn list(&self, folder: &str) -> crate::Result<Option<Vec<Entry>>> {
        let keys = self.0.dyn_ref::<Object>().map(Object::keys).unwrap_or_default();
        let paths = keys.iter().filter_map(|key| key.as_string());
        let below = |path: &String| {
            folder == "." || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        let files: Vec<Entry> = paths.filter(below).map(Entry::File).collect();
        Ok(Some(files).filter(|files| !files.is_empty()))
    }
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

/// `n` small pictures of towers 高楼, [n, 3, 32, 32], −1…1: of a seed's endless row those from number `first` on, which is 0
/// without it.
#[wasm_bindgen]
pub fn towers(n: f64, seed: Option<f64>, first: Option<f64>) -> JsResult<Vec<f32>> {
    let n = whole("n", Some(n), 0)?;
    if n == 0 || n > MOST_TOWERS {
        let message = format!("there can be 1 to {MOST_TOWERS} towers, not {n}");
        return Err(js_error(Error::Input(message)));
    }
    let first = whole("first", first, 0)?;
    let numbers =
        u32::try_from(first).ok().and_then(|from| Some(from..from.checked_add(n as u32)?));
    let Some(numbers) = numbers else {
        let message = format!("the first tower has a number below {}, not {first}", u32::MAX);
        return Err(js_error(Error::Input(message)));
    };
    Ok(crate::data::towers::towers(read_seed(seed)?, numbers).0)
}

/// Reads points from a table, text or the bytes of a file: `{points [n, 2], mean: [x, y], scale, read, columns: [{name, kind}],
/// chosen: [i, j], encoding, separator, decimal, heading}`. A point of the table is point · scale + mean. At most a million
/// points are `read`, and at most 10,000 of them kept, evenly spaced. x and y are the `columns` wanted, by their headings or
/// their places from 0; without them those two that seem to be coordinates. With `heading` = false the first line is a point,
/// whatever it looks like.
#[wasm_bindgen(js_name = parseCsv, unchecked_return_type = "TablePoints")]
pub fn parse_csv(
    #[wasm_bindgen(unchecked_param_type = "string | Uint8Array")] table: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "[string | number, string | number]")]
    columns: Option<Vec<JsValue>>,
    #[wasm_bindgen(unchecked_optional_param_type = "boolean")] heading: Option<bool>,
) -> JsResult<Object> {
    let wanted: Vec<Wanted> =
        columns.unwrap_or_default().iter().map(wanted).collect::<JsResult<_>>()?;
    let bytes = match table.as_string() {
        Some(text) => text.into_bytes(),
        None => table.dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).map_err(|_| {
            js_error(Error::Input("parseCsv reads a string or a Uint8Array".into()))
        })?,
    };
    let first = if heading == Some(false) { FirstLine::Point } else { FirstLine::Unknown };
    let table = table::read_from(first, &bytes, &wanted).map_err(js_error)?;
    let numbers = |numbers: [f64; 2]| numbers.into_iter().map(JsValue::from).collect::<Array>();
    let columns = table.columns.iter().map(|column| {
        record([("name", (&column.name).into()), ("kind", column.kind.name().into())])
    });
    let standard = &table.standard;
    record([
        ("points", Float32Array::from(&standard.points[..]).into()),
        ("mean", numbers(standard.mean).into()),
        ("scale", standard.scale.into()),
        ("read", (standard.read as f64).into()),
        ("columns", columns.collect::<JsResult<Array>>()?.into()),
        ("chosen", numbers(table.chosen.map(|place| place as f64)).into()),
        ("encoding", table.encoding.name().into()),
        ("separator", table.separator.name().into()),
        ("decimal", table.decimal.name().into()),
        ("heading", table.heading.name().into()),
    ])
}

/// A column by its heading or by its place.
fn wanted(column: &JsValue) -> JsResult<Wanted> {
    match column.as_string() {
        Some(name) => Ok(Wanted::Name(name)),
        None => Ok(Wanted::Place(whole("columns", column.as_f64(), 0)? as usize)),
    }
}

/// The sets of pictures among files, each told by its path and its first 16 bytes or more, unpacked: what two IDX files
/// belong together, a training set before one for testing. Throws one sentence where there is none or a file is damaged.
#[wasm_bindgen(js_name = digitSets, unchecked_return_type = "DigitSet[]")]
pub fn digit_sets(paths: Vec<String>, heads: Vec<Uint8Array>) -> JsResult<Array> {
    let heads = paths.into_iter().zip(heads);
    let heads: Vec<Head> =
        heads.map(|(path, bytes)| Head { path, bytes: bytes.to_vec() }).collect();
    let set = |set: DigitSet| {
        let [count, height, width] = set.shape.map(|size| JsValue::from(size as f64));
        let turned = digit_sets::lies_on_its_side(&set.images);
        record([
            ("images", set.images.into()),
            ("labels", set.labels.map_or(JsValue::UNDEFINED, Into::into)),
            ("count", count),
            ("height", height),
            ("width", width),
            ("onItsSide", turned.into()),
        ])
    };
    digit_sets::find(&heads, false).map_err(js_error)?.into_iter().map(set).collect()
}

/// Reads IDX files as MNIST's, unpacked (`DecompressionStream("gzip")` does that): `{images: [count, 1, height, width] in
/// −1…1, labels (empty without a file of them), height, width, count}`. Labels must be below `classes`, 10 unless told;
/// `names` of the two files are what errors call them.
#[wasm_bindgen(js_name = readIdx, unchecked_return_type = "IdxImages")]
pub fn read_idx(
    images: &[u8],
    labels: Option<Vec<u8>>,
    classes: Option<f64>,
    names: Option<Vec<String>>,
) -> JsResult<Object> {
    let classes = whole("classes", classes, 10)?.min(256) as usize;
    let names = names.unwrap_or_default();
    let name = |at: usize, default| names.get(at).map_or(default, String::as_str);
    let images = File { path: name(0, "the image file"), bytes: images };
    let labels = labels.as_ref().map(|bytes| File { path: name(1, "the label file"), bytes });
    let read = idx::read(images, labels, classes).map_err(js_error)?;
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
