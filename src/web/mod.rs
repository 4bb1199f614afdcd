//! The JavaScript surface. The only place that knows JS types; everything else is plain Rust.
//!
//! Exported async methods take `&self`: two overlapping `&mut self` calls would fail in wasm-bindgen.

mod chain;
mod engine;
mod model;
mod present;

pub use chain::Chain;
pub use engine::Engine;
pub use model::Model;

use wasm_bindgen::prelude::*;

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// A JS `Error` with the sentence of ours.
fn js_error(error: crate::Error) -> JsValue {
    js_sys::Error::new(&error.to_string()).into()
}

type JsResult<T> = Result<T, JsValue>;

/// Reads a plain JS object of options; unknown keys and wrong types are named.
fn options<T: serde::de::DeserializeOwned + Default>(value: JsValue) -> JsResult<T> {
    if value.is_undefined() || value.is_null() {
        return Ok(T::default());
    }
    serde_wasm_bindgen::from_value(value)
        .map_err(|e| js_error(crate::Error::Input(format!("options: {e}"))))
}

/// A plain JS object from anything serialisable.
fn object(value: &impl serde::Serialize) -> JsResult<JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(|e| js_sys::Error::new(&e.to_string()).into())
}
