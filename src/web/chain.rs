//! `Chain`: a diffusion chain, step by step or many at a time.

use std::rc::Rc;

use js_sys::Float32Array;
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::drawing::Pictures;
use super::present::Presenter;
use super::values::{JsResult, js_error, object, options};
use crate::chain::{ChainOptions, Direction, Picture};
use crate::draw::Cells;
use crate::error::Error;
use crate::model::Model;

/// See `Model.chain`.
#[wasm_bindgen]
pub struct Chain {
    pub(super) inner: Rc<crate::chain::Chain>,
    pub(super) presenter: Option<Rc<Presenter>>,
}

/// A row of `Chain.table()`.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    t: f64,
    alpha_bar: f64,
    beta: f64,
    sigma: f64,
}

impl Chain {
    pub(super) async fn new(
        model: &Model,
        presenter: Option<Rc<Presenter>>,
        settings: JsValue,
    ) -> JsResult<Self> {
        let options: ChainOptions = options(settings)?;
        let chain = crate::chain::Chain::new(model, options).map_err(js_error)?;
        Ok(Self { inner: Rc::new(chain), presenter })
    }
}

#[wasm_bindgen]
impl Chain {
    /// Steps in all.
    pub fn length(&self) -> usize {
        self.inner.len()
    }

    /// Steps done.
    pub fn position(&self) -> usize {
        self.inner.position()
    }

    /// Whether the end is reached.
    pub fn done(&self) -> bool {
        self.inner.done()
    }

    /// The timestep of the current frame: see `table`.
    pub fn t(&self) -> f64 {
        self.rows()[self.inner.position()].t
    }

    /// `length() + 1` rows `{t, alphaBar, beta, sigma}`: row i describes frame i and the step that
    /// leads on from it. t counts floors: T at the noisiest, 0 for the finished picture.
    #[wasm_bindgen(unchecked_return_type = "TableRow[]")]
    pub fn table(&self) -> JsResult<JsValue> {
        object(&self.rows())
    }

    /// Takes k steps; resolves when the device has finished them.
    pub async fn step(&self, k: usize) -> JsResult<()> {
        self.inner.step(k).await.map_err(js_error)
    }

    /// Pictures of the whole batch, `[batch, c, h, w]`; `what` is "x_t", "x_0", "eps"
    /// or "x_0_unguided".
    pub async fn read(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Picture")] what: String,
        frame: Option<usize>,
    ) -> JsResult<Float32Array> {
        let picture = Picture::from_name(&what).map_err(js_error)?;
        let values = self.inner.read(picture, frame).await.map_err(js_error)?;
        Ok(Float32Array::from(values.as_slice()))
    }

    /// Draws pictures onto a canvas. Options: `cells`, pairs of frame and image (default: the newest frame of image
    /// 0); `columns` of the grid; `scale` of the values. On WebGPU they are drawn straight from the device's buffer; from a worker they come
    /// later, and the newest call for a canvas counts.
    pub fn present(
        &self,
        canvas: HtmlCanvasElement,
        #[wasm_bindgen(unchecked_param_type = "Picture")] what: String,
        #[wasm_bindgen(unchecked_optional_param_type = "PresentOptions")] settings: JsValue,
    ) -> JsResult<()> {
        let (frames, position) = (self.inner.frames(), self.inner.position());
        let asked = Pictures::read(&what, settings, frames.batch())?;
        let address = |(frame, image): &(Option<usize>, usize)| {
            let first = frames.address(asked.picture, *frame, position)?;
            Ok((first + image * frames.image_elements()) as u32)
        };
        let first = asked.cells.iter().map(address).collect::<Result<Vec<_>, _>>();
        let first = &first.map_err(js_error)?[..];
        let cells = Cells { first, columns: asked.columns, scale: asked.scale };
        self.presenter()?.draw(&canvas, frames, &cells).map_err(js_error)
    }

    /// What a batch of its pictures is: `[batch, channels, height, width]`.
    #[wasm_bindgen(unchecked_return_type = "[number, number, number, number]")]
    pub fn shape(&self) -> JsResult<JsValue> {
        let frames = self.inner.frames();
        let [c, h, w] = frames.image();
        object(&[frames.batch(), c, h, w])
    }
}

impl Chain {
    pub(super) fn presenter(&self) -> JsResult<&Presenter> {
        let none = || js_error(Error::Gpu("the processor draws nothing: read the pictures".into()));
        self.presenter.as_deref().ok_or_else(none)
    }

    fn rows(&self) -> Vec<Row> {
        let steps = self.inner.steps();
        let building = self.inner.direction() == Direction::Build;
        let mut rows: Vec<Row> = steps
            .iter()
            .enumerate()
            .map(|(i, step)| Row {
                // A step knows the index 0 … T−1 its network is asked about; floors count from 1. A
                // walk upwards knows where it arrives, so its row names where it came from.
                t: match (building, i) {
                    (true, _) => step.timestep + 1.0,
                    (false, 0) => 0.0,
                    (false, _) => steps[i - 1].timestep + 1.0,
                },
                alpha_bar: step.alpha_bar,
                beta: step.beta,
                sigma: step.sigma,
            })
            .collect();
        let last = &steps[steps.len() - 1];
        rows.push(Row {
            t: if building { 0.0 } else { last.timestep + 1.0 },
            alpha_bar: last.alpha_bar_prev,
            beta: 0.0,
            sigma: 0.0,
        });
        rows
    }
}
