//! Finds out which way of lowering a model's operations is the quickest on its device, one operation a call.

use crate::error::Result;
use crate::model::{Model, Recipe};
use crate::run::{self, Tried};
use crate::train;

/// How long a measurement should take in a page that goes on beside it.
pub const TUNE_MS: f64 = 15.0;

/// Tries the next operation of a model's call for `batch` images, or of a training step with all layers; none once all
/// have been tried, or where nothing can be tried: the processor has one way. See [`run::tune_next`].
///
/// # Errors
/// The model says no size, cannot be trained, or the device failed.
pub async fn tune_next(
    model: &Model,
    batch: usize,
    training: bool,
    enough_ms: f64,
) -> Result<Option<Tried>> {
    let Some(gpu) = model.device.gpu() else { return Ok(None) };
    let (h, w) = model.sample_size()?;
    let layers = training.then(Vec::new);
    let recipe = Recipe { config: model.architecture.clone(), h, w, layers };
    run::tune_next(gpu, &train::graph(&recipe, batch)?, &model.params, enough_ms).await
}
