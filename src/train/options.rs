//! What a caller may say about training, and what is wrong with it.

use super::objective::Objective;
use crate::diffusion::PredictionType;
use crate::error::{Error, Result};
use crate::nn::{Architecture, ClassConditioning};
#[cfg(not(target_arch = "wasm32"))]
use crate::options::named;
use crate::options::{options, whole};

/// Which weights the model gets after every call of [`super::Trainer::step`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleWith {
    /// The moving average: smoother, and behind by as many steps as it averages.
    #[default]
    Ema,
    /// The weights themselves.
    Raw,
}

options! {
    /// See the [module documentation](self).
    pub struct TrainerOptions {
        /// Samples in a step.
        #[serde(deserialize_with = "whole")]
        batch: usize => flag(long) = 16,
        /// Peak learning rate.
        lr: f64 => flag(long, allow_negative_numbers = true) = 1e-3,
        /// Steps of linear warm-up.
        #[serde(deserialize_with = "whole")]
        warmup: u32; skip,
        /// Step at which the learning rate has fallen to 0 along a cosine; 0: it stays.
        #[serde(deserialize_with = "whole")]
        steps: u32; skip,
        /// Weight decay of AdamW.
        weight_decay: f64 => flag(long) = 0.0,
        /// Largest norm of the gradient, which is scaled down to it; 0: any.
        clip: f64 => flag(long) = 1.0,
        /// Decay of the moving average, 0 … below 1.
        ema: f64 => flag(long) = 0.999,
        /// Which loss: merged, naive, integrated or vlb.
        objective: Objective => flag(long, value_parser = named::<Objective>) = Objective::Merged,
        /// What the network predicts: epsilon, sample or v_prediction. It must be what the model's scheduler says, or
        /// samplers would misread it.
        prediction: Option<PredictionType> => flag(long, value_parser = named::<PredictionType>),
        /// Draw t where the loss is large.
        importance: bool => flag(long),
        /// Share of labels that are withheld, so that the model can be guided.
        label_dropout: f64 => flag(long) = 0.1,
        /// Of everything random.
        #[serde(deserialize_with = "whole")]
        seed: u64 => flag(long) = 0,
        /// Layers or parameters to train, by the beginning of their names (`mid_block`, `conv_out.bias`); none: all.
        layers: Vec<String> => flag(long, value_delimiter = ',', value_name = "NAME[,NAME…]"),
        /// Black and white of the data as they are given; without it −1 and 1.
        value_range: Option<[f64; 2]>; skip,
        /// Which weights the model gets.
        sample_with: SampleWith; skip,
    }
}

/// Largest batch: threads of one dispatch are counted in 32 bits, and nobody's memory holds more.
const MAX_BATCH: usize = 1 << 16;

impl TrainerOptions {
    /// Refuses what no training can use.
    ///
    /// # Errors
    /// One sentence naming the option.
    pub fn check(&self) -> Result<()> {
        if self.batch == 0 || self.batch > MAX_BATCH {
            let message = format!("batch must lie between 1 and {MAX_BATCH}, not {}", self.batch);
            return Err(Error::Input(message));
        }
        check_learning_rate(self.lr)?;
        let range = |what: &str, value: f64, allowed: bool, wanted: &str| match allowed {
            true => Ok(()),
            false => Err(Error::Input(format!("{what} must be {wanted}, not {value}"))),
        };
        let positive = |v: f64| v >= 0.0 && v.is_finite();
        let (decay, clip) = (self.weight_decay, self.clip);
        range("weightDecay", decay, positive(decay), "0 or more")?;
        range("clip", clip, positive(clip), "0 or more")?;
        range("ema", self.ema, (0.0..1.0).contains(&self.ema), "at least 0 and below 1")?;
        let dropout = self.label_dropout;
        range("labelDropout", dropout, (0.0..=1.0).contains(&dropout), "between 0 and 1")
    }
}

/// The classes of a model in training.
#[derive(Clone, Copy, Debug)]
pub struct Classes {
    /// Rows of its table of classes.
    pub rows: usize,
    /// The row that stands for "none", and is nobody's label.
    pub none: Option<usize>,
}

impl Classes {
    /// Those of a model that is told a class by its number.
    pub fn of(architecture: &Architecture) -> Option<Self> {
        match architecture.class_conditioning() {
            ClassConditioning::Table(rows) => Some(Self { rows, none: architecture.null_class() }),
            _ => None,
        }
    }

    /// Labels lie below.
    pub fn count(&self) -> usize {
        let last = self.rows.checked_sub(1);
        if last.is_some() && self.none == last { self.rows - 1 } else { self.rows }
    }

    fn check(&self, labels: &[i32]) -> Result<()> {
        let row = |label: i32| usize::try_from(label).ok();
        let outside =
            |&label: &i32| row(label).is_none_or(|row| row >= self.rows || Some(row) == self.none);
        let Some(at) = labels.iter().position(outside) else { return Ok(()) };
        let label = labels[at];
        let (low, high) = labels.iter().fold((label, label), |(l, h), &v| (l.min(v), h.max(v)));
        let none = match self.none.is_some() && row(label) == self.none {
            true => "; it stands for \"none\" (null_class in config.json)",
            false => "",
        };
        let top = self.count() as i64 - 1;
        Err(Error::Input(format!(
            "label {label} of picture {at} (the first is picture 0) is no class: classes go from 0 to {top}, these \
             labels from {low} to {high}{none}"
        )))
    }
}

