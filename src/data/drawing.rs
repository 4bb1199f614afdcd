//! Drawings of 28 × 28 pixels, the size of the MNIST model: how they are checked, turned and scaled.

use crate::error::{Error, Result};

/// Height and width of a drawing.
pub const SIDE: usize = 28;
/// Pixels of a drawing.
pub const PIXELS: usize = SIDE * SIDE;

/// Ink of a drawing: 0 is background, 1 a full stroke.
pub(super) type Ink = [f32; PIXELS];

/// A flat `[k, 28, 28]` in −1…1 as ink; values a little outside, as samples have them, are clipped.
pub(super) fn ink(what: &str, flat: &[f32]) -> Result<Vec<Ink>> {
    let (drawings, rest) = flat.as_chunks::<PIXELS>();
    if !rest.is_empty() || drawings.is_empty() {
        let got = flat.len();
        return Err(Error::shape(what, "[k, 28, 28] with k > 0", format!("{got} values")));
    }
    if let Some(at) = flat.iter().position(|v| !v.is_finite()) {
        let value = flat[at];
        let picture = at / PIXELS;
        return Err(Error::Input(format!("{what}: picture {picture} holds the value {value}")));
    }
    Ok(drawings.iter().map(|d| d.map(|v| ((v + 1.0) / 2.0).clamp(0.0, 1.0))).collect())
}

/// A turn (radians, clockwise as rows go down) and a scaling about the middle, then a shift in pixels
/// (down, right).
pub(super) struct Warp {
    pub turn: f64,
    pub scale: f64,
    pub shift: [f64; 2],
}

impl Warp {
    /// The warped drawing on a square of `side` pixels around the same middle; bilinear, and background
    /// outside of the drawing.
    pub fn apply(&self, ink: &Ink, side: usize) -> Vec<f32> {
        let (sin, cos) = self.turn.sin_cos();
        let middle = (side as f64 - 1.0) / 2.0;
        let warped = |at: usize| {
            let y = (at / side) as f64 - middle - self.shift[0];
            let x = (at % side) as f64 - middle - self.shift[1];
            let half = (SIDE as f64 - 1.0) / 2.0;
            let from_y = (cos * y - sin * x) / self.scale + half;
            let from_x = (sin * y + cos * x) / self.scale + half;
            bilinear(ink, from_y, from_x)
        };
        (0..side * side).map(warped).collect()
    }
}

fn bilinear(ink: &Ink, y: f64, x: f64) -> f32 {
    let at = |y: f64, x: f64| {
        let inside = |v: f64| (0.0..SIDE as f64).contains(&v);
        if inside(y) && inside(x) { f64::from(ink[y as usize * SIDE + x as usize]) } else { 0.0 }
    };
    let (top, left) = (y.floor(), x.floor());
    let (down, right) = (y - top, x - left);
    let upper = (1.0 - right) * at(top, left) + right * at(top, left + 1.0);
    let lower = (1.0 - right) * at(top + 1.0, left) + right * at(top + 1.0, left + 1.0);
    ((1.0 - down) * upper + down * lower) as f32
}
