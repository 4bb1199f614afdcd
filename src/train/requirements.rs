//! What training asks of a model, and what is said of one that has it not.

use super::options::{Classes, TrainerOptions};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::nn::ClassConditioning;
use crate::weights::SchedulerConfig;

/// The classes of the model; none without a table of them.
///
/// # Errors
/// The class is given in another way than by its number.
pub(crate) fn classes(model: &Model) -> Result<Option<Classes>> {
    match model.architecture.class_conditioning() {
        ClassConditioning::None | ClassConditioning::Table(_) => {
            Ok(Classes::of(&model.architecture))
        }
        _ => {
            let message = "only a model without classes or with a table of them can be trained";
            Err(Error::Config(message.into()))
        }
    }
}

/// Channels of a model's pictures.
///
/// # Errors
/// What goes in has other channels than what comes out.
pub(super) fn channels(model: &Model) -> Result<usize> {
    match (model.architecture.in_channels(), model.architecture.out_channels()) {
        (channels, out) if channels == out => Ok(channels),
        (channels, out) => Err(Error::Config(format!(
            "a model with {channels} channels in and {out} out cannot be trained: x_t and the target \
             are mixed from the same picture"
        ))),
    }
}

/// The model's noise schedule; the prediction asked for must be the one it is sampled with.
pub(super) fn scheduler(model: &Model, options: &TrainerOptions) -> Result<SchedulerConfig> {
    let scheduler = model.scheduler.clone();
    let scheduler = scheduler.unwrap_or_default();
    match options.prediction {
        Some(wanted) if wanted != scheduler.prediction_type => {
            let name = |prediction| serde_json::to_string(&prediction).unwrap_or_default();
            Err(Error::Input(format!(
                "prediction is {} but the model's scheduler samples with prediction_type {}",
                name(wanted),
                name(scheduler.prediction_type)
            )))
        }
        _ => Ok(scheduler),
    }
}