/// Refuses a learning rate nothing can be learnt with.
pub(super) fn check_learning_rate(lr: f64) -> Result<()> {
    if lr > 0.0 && lr.is_finite() && lr as f32 > 0.0 {
        return Ok(());
    }
    Err(Error::Input(format!("lr must be a positive number, not {lr}")))
}

/// What is trained on: pictures or points, and perhaps their classes.
#[derive(Clone, Copy, Debug)]
pub struct TrainingSet<'a> {
    /// `[n, c, h, w]`, about −1 … 1.
    pub values: &'a [f32],
    /// One class each.
    pub labels: Option<&'a [i32]>,
}

/// Values beyond this are no data of unit size.
const MAX_VALUE: f32 = 100.0;

impl TrainingSet<'_> {
    /// Number of pictures of `elements` values each, for a model with these classes.
    ///
    /// # Errors
    /// One sentence: no data, a length that does not fit, a value that is no number or far out of range,
    /// labels missing, superfluous, too few or out of range.
    pub fn check(&self, elements: usize, classes: Option<Classes>) -> Result<usize> {
        let fail = |message: String| Err(Error::Input(message));
        if self.values.is_empty() {
            return fail("there is no data to train on".into());
        }
        if !self.values.len().is_multiple_of(elements) {
            let got = self.values.len();
            return fail(format!("the data has {got} values, not a multiple of {elements}"));
        }
        let n = self.values.len() / elements;
        if let Some(at) = self.values.iter().position(|v| !v.is_finite()) {
            let what = format!("value {} of number {}", at % elements, at / elements);
            return fail(format!("the data holds {} ({what}, counted from 0)", self.values[at]));
        }
        if let Some(at) = self.values.iter().position(|v| v.abs() > MAX_VALUE) {
            let got = self.values[at];
            return fail(format!("the data holds {got}, far outside −1 … 1: scale it first"));
        }
        match (classes, self.labels) {
            (None, None) => Ok(n),
            (None, Some(_)) => fail("this model has no classes, but labels were given".into()),
            (Some(_), None) => fail("this model wants a class label for every picture".into()),
            (Some(classes), Some(labels)) => {
                if labels.len() != n {
                    return fail(format!("{} labels were given for {n} pictures", labels.len()));
                }
                classes.check(labels).map(|()| n)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_options_are_named() {
        type Spoil = fn(&mut TrainerOptions);
        let bad: [(&str, Spoil); 8] = [
            ("batch", |o| o.batch = 0),
            ("batch", |o| o.batch = 1 << 20),
            ("lr", |o| o.lr = 0.0),
            ("lr", |o| o.lr = f64::NAN),
            ("weightDecay", |o| o.weight_decay = -1.0),
            ("clip", |o| o.clip = f64::INFINITY),
            ("ema", |o| o.ema = 1.0),
            ("labelDropout", |o| o.label_dropout = 1.5),
        ];
        for (name, spoil) in bad {
            let mut options = TrainerOptions::default();
            options.check().expect("the defaults are fine");
            spoil(&mut options);
            let error = options.check().unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn bad_data_is_named() {
        let check = |values: &[f32], labels: Option<&[i32]>, classes: Option<usize>| {
            let classes = classes.map(|rows| Classes { rows, none: Some(rows - 1) });
            TrainingSet { values, labels }.check(2, classes).map_err(|e| e.to_string())
        };
        assert_eq!(check(&[0.0; 6], None, None), Ok(3));
        assert_eq!(check(&[0.0; 6], Some(&[0, 4, 2]), Some(6)), Ok(3));
        let refused = |result: std::result::Result<usize, String>, word: &str| {
            let error = result.unwrap_err();
            assert!(error.contains(word), "{error}");
        };
        refused(check(&[], None, None), "no data");
        refused(check(&[0.0; 5], None, None), "5 values");
        refused(check(&[0.0, 0.0, 1.0, f32::NAN], None, None), "NaN (value 1 of number 1");
        refused(check(&[0.0, 1e9], None, None), "far outside");
        refused(check(&[0.0; 6], Some(&[0, 1, 2]), None), "no classes");
        refused(check(&[0.0; 6], None, Some(3)), "wants a class label");
        refused(check(&[0.0; 6], Some(&[0, 1]), Some(3)), "2 labels");
        refused(
            check(&[0.0; 6], Some(&[0, 1, 5]), Some(4)),
            "label 5 of picture 2 (the first is picture 0) is no class: classes go from 0 to 2, these labels from 0 to 5",
        );
        refused(check(&[0.0; 6], Some(&[0, -1, 2]), Some(4)), "label -1 of picture 1");
        refused(check(&[0.0; 6], Some(&[0, 1, 3]), Some(4)), "stands for \"none\"");
        let set = TrainingSet { values: &[0.0; 6], labels: Some(&[0, 1, 3]) };
        let all = Some(Classes { rows: 4, none: None });
        assert_eq!(set.check(2, all).unwrap(), 3, "every row is a class unless the file says so");
        assert!(set.check(2, Some(Classes { rows: 4, none: Some(0) })).is_err());
    }
}
