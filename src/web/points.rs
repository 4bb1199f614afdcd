//! `Chain.presentPoints`: a chain of points as dots on a canvas.

use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::chain::Chain;
use super::drawing::Points;
use super::values::{JsResult, js_error};

#[wasm_bindgen]
impl Chain {
    /// Draws the particles of a model of points as soft round dots; y goes up. `what` is "x_t", "x_0" or "eps".
    #[wasm_bindgen(js_name = presentPoints)]
    pub fn present_points(
        &self,
        canvas: HtmlCanvasElement,
        #[wasm_bindgen(unchecked_param_type = "Picture")] what: String,
        #[wasm_bindgen(unchecked_optional_param_type = "PresentPointsOptions")] settings: JsValue,
    ) -> JsResult<()> {
        let frames = self.inner.frames();
        let Points { picture, frame, dots } = Points::read(&what, settings, frames.image())?;
        let first = frames.address(picture, frame, self.inner.position()).map_err(js_error)?;
        self.presenter()?.draw_points(&canvas, frames, first, &dots).map_err(js_error)
    }
}
