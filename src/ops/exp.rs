//! eˣ and what is made of it, on the processor: products and sums without branches or calls, so that a loop over them
//! becomes SIMD instructions. The same bits on every machine.

/// eˣ within 1.5 units in the last place, from 0 to infinity; NaN stays NaN.
///
/// eˣ = 2ⁿ·eʳ with n the whole number next to x/ln 2, so that |r| ≤ ln 2 / 2, and a polynomial for eʳ (Cephes'
/// `expf`; Moshier 1989). ln 2 is taken off in two parts, of which the first times n is exact.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // Adding it moves the digits after the point out of a number: what is left at the end of its bits is n.
    const ROUND: f32 = 12_582_912.0; // 1.5·2²³
    const LN2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    // Beyond, the result is 0 or infinity anyway.
    let x = x.clamp(-104.0, 89.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let r = x - whole * LN2[0] - whole * LN2[1];
    let mut p = 1.987_569_1e-4;
    for coefficient in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_66, 0.5] {
        p = p * r + coefficient;
    }
    let p = p * (r * r) + r + 1.0;
    // In two halves: 2ⁿ itself may be no number while the result is one.
    let n = (shifted.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
    p * power_of_two(n >> 1) * power_of_two(n.wrapping_sub(n >> 1))
}

/// 2ⁿ, for −127 < n < 128.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// σ(x).
#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// x·σ(x) (Hendrycks & Gimpel 2016).
#[inline(always)]
pub(super) fn silu(x: f32) -> f32 {
    x / (1.0 + exp(-x))
}

/// Its derivative, σ(x)·(1 + x·(1 − σ(x))).
#[inline(always)]
pub(super) fn silu_slope(x: f32) -> f32 {
    let sigmoid = sigmoid(x);
    sigmoid * (1.0 + x * (1.0 - sigmoid))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensor::Real;

    /// f32 numbers from all of them, negative ones too.
    fn numbers() -> impl Iterator<Item = f32> {
        (0..=u32::MAX).step_by(1009).map(f32::from_bits).filter(|x| !x.is_nan())
    }

    /// Distance from the exact result in units of its last place; below the normal numbers of theirs.
    fn ulps(got: f32, exact: f64) -> f64 {
        if got.is_infinite() || exact > f64::from(f32::MAX) {
            // As the exact result rounds.
            return if got == exact as f32 { 0.0 } else { f64::INFINITY };
        }
        let exponent = exact.abs().max(f64::from(f32::MIN_POSITIVE)).log2().floor();
        (f64::from(got) - exact).abs() / 2f64.powf(exponent - 23.0)
    }

    fn worst(f: fn(f32) -> f32, exact: fn(f64) -> f64) -> (f64, f32) {
        let all = numbers().map(|x| (ulps(f(x), exact(f64::from(x))), x));
        all.fold((0.0, 0.0), |worst, one| if one.0 > worst.0 { one } else { worst })
    }

    #[test]
    fn the_exponential_is_right_to_two_units_everywhere() {
        let (ulps, x) = worst(exp, f64::exp);
        assert!(ulps <= 1.5, "{ulps} units at {x}");
        assert_eq!(
            [exp(0.0), exp(f32::INFINITY), exp(f32::NEG_INFINITY)],
            [1.0, f32::INFINITY, 0.0]
        );
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn silu_and_its_slope_are_those_of_the_twin() {
        for x in numbers().filter(|x| x.abs() < 1e30) {
            let exact = f64::from(x);
            let apart = (f64::from(silu(x)) - exact.silu()).abs();
            assert!(apart <= 4e-7 * exact.silu().abs() + 1e-36, "SiLU of {x}: {}", silu(x));
            let apart = (f64::from(silu_slope(x)) - exact.silu_slope()).abs();
            assert!(apart <= 1e-6, "slope at {x}: {}", silu_slope(x));
        }
        assert!(silu(f32::NAN).is_nan() && silu_slope(f32::NAN).is_nan());
    }
}
