//! The arithmetic of diffusion as functions of JavaScript, for figures that run without a device: plain arrays out.

use js_sys::{Float32Array, Float64Array, Object};
use wasm_bindgen::prelude::*;

use super::values::{JsResult, js_error, record};
use crate::data::oracle;
use crate::diffusion::{PredictionType, noise_from, parse_name};
use crate::error::Error;
use crate::train::Objective;
use crate::weights::SchedulerConfig;

/// Of the text of scheduler_config.json; without it diffusers' defaults, which are Ho's linear β.
fn scheduler_config(text: Option<String>) -> JsResult<SchedulerConfig> {
    let default = || Ok(SchedulerConfig::default());
    text.map_or_else(default, |text| SchedulerConfig::from_json(&text)).map_err(js_error)
}

/// β_t and ᾱ_t (Ho's) for t = 0 … T−1, as the text of a scheduler_config.json says, or without it as Ho does:
/// `{betas: Float64Array, alphaBars: Float64Array}`.
#[wasm_bindgen(unchecked_return_type = "Schedule")]
pub fn schedule(scheduler: Option<String>) -> JsResult<Object> {
    let schedule = scheduler_config(scheduler)?.schedule().map_err(js_error)?;
    record([
        ("betas", Float64Array::from(schedule.betas()).into()),
        ("alphaBars", Float64Array::from(schedule.alpha_bars()).into()),
    ])
}

/// What each t = 0 … T−1 makes of an error of ε: the loss is weight·‖ε − ε̂‖² + floor, of which the floor is what no
/// network can guess: `{weights: Float64Array, floors: Float64Array}`.
#[wasm_bindgen(js_name = lossOfNoise, unchecked_return_type = "LossOfNoise")]
pub fn loss_of_noise(
    #[wasm_bindgen(unchecked_param_type = "Objective")] objective: &str,
    #[wasm_bindgen(unchecked_param_type = "Prediction")] prediction: &str,
    scheduler: Option<String>,
) -> JsResult<Object> {
    let table = || {
        let objective: Objective = parse_name("objective", objective)?;
        let prediction: PredictionType = parse_name("prediction", prediction)?;
        Ok((objective, prediction))
    };
    let (objective, prediction) = table().map_err(js_error)?;
    let schedule = scheduler_config(scheduler)?.schedule().map_err(js_error)?;
    let table = objective.table(&schedule, prediction).map_err(js_error)?;
    let (weights, floors): (Vec<f64>, Vec<f64>) = table.iter().map(|pair| pair.of_noise()).unzip();
    record([
        ("weights", Float64Array::from(&weights[..]).into()),
        ("floors", Float64Array::from(&floors[..]).into()),
    ])
}

/// ε̂ from what a network answers to x_t at ᾱ_t, whatever it predicts.
#[wasm_bindgen(js_name = noiseFrom)]
pub fn noise_from_answer(
    #[wasm_bindgen(unchecked_param_type = "Prediction")] prediction: &str,
    answer: &[f32],
    x: &[f32],
    #[wasm_bindgen(js_name = alphaBar)] alpha_bar: f64,
) -> JsResult<Float32Array> {
    let prediction: PredictionType = parse_name("prediction", prediction).map_err(js_error)?;
    if answer.len() != x.len() {
        let (got, wanted) = (answer.len(), x.len());
        let message = format!("the answer has {got} values, but x has {wanted}");
        return Err(js_error(Error::Input(message)));
    }
    let noise = noise_from(prediction, answer, x, alpha_bar).map_err(js_error)?;
    Ok(Float32Array::from(&noise[..]))
}

/// One step of DDIM (η = 0) for data that are exactly the points [n, 2]: x [q, 2] at ᾱ = `alphaBar` taken to
/// `alphaBarPrev` by the exact E[ε | x_t] in place of a network.
#[wasm_bindgen(js_name = exactStep)]
pub fn exact_step(
    data: &[f32],
    x: &[f32],
    #[wasm_bindgen(js_name = alphaBar)] alpha_bar: f64,
    #[wasm_bindgen(js_name = alphaBarPrev)] alpha_bar_prev: f64,
) -> JsResult<Vec<f32>> {
    oracle::exact_step(data, x, alpha_bar, alpha_bar_prev).map_err(js_error)
}
