//! `Chain.presentPoints`: a chain of points as dots on a canvas.

use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::chain::Chain;
use super::values::{JsResult, js_error, options};
use crate::chain::Picture;
use crate::draw::Dots;
use crate::error::Error;

#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PresentPointsOptions {
    frame: Option<usize>,
    radius: Option<f32>,
    color: Option<Vec<f32>>,
    range: Option<Vec<f32>>,
    clear: Option<bool>,
}

/// N numbers from an array of JS, which may have any length.
fn numbers<const N: usize>(
    what: &str,
    given: Option<Vec<f32>>,
    default: [f32; N],
) -> JsResult<[f32; N]> {
    let Some(given) = given else { return Ok(default) };
    <[f32; N]>::try_from(given).map_err(|given| {
        js_error(Error::Input(format!("{what} must hold {N} numbers, not {}", given.len())))
    })
}

#[wasm_bindgen]
impl Chain {
    /// Draws the particles of a model of points as soft round dots, straight from the GPU's buffer; y
    /// goes up. `what` is "x_t", "x_0" or "eps".
    #[wasm_bindgen(js_name = presentPoints)]
    pub fn present_points(
        &self,
        canvas: HtmlCanvasElement,
        #[wasm_bindgen(unchecked_param_type = "Picture")] what: String,
        #[wasm_bindgen(unchecked_optional_param_type = "PresentPointsOptions")] settings: JsValue,
    ) -> JsResult<()> {
        let settings: PresentPointsOptions = options(settings)?;
        let picture = Picture::from_name(&what).map_err(js_error)?;
        let frames = self.inner.frames();
        let first = frames.address(picture, settings.frame, self.inner.position());
        let default = Dots::default();
        let dots = Dots {
            radius: settings.radius.unwrap_or(default.radius),
            color: numbers("color", settings.color, default.color)?,
            range: numbers("range", settings.range, default.range)?,
            clear: settings.clear.unwrap_or(default.clear),
        };
        self.presenter()?
            .draw_points(&canvas, frames, first.map_err(js_error)?, &dots)
            .map_err(js_error)
    }
}
