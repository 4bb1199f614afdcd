//! The sliced Wasserstein distance and the exact noise, where both are known without them.

use chailou::data::distance::sliced_wasserstein;
use chailou::data::oracle::exact_noise;
use chailou::data::toys::Toy;
use chailou::diffusion::{Stream, normals};

fn distance(a: &[f32], b: &[f32]) -> f64 {
    sliced_wasserstein(a, b, 0).unwrap_or_else(|e| panic!("{e}"))
}

fn noise(data: &[f32], queries: &[f32], alpha_bar: f64) -> Vec<f32> {
    exact_noise(data, queries, alpha_bar).unwrap_or_else(|e| panic!("{e}"))
}

#[track_caller]
fn near(what: &str, got: f64, expected: f64, bound: f64) {
    assert!((got - expected).abs() <= bound, "{what}: got {got}, expected {expected} ± {bound}");
}

#[test]
fn a_shift_is_as_far_as_its_mean_projection() {
    let moons = Toy::Moons.points(300, 1).unwrap();
    for d in [[0.5f32, 0.0], [0.0, -2.0], [0.3, 0.4]] {
        let shifted: Vec<f32> = moons.chunks(2).flat_map(|p| [p[0] + d[0], p[1] + d[1]]).collect();
        let length = f64::from(d[0].hypot(d[1]));
        let expected = length * std::f64::consts::FRAC_2_PI;
        near("shifted moons", distance(&moons, &shifted), expected, 1e-3 * length);
        near("the other way", distance(&shifted, &moons), expected, 1e-3 * length);
    }
    assert_eq!(distance(&moons, &moons), 0.0);
    // The order of points does not matter.
    let reversed: Vec<f32> = moons.chunks(2).rev().flatten().copied().collect();
    assert_eq!(distance(&moons, &reversed), 0.0);
}

#[test]
fn sets_of_different_sizes_are_compared_by_quantiles() {
    // One point at 0 against points at 0 and 3 on the x axis: half of the mass moves by 3·|cos|.
    let expected = 1.5 * std::f64::consts::FRAC_2_PI;
    near("1 against 2", distance(&[0., 0.], &[0., 0., 3., 0.]), expected, 2e-3);
    // {0, 3} against {0, 0, 3}: F⁻¹ and G⁻¹ differ by 3 on (1/2, 2/3).
    let got = distance(&[0., 0., 3., 0.], &[0., 0., 3., 0., 0., 0.]);
    near("2 against 3", got, 0.5 * std::f64::consts::FRAC_2_PI, 1e-3);
    // A set repeated is the same distribution.
    let rings = Toy::Rings.points(50, 1).unwrap();
    near("a set and it twice", distance(&rings, &[&rings[..], &rings].concat()), 0.0, 1e-12);
}

#[test]
fn samples_of_one_set_are_nearer_than_samples_of_two() {
    for toy in Toy::ALL {
        let [a, b] = [1, 2].map(|seed| toy.points(2_000, seed).unwrap());
        let own = distance(&a, &b);
        // 1/√2000 is 0.022.
        assert!((0.005..0.06).contains(&own), "{}: two samples are {own} apart", toy.name());
        let gauss = normals(3, Stream::Data, 0, 4_000);
        let other = distance(&a, &gauss);
        assert!(other > 2.0 * own, "{}: {other} from a normal, {own} from itself", toy.name());
    }
}

