//! Pictures in the range that networks here are made for, −1 … 1. Pictures of 0 … 255 or 0 … 1 would train, badly and
//! without a word, so whoever gives them must say what black and white are.

use std::borrow::Cow;

use crate::error::{Error, Result};

/// The values as −1 … 1. `range` is black and white as they are given; without it nothing is changed, and `pictures` that
/// do not look as if −1 were black are refused.
pub(super) fn to_unit<'a>(
    values: &'a [f32],
    range: Option<[f64; 2]>,
    pictures: bool,
) -> Result<Cow<'a, [f32]>> {
    let (low, high) = values.iter().fold((f32::MAX, f32::MIN), |(l, h), &v| (l.min(v), h.max(v)));
    let fail = |message: String| Err(Error::Input(message));
    match range {
        None if pictures && low >= 0.0 && (high > 1.0 || high > 0.5 && low < 0.5) => {
            let white = if high > 1.0 { 255 } else { 1 };
            fail(format!(
                "the pictures lie between {low} and {high}, where black is -1 and white is 1: give valueRange: [0, {white}], \
                 or [-1, 1] if that is what they mean"
            ))
        }
        None => Ok(values.into()),
        Some([black, white]) if !(black < white && (white - black).is_finite()) => {
            fail(format!("valueRange must rise from black to white, not from {black} to {white}"))
        }
        Some([black, white]) => {
            let slack = 1e-3 * (white - black);
            if f64::from(low) < black - slack || f64::from(high) > white + slack {
                return fail(format!(
                    "the pictures lie between {low} and {high}, outside the valueRange from {black} to {white}"
                ));
            }
            let unit = |&v: &f32| (2.0 * (f64::from(v) - black) / (white - black) - 1.0) as f32;
            Ok(values.iter().map(unit).collect())
        }
    }
}
