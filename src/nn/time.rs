//! Features of a timestep, computed on the CPU: WGSL promises sin and cos only near zero, and a
//! chain needs them once per step of its table.

use crate::error::{Error, Result};

/// `time_proj` of a model: t → `[F]`.
#[derive(Clone, Debug)]
pub enum TimeFeatures {
    /// Sinusoids of fixed frequencies (Vaswani et al. 2017, section 3.5).
    Positional {
        /// Radians per unit of t.
        frequencies: Vec<f32>,
        /// Whether cosines come first.
        cosines_first: bool,
        /// Length of the result; one more than the sinusoids where it is odd.
        width: usize,
    },
    /// Sinusoids of ln t at trained frequencies (Song et al. 2021).
    Fourier {
        /// `time_proj.weight`.
        weight: Vec<f32>,
    },
    /// Rows of a trained table.
    Learned {
        /// `time_proj.weight`, rows one after another.
        table: Vec<f32>,
        /// Length of a row.
        width: usize,
    },
}

impl TimeFeatures {
    /// diffusers' `Timesteps`: `width`/2 frequencies from 1 down towards 1/10000 (not reached with a
    /// `freq_shift` of 0).
    pub fn positional(width: usize, freq_shift: f64, cosines_first: bool) -> Self {
        // In f32 and in diffusers' order, so that t·frequency rounds as it does there.
        let half = width / 2;
        let step =
            |k: usize| (-(10_000f64.ln()) as f32 * k as f32) / (half as f64 - freq_shift) as f32;
        Self::Positional {
            frequencies: (0..half).map(|k| step(k).exp()).collect(),
            cosines_first,
            width,
        }
    }

    /// The features of one timestep.
    ///
    /// # Errors
    /// t is not a number this kind of embedding can take.
    pub fn of(&self, t: f64) -> Result<Vec<f32>> {
        if !t.is_finite() {
            return Err(Error::Input(format!("a timestep must be a number, not {t}")));
        }
        let sinusoids = |angles: &[f32], cosines_first: bool| -> Vec<f32> {
            let sin = angles.iter().map(|&a| (a as f64).sin() as f32);
            let cos = angles.iter().map(|&a| (a as f64).cos() as f32);
            if cosines_first { cos.chain(sin).collect() } else { sin.chain(cos).collect() }
        };
        match self {
            Self::Positional { frequencies, cosines_first, width } => {
                let angles: Vec<f32> = frequencies.iter().map(|f| t as f32 * f).collect();
                let mut features = sinusoids(&angles, *cosines_first);
                features.resize(*width, 0.0);
                Ok(features)
            }
            Self::Fourier { weight } => {
                if t <= 0.0 {
                    let message = format!("this model embeds ln t: t must be positive, not {t}");
                    return Err(Error::Input(message));
                }
                let ln_t = (t as f32).ln();
                let angle = |w: &f32| ln_t * w * 2.0 * std::f32::consts::PI;
                Ok(sinusoids(&weight.iter().map(angle).collect::<Vec<_>>(), false))
            }
            Self::Learned { table, width } => {
                let rows = table.len() / width;
                if t < 0.0 || t.fract() != 0.0 || t >= rows as f64 {
                    let message = format!("this model knows timesteps 0 to {}, not {t}", rows - 1);
                    return Err(Error::Input(message));
                }
                Ok(table[t as usize * width..][..*width].to_vec())
            }
        }
    }
}
