//! Two columns as points, moved and scaled into the range that networks here are made for.

use super::columns::{Column, called, shortened};
use super::grid::{Grid, MOST_READ, unquoted};
use super::numbers::{Decimal, Reading};
use crate::error::{Error, Result};

/// The most points kept; of more, evenly spaced ones. A network of this size learns no more from more.
pub const MOST_KEPT: usize = 10_000;
/// Beyond this an f64 has no decimals left: such a number is a mistake, or no coordinate.
const LARGEST: f64 = 1e15;

/// Points in standard units, and the way back: a point of the table is point · scale + mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardised {
    /// `[n, 2]`: (p − mean) / scale, as the sets in `toys` are standardised.
    pub points: Vec<f32>,
    /// Mean of all points read.
    pub mean: [f64; 2],
    /// √((Var x + Var y) / 2) of all points read; 1 if they are all the same.
    pub scale: f64,
    /// Points read; more than were kept when there are more than [`MOST_KEPT`].
    pub read: usize,
}

/// The points of two columns of a grid, every one of them finite.
///
/// # Errors
/// The line and the column of a field that is no number.
pub(super) fn read(
    grid: &Grid<'_>,
    columns: &[Column],
    chosen: [usize; 2],
    decimal: Decimal,
) -> Result<Vec<[f64; 2]>> {
    if grid.len() > MOST_READ {
        let line = grid.line(MOST_READ);
        let message = format!("line {line}: more than {MOST_READ} points; take fewer");
        return Err(Error::Input(message));
    }
    let mut points = Vec::with_capacity(grid.len());
    for row in 0..grid.len() {
        let mut point = [0.0; 2];
        for (value, column) in point.iter_mut().zip(chosen) {
            *value =
                coordinate(grid.field(row, column).unwrap_or(""), decimal).map_err(|fault| {
                    let (line, column) = (grid.line(row), called(columns, column));
                    Error::Input(format!("line {line}, column {column}: {fault}"))
                })?;
        }
        points.push(point);
    }
    Ok(points)
}

fn coordinate(field: &str, decimal: Decimal) -> std::result::Result<f64, String> {
    let field = unquoted(field);
    match Reading::of(&field).under(decimal) {
        Some(v) if v.abs() <= LARGEST => Ok(v),
        Some(v) if v.is_finite() => Err(format!("{v:e} is too large; at most {LARGEST:e}")),
        Some(_) => Err(format!("'{}' is not a finite number", shortened(&field))),
        None if field.is_empty() => Err("a number is missing".into()),
        None if Reading::of(&field).is_ambiguous() => Err(format!(
            "'{field}' has thousands or decimals; the table writes decimals with a dot and with a comma"
        )),
        None => Err(format!("'{}' is not a number", shortened(&field))),
    }
}

/// # Errors
/// No points.
pub(super) fn standardise(points: &[[f64; 2]]) -> Result<Standardised> {
    let Some(&first) = points.first() else {
        return Err(Error::Input("there are no points in the text".into()));
    };
    // From the first point, so that equal points have a variance of exactly 0.
    let n = points.len() as f64;
    let off = |p: &[f64; 2]| [p[0] - first[0], p[1] - first[1]];
    let sum = points.iter().map(off).fold([0.0; 2], |sum, d| [sum[0] + d[0], sum[1] + d[1]]);
    let center = sum.map(|s| s / n);
    let square = |d: [f64; 2]| (d[0] - center[0]).powi(2) + (d[1] - center[1]).powi(2);
    let variance = points.iter().map(off).map(square).sum::<f64>() / (2.0 * n);
    let scale = if variance > 0.0 { variance.sqrt() } else { 1.0 };
    let kept = points.len().min(MOST_KEPT);
    let standard = |i: usize| {
        // Their product needs more than the 32 bits of wasm's usize.
        let at = i as u64 * points.len() as u64 / kept as u64;
        let d = off(&points[at as usize]);
        [0, 1].map(|c| ((d[c] - center[c]) / scale) as f32)
    };
    Ok(Standardised {
        points: (0..kept).flat_map(standard).collect(),
        mean: [first[0] + center[0], first[1] + center[1]],
        scale,
        read: points.len(),
    })
}
