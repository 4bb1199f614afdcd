//! What every function on points asks of its arguments.

use crate::error::{Error, Result};

/// A flat `[n, 2]` as points; names the set when there are none, half of one, or one is not finite.
pub(super) fn points<'a>(what: &str, flat: &'a [f32]) -> Result<&'a [[f32; 2]]> {
    let (points, rest) = flat.as_chunks::<2>();
    if !rest.is_empty() {
        let count = flat.len();
        return Err(Error::Input(format!(
            "{what} has {count} numbers, which are not pairs of x and y"
        )));
    }
    if points.is_empty() {
        return Err(Error::Input(format!("{what} has no points")));
    }
    match points.iter().position(|p| !(p[0].is_finite() && p[1].is_finite())) {
        None => Ok(points),
        Some(i) => {
            let [x, y] = points[i];
            Err(Error::Input(format!("{what}: point {i} is ({x}, {y}), which is not finite")))
        }
    }
}
