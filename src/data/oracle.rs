//! The best that any network could predict: for a finite data set the expected noise has a closed form.

use super::points::points;
use crate::diffusion::{Ddim, PredictionType};
use crate::error::{Error, Result};

/// Relative weights below e^−60 cannot change an f64 sum.
const NEGLIGIBLE: f64 = -60.0;

/// E[ε | x_t] at each query, for data that are exactly these points, each equally likely.
///
/// `data` is `[n, 2]`, `queries` are x_t as `[q, 2]`, `alpha_bar` is Ho's ᾱ_t (Su's ᾱ_t squared), 0 ≤ ᾱ < 1;
/// returns `[q, 2]`. By x_t = √ᾱ x_0 + √(1−ᾱ) ε (Ho et al. 2020 eq. 4; Su eq. 6) and Bayes,
///
/// * p(x_0 = xᵢ | x_t) = softmaxᵢ(−‖x_t − √ᾱ xᵢ‖² / (2(1−ᾱ))),
/// * E[ε | x_t] = (x_t − √ᾱ Σᵢ p(x_0 = xᵢ | x_t) xᵢ) / √(1−ᾱ),
///
/// which minimises the mean squared error of every prediction of ε from x_t (Karras et al. 2022,
/// appendix B.3, says the same of x_0). Computed in f64.
pub fn exact_noise(data: &[f32], queries: &[f32], alpha_bar: f64) -> Result<Vec<f32>> {
    let data = points("the data set", data)?;
    let queries = points("the set of queries", queries)?;
    if !(0.0..1.0).contains(&alpha_bar) {
        return Err(Error::Input(format!(
            "alpha_bar must be at least 0 and less than 1, not {alpha_bar}"
        )));
    }
    let (keep, noise) = (alpha_bar.sqrt(), (1.0 - alpha_bar).sqrt());
    let faded: Vec<[f64; 2]> = data.iter().map(|x| x.map(|v| keep * f64::from(v))).collect();
    let mut logits = vec![0.0; data.len()];
    let estimate = |query: &[f32; 2]| {
        let x_t = query.map(f64::from);
        let mut highest = f64::NEG_INFINITY;
        for (logit, x) in logits.iter_mut().zip(&faded) {
            let [dx, dy] = [x_t[0] - x[0], x_t[1] - x[1]];
            *logit = -(dx * dx + dy * dy) / (2.0 * noise * noise);
            highest = highest.max(*logit);
        }
        let (mut total, mut sum) = (0.0, [0.0; 2]);
        for (logit, x) in logits.iter().zip(&faded) {
            let logit = logit - highest;
            if logit > NEGLIGIBLE {
                let weight = logit.exp();
                total += weight;
                sum[0] += weight * x[0];
                sum[1] += weight * x[1];
            }
        }
        [0, 1].map(|c| ((x_t[c] - sum[c] / total) / noise) as f32)
    };
    Ok(queries.iter().flat_map(estimate).collect())
}

/// One step of DDIM (η = 0) with the exact noise in place of a network's: `x` `[q, 2]` at ᾱ = `alpha_bar` taken to
/// `alpha_bar_prev`, both Ho's, 0 < ᾱ < ᾱ' ≤ 1.
pub fn exact_step(
    data: &[f32],
    x: &[f32],
    alpha_bar: f64,
    alpha_bar_prev: f64,
) -> Result<Vec<f32>> {
    if !(0.0 < alpha_bar && alpha_bar < alpha_bar_prev && alpha_bar_prev <= 1.0) {
        return Err(Error::Input(format!(
            "a step must lead to a larger alpha_bar, at most 1, not from {alpha_bar} to {alpha_bar_prev}"
        )));
    }
    let step = Ddim::default().jump(alpha_bar, alpha_bar_prev, PredictionType::Epsilon, None);
    let noise = exact_noise(data, x, alpha_bar)?;
    let next = |(&x, &eps): (&f32, &f32)| step.apply(x.into(), eps.into(), 0.0).prev as f32;
    Ok(x.iter().zip(&noise).map(next).collect())
}
