//! How far one set of points in the plane is from another: the sliced Wasserstein distance.

use std::f64::consts::PI;

use super::dice::Dice;
use super::points::points;
use crate::error::Result;

/// Directions onto which both sets are projected.
pub const DIRECTIONS: usize = 64;

/// Sliced Wasserstein-1 distance of two point sets `[n, 2]` and `[m, 2]`: the mean over directions u of
/// W₁ between the sets' projections p·u (Rabin, Peyré, Delon and Bernot, "Wasserstein barycenter and its
/// application to texture mixing", SSVM 2011; Bonneel et al., JMIV 2015).
///
/// It is in the points' own units: two sets of one shape, one shifted by d, are (2/π)·|d| apart. Two
/// samples of one distribution are not 0 apart but about 1/√n of its standard deviation; compare with
/// the distance of two samples of the data. The [`DIRECTIONS`] are spread evenly over half a turn and
/// turned together by a random angle of the seed, so that the mean over seeds has no bias from them.
pub fn sliced_wasserstein(a: &[f32], b: &[f32], seed: u64) -> Result<f64> {
    let (a, b) = (points("the first set", a)?, points("the second set", b)?);
    let offset = Dice::new(seed, 0).roll();
    let sum: f64 = (0..DIRECTIONS)
        .map(|i| {
            let (sin, cos) = (PI * (i as f64 + offset) / DIRECTIONS as f64).sin_cos();
            let project = |set: &[[f32; 2]]| -> Vec<f64> {
                set.iter().map(|p| cos * f64::from(p[0]) + sin * f64::from(p[1])).collect()
            };
            wasserstein(project(a), project(b))
        })
        .sum();
    Ok(sum / DIRECTIONS as f64)
}

/// W₁ on the line, for sets of any two sizes: ∫₀¹ |F⁻¹(q) − G⁻¹(q)| dq over the two step functions.
fn wasserstein(mut a: Vec<f64>, mut b: Vec<f64>) -> f64 {
    a.sort_unstable_by(f64::total_cmp);
    b.sort_unstable_by(f64::total_cmp);
    // Quantile levels in units of 1 / (n·m), where both functions have their steps at whole numbers.
    let (n, m) = (a.len() as u64, b.len() as u64);
    let (mut i, mut j, mut level, mut sum) = (0, 0, 0, 0.0);
    while i < a.len() && j < b.len() {
        let (end_a, end_b) = ((i as u64 + 1) * m, (j as u64 + 1) * n);
        let next = end_a.min(end_b);
        sum += (next - level) as f64 * (a[i] - b[j]).abs();
        level = next;
        i += usize::from(next == end_a);
        j += usize::from(next == end_b);
    }
    sum / (n as f64 * m as f64)
}
