//! Point sets: exactly standardised, reproducible, and of the shape they are named after.

use chailou::data::toys::{MOST, Toy};

fn pairs(points: &[f32]) -> impl Iterator<Item = [f64; 2]> {
    points.chunks_exact(2).map(|p| [p[0].into(), p[1].into()])
}

#[test]
fn every_set_has_mean_0_and_variance_1() {
    const N: usize = 1 << 17;
    for toy in Toy::ALL {
        let points = toy.points(N, 1).unwrap();
        assert_eq!(points.len(), 2 * N);
        let mean: [f64; 2] = [0, 1].map(|c| pairs(&points).map(|p| p[c]).sum::<f64>() / N as f64);
        let variance = pairs(&points)
            .map(|p| ((p[0] - mean[0]).powi(2) + (p[1] - mean[1]).powi(2)) / 2.0)
            .sum::<f64>()
            / N as f64;
        let name = toy.name();
        // Four standard errors; coordinates have standard deviations up to 1.4.
        let bound = 4.0 * 1.4 / (N as f64).sqrt();
        assert!(mean.iter().all(|m| m.abs() < bound), "{name}: mean {mean:?}");
        assert!((variance - 1.0).abs() < 2.0 * bound, "{name}: variance {variance}");
        let farthest = points.iter().fold(0f32, |far, v| far.max(v.abs()));
        assert!((1.2..3.2).contains(&farthest), "{name}: reaches out to {farthest}");
    }
}

#[test]
fn a_seed_and_a_number_decide_a_point() {
    for toy in Toy::ALL {
        let ten = toy.points(10, 5).unwrap();
        assert_eq!(ten[..], toy.points(1000, 5).unwrap()[..20], "{}", toy.name());
        assert_ne!(ten, toy.points(10, 6).unwrap(), "{}", toy.name());
        assert_eq!(toy.name().parse::<Toy>().unwrap(), toy);
    }
}

#[test]
fn sizes_and_names_out_of_range_are_refused() {
    for n in [0, MOST + 1] {
        let error = Toy::Moons.points(n, 0).unwrap_err().to_string();
        assert!(error.contains(&n.to_string()), "{error}");
    }
    let error = "moon".parse::<Toy>().unwrap_err().to_string();
    assert!(error.contains("\"moon\"") && error.contains("swiss_roll"), "{error}");
}

/// How many of 20 × 20 cells over ±2 hold a point of 20,000: thin curves few, areas many.
fn cells(toy: Toy) -> usize {
    let points = toy.points(20_000, 2).unwrap();
    let cell = |v: f64| ((v + 2.0) * 5.0).floor() as i32;
    let cells: std::collections::HashSet<_> =
        pairs(&points).map(|p| (cell(p[0]), cell(p[1]))).collect();
    cells.len()
}

#[test]
fn shapes_are_what_they_are_called() {
    // Exactly half of a checkerboard's neighbourhood is dark: no point in a light square.
    let side = (2.0f64 / (16.0 / 12.0 * 2.0)).sqrt();
    for p in pairs(&Toy::Checkerboard.points(20_000, 3).unwrap()) {
        let [column, row] = p.map(|v| (v / side + 2.0).floor() as i32);
        assert_eq!((row + column).rem_euclid(2), 0, "{p:?} is in a light square");
    }
    // Eight clouds at one radius: 0.1 of it wide, standardised by √(1/2 + 0.01).
    let radius = 1.0 / (0.5f64 + 0.01).sqrt();
    for p in pairs(&Toy::EightGaussians.points(2_000, 3).unwrap()) {
        let angle = p[1].atan2(p[0]) / (std::f64::consts::TAU / 8.0);
        let nearest = angle.round() * std::f64::consts::TAU / 8.0;
        let center = [radius * nearest.cos(), radius * nearest.sin()];
        let off = (p[0] - center[0]).hypot(p[1] - center[1]) / (0.1 * radius);
        assert!(off < 5.5, "{p:?} is {off} standard deviations from the nearest center");
    }
    // Three rings: every radius is near 1, 2 or 3 times one length.
    let unit = (3.0f64 + 0.01).sqrt();
    for p in pairs(&Toy::Rings.points(2_000, 3).unwrap()) {
        let r = p[0].hypot(p[1]) * unit;
        assert!((r - r.round()).abs() < 0.5 && (0.4..3.6).contains(&r), "{p:?}: {r}");
    }
    let counts = Toy::ALL.map(|toy| (toy.name(), cells(toy)));
    for (name, count) in counts {
        assert!((40..320).contains(&count), "{name} fills {count} cells");
    }
    // Towers stand on a street: the bottom row is fuller than the top one.
    let skyline = Toy::Skyline.points(20_000, 4).unwrap();
    let below = pairs(&skyline).filter(|p| p[1] < 0.0).count();
    assert!((10_400..14_000).contains(&below), "{below} points in the lower half");
}

/// The same numbers on every machine; tests/web/ asserts them in browsers.
#[test]
fn points_are_the_fixed_ones() {
    for (name, expected) in include!("fixed_points.in") {
        let toy: Toy = name.parse().unwrap();
        let points = toy.points(3, 7 << 40 | 11).unwrap();
        for (i, (got, expected)) in points.iter().zip(expected).enumerate() {
            let near = (got - expected).abs() <= 6e-6;
            assert!(near, "{name}[{i}]: got {got:?}, expected {expected:?}");
        }
    }
}
