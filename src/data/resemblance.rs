//! Whether a generated picture shows the character that somebody drew.
//!
//! The score is the normalised cross-correlation of two pictures, both moved to their center of mass and
//! blurred (σ = 1 pixel), so that what counts is where strokes run and not their exact edges; the best
//! over all drawings, turned by −8°, 0°, 8°, scaled by 0.9, 1 and 1.1 (as much as `augment` alters what a
//! network is taught), and shifted by up to one pixel.
//! 1 is the same picture, 0 is nothing in common; contrast does not matter.
//!
//! What it is not: it does not say that a sample is new (a copy of a drawing scores 1), nor that it is
//! beautiful, and it takes a character for another that differs by one stroke.
//!
//! Measured with 8 drawings of each of 木 大 △ A 中 火 X 山 (tests/golden/characters, drawn by a program with the pad of
//! the page; the test in tests/files/drawings.rs prints the numbers): at the threshold pass all of 200 altered copies
//! (see `augment`), 81 % (木) to 100 % of 16 drawings by further hands, and at most 0.1 % of 1,000 MNIST digits.
//! Characters that differ by a stroke are confused: 75 % of 大 pass for 火, 69 % of 火 for 大, 25 % of 大 for 木.

use super::drawing::{self, Ink, SIDE, Warp};
use crate::error::{Error, Result};

/// A sample with at least this score resembles one of the drawings.
pub const THRESHOLD: f32 = 0.87;

/// Room around a drawing for its shift to the center, for the blur and for the shifts.
const CANVAS: usize = 36;
/// Weights of a normal curve of σ = 1 pixel, out to three pixels.
const BLUR: [f32; 7] = [0.004_433, 0.054_006, 0.242_036, 0.399_05, 0.242_036, 0.054_006, 0.004_433];
/// Ink fainter than this is the haze of a sample, not a stroke.
const HAZE: f32 = 0.1;

/// A picture as it is compared: centered, blurred, of mean 0 and norm 1.
struct Centered(Vec<f32>);

impl Centered {
    /// None for a blank picture.
    fn new(ink: &Ink, turn: f64, scale: f64) -> Option<Self> {
        let ink = ink.map(|v| (v - HAZE).max(0.0));
        let (mut mass, mut moment) = (0.0, [0.0; 2]);
        for (at, &v) in ink.iter().enumerate() {
            mass += f64::from(v);
            moment[0] += f64::from(v) * (at / SIDE) as f64;
            moment[1] += f64::from(v) * (at % SIDE) as f64;
        }
        if mass < 1.0 {
            return None;
        }
        let off = moment.map(|m| m / mass - (SIDE as f64 - 1.0) / 2.0);
        let (sin, cos) = turn.sin_cos();
        let shift = [cos * off[0] + sin * off[1], cos * off[1] - sin * off[0]].map(|v| -v * scale);
        let mut picture = blur(&Warp { turn, scale, shift }.apply(&ink, CANVAS));
        let mean = picture.iter().sum::<f32>() / picture.len() as f32;
        picture.iter_mut().for_each(|v| *v -= mean);
        let norm = picture.iter().map(|v| v * v).sum::<f32>().sqrt();
        picture.iter_mut().for_each(|v| *v /= norm);
        Some(Self(picture))
    }

    /// Cross-correlation with the other moved by (dy, dx), each −1, 0 or 1.
    fn correlation(&self, other: &Self, dy: isize, dx: isize) -> f32 {
        // Within a frame of one pixel, so that the moved row exists.
        let row = |y: usize| {
            let a = y * CANVAS + 1;
            let b = (y.wrapping_add_signed(dy) * CANVAS + 1).wrapping_add_signed(dx);
            let pairs = self.0[a..a + CANVAS - 2].iter().zip(&other.0[b..]);
            pairs.map(|(a, b)| a * b).sum::<f32>()
        };
        (1..CANVAS - 1).map(row).sum()
    }
}

/// Along rows, transposed, twice: along both axes.
fn blur(picture: &[f32]) -> Vec<f32> {
    let pass = |from: &[f32]| {
        let mut to = vec![0.0; from.len()];
        for y in 0..CANVAS {
            for x in 0..CANVAS {
                let taps = BLUR.iter().enumerate().filter_map(|(k, weight)| {
                    let x = (x + k).checked_sub(3).filter(|x| *x < CANVAS)?;
                    Some(weight * from[y * CANVAS + x])
                });
                to[x * CANVAS + y] = taps.sum();
            }
        }
        to
    };
    pass(&pass(picture))
}

/// For each of `samples` `[m, 28, 28]` how much it resembles the most similar of `drawings`
/// `[k, 28, 28]`, both in −1…1: scores from −1 to 1, of which [`THRESHOLD`] and more count as the same
/// character. A blank sample scores 0; a blank drawing is an error.
pub fn resemblance(drawings: &[f32], samples: &[f32]) -> Result<Vec<f32>> {
    let drawings = drawing::ink("resemblance: drawings", drawings)?;
    let samples = drawing::ink("resemblance: samples", samples)?;
    let mut known = Vec::with_capacity(9 * drawings.len());
    for (i, ink) in drawings.iter().enumerate() {
        for turn in [-8.0f64, 0.0, 8.0] {
            for scale in [0.9, 1.0, 1.1] {
                let drawing = Centered::new(ink, turn.to_radians(), scale);
                known.push(drawing.ok_or_else(|| {
                    Error::Input(format!("drawing {i} is blank: nothing can resemble it"))
                })?);
            }
        }
    }
    let score = |sample: &Ink| {
        let Some(sample) = Centered::new(sample, 0.0, 1.0) else { return 0.0 };
        let near = (0..9).flat_map(|shift| {
            let sample = &sample;
            known.iter().map(move |k| sample.correlation(k, shift / 3 - 1, shift % 3 - 1))
        });
        near.fold(-1.0, f32::max)
    };
    Ok(samples.iter().map(score).collect())
}
