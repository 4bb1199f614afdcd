//! The processor in a browser: workers that run this same module, and objects on the main thread that stand for those
//! in the workers. The JavaScript of it lies in workers/; wasm-bindgen puts it beside the package's own module.

use wasm_bindgen::prelude::*;

use super::drawing::Drawing;
use super::values::{JsResult, js_error, whole};
use crate::error::Error;

/// Workers, at most.
const MOST: u64 = 64;

#[wasm_bindgen(module = "/src/web/workers/open.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = openWorkers)]
    async fn open_workers(
        module: JsValue,
        count: Option<u32>,
        drawing: Drawing,
    ) -> Result<JsValue, JsValue>;
}

/// Has wasm-bindgen copy files that nothing of Rust's is imported from.
macro_rules! copied {
    ($($file:literal),+) => {$(
        const _: () = {
            #[wasm_bindgen(module = $file)]
            extern "C" {
                #[allow(dead_code, reason = "only the file is wanted")]
                fn nothing();
            }
        };
    )+};
}

copied!(
    "/src/web/workers/worker.js",
    "/src/web/workers/methods.js",
    "/src/web/workers/link.js",
    "/src/web/workers/remote.js",
    "/src/web/workers/easel.js"
);

/// How many workers are asked for.
pub(super) fn count(asked: f64) -> JsResult<u32> {
    match whole("workers", Some(asked), 0)? {
        count @ 1..=MOST => Ok(count as u32),
        count => {
            let message = format!("there can be 1 to {MOST} workers, not {count}");
            Err(js_error(Error::Input(message)))
        }
    }
}

/// Starts workers, one a core unless told, and opens the processor in them.
pub(super) async fn open(count: Option<u32>) -> JsResult<JsValue> {
    open_workers(wasm_bindgen::module(), count, Drawing).await
}
