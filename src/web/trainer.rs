//! `Trainer`: training in the page.

use std::rc::Rc;

use js_sys::{Float32Array, Function, Int32Array, Object, Uint8Array};
use wasm_bindgen::prelude::*;

use super::values::{JsResult, js_error, object, options, progress, take};
use crate::error::Error;
use crate::model::Model;
use crate::train::{TrainerOptions, TrainingSet};

/// See `Model.trainer`.
#[wasm_bindgen]
pub struct Trainer {
    inner: Rc<crate::train::Trainer>,
}

fn wrong(message: &str) -> JsValue {
    js_error(Error::Input(message.into()))
}

impl Trainer {
    pub(super) async fn new(model: Rc<Model>, settings: JsValue) -> JsResult<Self> {
        if !settings.is_object() {
            return Err(wrong("options: data is missing"));
        }
        let settings: JsValue = Object::assign(&Object::new(), settings.unchecked_ref()).into();
        let data = take(&settings, "data")?.ok_or_else(|| wrong("options: data is missing"))?;
        let data: Float32Array =
            data.dyn_into().map_err(|_| wrong("options: data must be a Float32Array"))?;
        let labels = take(&settings, "labels")?.map(|labels| {
            labels
                .dyn_into::<Int32Array>()
                .map_err(|_| wrong("options: labels must be an Int32Array"))
        });
        let labels = labels.transpose()?.map(|labels| labels.to_vec());
        let listener = take(&settings, "onProgress")?.map(|listener| {
            listener
                .dyn_into::<Function>()
                .map_err(|_| wrong("options: onProgress must be a function"))
        });
        let listener = listener.transpose()?;
        let options: TrainerOptions = options(settings)?;
        let data = data.to_vec();
        let set = TrainingSet { values: &data, labels: labels.as_deref() };
        let trainer =
            crate::train::Trainer::new(model, set, options, progress(listener.as_ref())).await;
        Ok(Self { inner: Rc::new(trainer.map_err(js_error)?) })
    }
}

#[wasm_bindgen]
impl Trainer {
    /// Takes k steps and gives the model the new weights; resolves when the device has finished. If
    /// training goes wrong it stops by itself: the last good state is back, and `diverged` says why.
    #[wasm_bindgen(unchecked_return_type = "TrainingReport")]
    pub async fn step(&self, k: usize) -> JsResult<JsValue> {
        object(&self.inner.step(k).await.map_err(js_error)?)
    }

    /// Steps done.
    pub fn position(&self) -> usize {
        self.inner.position()
    }

    /// Losses of the newest 4096 steps, oldest first.
    pub async fn losses(&self) -> JsResult<Float32Array> {
        let losses = self.inner.losses().await.map_err(js_error)?;
        Ok(Float32Array::from(losses.as_slice()))
    }

    /// What each of 50 ranges of t costs: `{t, mean, count}`.
    #[wasm_bindgen(js_name = lossByT, unchecked_return_type = "LossAtT[]")]
    pub async fn loss_by_t(&self) -> JsResult<JsValue> {
        object(&self.inner.loss_by_t().await.map_err(js_error)?)
    }

    /// Other data from the next step on.
    #[wasm_bindgen(js_name = replaceData)]
    pub fn replace_data(&self, data: Float32Array, labels: Option<Int32Array>) -> JsResult<()> {
        let (data, labels) = (data.to_vec(), labels.map(|labels| labels.to_vec()));
        let set = TrainingSet { values: &data, labels: labels.as_deref() };
        self.inner.replace_data(set).map_err(js_error)
    }

    /// Another peak learning rate from the next step on, also after training has diverged.
    #[wasm_bindgen(js_name = setLearningRate)]
    pub fn set_learning_rate(&self, lr: f64) -> JsResult<()> {
        self.inner.set_learning_rate(lr).map_err(js_error)
    }

    /// Weights, moments, counters and statistics as at the beginning.
    pub async fn undo(&self) -> JsResult<()> {
        self.inner.undo().await.map_err(js_error)
    }

    /// The whole state of the run, for `restore`, here or on another device.
    pub async fn checkpoint(&self) -> JsResult<Uint8Array> {
        let bytes = self.inner.checkpoint().await.map_err(js_error)?;
        Ok(Uint8Array::from(bytes.as_slice()))
    }

    /// Goes on where `checkpoint` was taken.
    pub async fn restore(&self, bytes: Uint8Array) -> JsResult<()> {
        self.inner.restore(&bytes.to_vec()).await.map_err(js_error)
    }

    /// Bytes on the device by what they are for.
    #[wasm_bindgen(unchecked_return_type = "TrainingMemory")]
    pub fn memory(&self) -> JsResult<JsValue> {
        object(&self.inner.memory())
    }

    /// The checkpoint's tensors: `{name, count, trained}`.
    #[wasm_bindgen(unchecked_return_type = "Parameter[]")]
    pub fn parameters(&self) -> JsResult<JsValue> {
        object(&self.inner.parameters())
    }
}
