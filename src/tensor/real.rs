//! The number formats that the plain-loop twins compute in.

use std::ops::{Add, Div, Mul, Sub};

/// A floating-point type the executor computes in.
pub trait Real:
    Copy
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
{
    /// From f64, rounded.
    fn of(value: f64) -> Self;
    /// To f64.
    fn to_f64(self) -> f64;
    /// eˣ.
    fn exp(self) -> Self;
    /// √x.
    fn sqrt(self) -> Self;
    /// x·σ(x).
    fn silu(self) -> Self {
        self / (Self::of(1.0) + (Self::of(0.0) - self).exp())
    }
    /// d/dx of x·σ(x): σ(x)·(1 + x·(1 − σ(x))).
    fn silu_slope(self) -> Self {
        let one = Self::of(1.0);
        let sigmoid = one / (one + (Self::of(0.0) - self).exp());
        sigmoid * (one + self * (one - sigmoid))
    }
}

macro_rules! real {
    ($t:ty) => {
        impl Real for $t {
            fn of(value: f64) -> Self {
                value as $t
            }
            fn to_f64(self) -> f64 {
                self as f64
            }
            fn exp(self) -> Self {
                self.exp()
            }
            fn sqrt(self) -> Self {
                self.sqrt()
            }
        }
    };
}
real!(f32);
real!(f64);
