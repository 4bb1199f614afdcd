//! `Model`: a network with its weights, loaded or begun.

use std::rc::Rc;

use js_sys::{Float32Array, Int32Array, Uint8Array};
use wasm_bindgen::prelude::*;

use super::chain::Chain;
use super::present::Presenter;
use super::trainer::Trainer;
use super::values::{JsResult, js_error, object};
use crate::bench::{TUNE_MS, tune_next};
use crate::model::{BatchShape, Labels};

/// See `Engine.loadModel` and `Engine.newModel`.
#[wasm_bindgen]
pub struct Model {
    inner: Rc<crate::model::Model>,
    presenter: Option<Rc<Presenter>>,
}

impl Model {
    pub(super) fn new(inner: Rc<crate::model::Model>, presenter: Option<Rc<Presenter>>) -> Self {
        Self { inner, presenter }
    }
}

#[wasm_bindgen]
impl Model {
    /// config.json as an object, every key filled in.
    #[wasm_bindgen(unchecked_return_type = "Record<string, unknown>")]
    pub fn config(&self) -> JsResult<JsValue> {
        object(&self.inner.architecture)
    }

    /// What the model samples by when nothing is said: scheduler_config.json as an object, every key filled in.
    #[wasm_bindgen(unchecked_return_type = "Record<string, unknown>")]
    pub fn scheduler(&self) -> JsResult<JsValue> {
        object(&self.inner.scheduler.clone().unwrap_or_default())
    }

    /// Number of scalars in the checkpoint.
    #[wasm_bindgen(js_name = parameterCount)]
    pub fn parameter_count(&self) -> JsResult<usize> {
        self.inner.parameter_count().map_err(js_error)
    }

    /// Names of the layers whose output can be looked at, in order of execution.
    pub fn taps(&self) -> JsResult<Vec<String>> {
        let (_, denoiser) = self.inner.architecture.usual().map_err(js_error)?;
        let nodes = denoiser.graph.nodes().iter();
        Ok(nodes.map(|node| denoiser.graph.tensor_name(node.output).to_string()).collect())
    }

    /// ε̂ for a batch `[n, c, h, w]` of the model's image size, with n timesteps and n labels.
    pub async fn predict(
        &self,
        x: Float32Array,
        t: Float32Array,
        labels: Option<Int32Array>,
    ) -> JsResult<Float32Array> {
        let (h, w) = self.inner.sample_size().map_err(js_error)?;
        let timesteps: Vec<f64> = t.to_vec().into_iter().map(f64::from).collect();
        let shape = BatchShape { n: timesteps.len(), h, w };
        let labels: Option<Vec<f32>> =
            labels.map(|l| l.to_vec().into_iter().map(|label| label as f32).collect());
        let labels = labels.as_deref().map_or(Labels::None, Labels::Values);
        let eps = self.inner.predict(shape, &x.to_vec(), &timesteps, labels).await;
        Ok(Float32Array::from(eps.map_err(js_error)?.as_slice()))
    }

    /// Starts a chain; see `ChainOptions` in the README.
    pub async fn chain(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "ChainOptions")] options: JsValue,
    ) -> JsResult<Chain> {
        Chain::new(&self.inner, self.presenter.clone(), options).await
    }

    /// Begins training: this model's weights change with every `Trainer.step`.
    pub async fn trainer(
        &self,
        #[wasm_bindgen(unchecked_param_type = "TrainerOptions")] options: JsValue,
    ) -> JsResult<Trainer> {
        Trainer::new(self.inner.clone(), options).await
    }

    /// Measures a network call at a batch size: `{batch, ms, gflops, convGflops, dispatches,
    /// activationBytes, lowerBoundBytes, msByOp}`. Takes seconds.
    #[wasm_bindgen(unchecked_return_type = "Bench")]
    pub async fn bench(&self, batch: usize) -> JsResult<JsValue> {
        object(&crate::bench::forward(&self.inner, batch.max(1)).await.map_err(js_error)?)
    }

    /// Measures each kernel of a training step alone at a batch size, those with `only` in the name of their operation.
    /// Takes a minute.
    #[wasm_bindgen(js_name = benchKernels, unchecked_return_type = "KernelBench[]")]
    pub async fn bench_kernels(&self, batch: usize, only: String) -> JsResult<JsValue> {
        let measured = crate::bench::kernel_benches(&self.inner, batch.max(1), &only).await;
        object(&measured.map_err(js_error)?)
    }

    /// On WebGPU, tries the ways to compute the next operation of a call for `batch` pictures, or of a training step:
    /// a line about it, or undefined once all have been tried. Takes some 100 ms. What is computed stays the same, bit
    /// by bit; chains and trainers made afterwards are quicker where a way is. Keep `Engine.keptWays()` for another visit.
    #[wasm_bindgen(js_name = tuneNext)]
    pub async fn tune_next(&self, batch: usize, training: bool) -> JsResult<Option<String>> {
        let tried = tune_next(&self.inner, batch.max(1), training, TUNE_MS).await;
        Ok(tried.map_err(js_error)?.map(|tried| tried.to_string()))
    }

    /// The weights as safetensors (f32, diffusers' names).
    pub async fn save(&self) -> JsResult<Uint8Array> {
        let bytes = self.inner.save().await.map_err(js_error)?;
        Ok(Uint8Array::from(bytes.as_slice()))
    }
}