#[test]
fn what_is_no_set_of_points_is_named() {
    let two = [0.0, 1.0];
    let refused = [
        (sliced_wasserstein(&[], &two, 0), "the first set has no points"),
        (sliced_wasserstein(&two, &[1.0; 3], 0), "the second set has 3 numbers"),
        (sliced_wasserstein(&two, &[0.0, 0.0, 1.0, f32::NAN], 0), "point 1 is (1, NaN)"),
    ];
    for (result, words) in refused {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    for alpha_bar in [1.0, -0.1, f64::NAN] {
        let error = exact_noise(&two, &two, alpha_bar).unwrap_err().to_string();
        assert!(error.contains("alpha_bar"), "{error}");
    }
    assert!(exact_noise(&two, &[], 0.5).unwrap_err().to_string().contains("queries"));
}

#[test]
fn with_one_point_all_noise_is_known() {
    // x_t = √ᾱ x_0 + √(1−ᾱ) ε has only one solution.
    let (alpha_bar, x_0, eps) = (0.36, [1.5f32, -0.5], [0.7f32, -1.25]);
    let x_t = [0, 1].map(|c| 0.6 * x_0[c] + 0.8 * eps[c]);
    for (got, expected) in noise(&x_0, &x_t, alpha_bar).iter().zip(eps) {
        near("ε", (*got).into(), expected.into(), 1e-6);
    }
    // And where nothing of the data is left, x_t is the noise.
    assert_eq!(noise(&[3.0, 4.0, -1.0, 2.0], &eps, 0.0), eps);
}

#[test]
fn with_two_points_it_is_a_hyperbolic_tangent() {
    // Data ±a on the x axis: E[x_0 | x_t] = a·tanh(√ᾱ a x / (1−ᾱ)).
    let (a, alpha_bar) = (1.2f64, 0.5f64);
    for x in [-2.0, -0.3, 0.0, 0.01, 0.7, 30.0] {
        let data = [-a as f32, 0.0, a as f32, 0.0];
        let got = noise(&data, &[x as f32, 0.4], alpha_bar);
        let x_0 = a * (alpha_bar.sqrt() * a * x / (1.0 - alpha_bar)).tanh();
        let eps = (x - alpha_bar.sqrt() * x_0) / (1.0 - alpha_bar).sqrt();
        near(&format!("ε at {x}"), got[0].into(), eps, 2e-6 * (1.0 + eps.abs()));
        near("its y", got[1].into(), 0.4 / (1.0 - alpha_bar).sqrt(), 1e-6);
    }
}

#[test]
fn it_is_what_monte_carlo_finds() {
    // Draws (x_0, ε); those whose x_t falls near the query average to E[ε | x_t].
    let data = Toy::EightGaussians.points(40, 9).unwrap();
    let alpha_bar = 0.3f64;
    let (keep, spread) = (alpha_bar.sqrt() as f32, (1.0 - alpha_bar).sqrt() as f32);
    let draws = 1 << 20;
    let z = normals(4, Stream::Data, 1, 2 * draws);
    let query = [0.45f32, -0.3];
    let half = 0.05;
    let (mut count, mut sum, mut squares) = (0.0f64, [0.0f64; 2], [0.0f64; 2]);
    for (i, eps) in z.chunks_exact(2).enumerate() {
        let at = i % 40;
        let inside = (0..2).all(|c| {
            let x_t = keep * data[2 * at + c] + spread * eps[c];
            (x_t - query[c]).abs() < half
        });
        if inside {
            count += 1.0;
            for c in 0..2 {
                sum[c] += f64::from(eps[c]);
                squares[c] += f64::from(eps[c] * eps[c]);
            }
        }
    }
    assert!(count > 1_000.0, "{count} draws fell near the query");
    let exact = noise(&data, &query, alpha_bar);
    for c in 0..2 {
        let mean = sum[c] / count;
        let error = ((squares[c] / count - mean * mean) / count).sqrt();
        // Four standard errors, and the width of the window.
        near(&format!("coordinate {c}"), exact[c].into(), mean, 4.0 * error + 0.01);
    }
}

/// Many points of a Gaussian are as hard to tell from their noise as the Gaussian, as long as the noise is wider than the
/// gaps between them.
#[test]
fn many_points_cost_what_their_gaussian_costs() {
    let [data, eps] = [0, 1].map(|step| normals(5, Stream::Data, step, 8000));
    for alpha_bar in [0.9f64, 0.5, 0.1, 0.01] {
        let (keep, mix) = (alpha_bar.sqrt() as f32, (1.0 - alpha_bar).sqrt() as f32);
        let x: Vec<f32> = data.iter().zip(&eps).map(|(d, e)| keep * d + mix * e).collect();
        let found = noise(&data, &x, alpha_bar);
        let square = |(e, f): (&f32, &f32)| f64::from(e - f).powi(2);
        let loss = eps.iter().zip(&found).map(square).sum::<f64>() / eps.len() as f64;
        near(&format!("alpha_bar {alpha_bar}"), loss, alpha_bar, 0.03);
    }
}

#[test]
fn neither_far_queries_nor_almost_no_noise_overflow() {
    let data = Toy::Moons.points(500, 3).unwrap();
    for alpha_bar in [0.0, 1e-12, 0.5, 0.9999, 1.0 - 1e-9] {
        let got = noise(&data, &[0.0, 0.0, 1e4, -1e4, data[4], data[5]], alpha_bar);
        assert!(got.iter().all(|v| v.is_finite()), "{alpha_bar}: {got:?}");
    }
}
