//! Points that somebody pasted. Not the csv crate: it wants to be told the separator, cannot split at
//! runs of spaces, and pasted points need no quoting; what is needed is a sentence about each bad line.

use crate::error::{Error, Result};

/// The most points read.
pub const MOST_READ: usize = 1_000_000;
/// The most points kept; of more, evenly spaced ones. A network of this size learns no more from more.
pub const MOST_KEPT: usize = 10_000;
/// Beyond this an f64 has no decimals left: such a number is a mistake, or no coordinate.
const LARGEST: f64 = 1e15;

/// Points read from text, moved and scaled into the range that networks here are made for.
pub struct Pasted {
    /// `[n, 2]`: (p − mean) / scale, as the sets in `toys` are standardised.
    pub points: Vec<f32>,
    /// Mean of all points read.
    pub mean: [f64; 2],
    /// √((Var x + Var y) / 2) of all points read; 1 if they are all the same.
    pub scale: f64,
    /// Points read; more than were kept when there are more than [`MOST_KEPT`].
    pub read: usize,
    /// Columns of the widest line; of more than two, two were used.
    pub columns: usize,
}

/// Reads one point a line, separated by semicolons, tabs, commas or spaces.
///
/// A first line without any number is a heading; if it names columns `x` and `y`, those are used, else
/// the first two. Blank lines and lines that begin with `#` are skipped. Where semicolons or tabs
/// separate, a comma is a decimal comma. Every number must be finite. A single point is a legal set.
pub fn parse(text: &str) -> Result<Pasted> {
    parse_columns(text, &[])
}

/// As [`parse`], with x and y from two columns named here, by their headings or counted from 1.
pub fn parse_columns(text: &str, named: &[String]) -> Result<Pasted> {
    let mut points: Vec<[f64; 2]> = vec![];
    let mut axes = None;
    let mut columns = 0;
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let fields = fields(line);
        let heads = axes.is_none() && fields.iter().all(|f| number_in(f).is_none());
        let axes = match axes {
            Some(axes) => axes,
            None => *axes.insert(find_axes(if heads { &fields } else { &[] }, named)?),
        };
        if heads {
            continue;
        }
        if points.len() == MOST_READ {
            return Err(Error::Input(format!(
                "line {number}: more than {MOST_READ} points; paste fewer"
            )));
        }
        columns = columns.max(fields.len());
        points.push(point(number, &fields, axes)?);
    }
    standardise(points, columns)
}

fn point(number: usize, fields: &[String], axes: [usize; 2]) -> Result<[f64; 2]> {
    let wrong = |problem: String| Err(Error::Input(format!("line {number}: {problem}")));
    if fields.len() <= axes[0].max(axes[1]) {
        let found = fields.len();
        let needed = axes[0].max(axes[1]) + 1;
        return wrong(format!("{needed} numbers are needed, {found} found"));
    }
    let mut point = [0.0; 2];
    for (value, axis) in point.iter_mut().zip(axes) {
        let field = &fields[axis];
        *value = match number_in(field) {
            Some(v) if v.abs() <= LARGEST => v,
            Some(v) if v.is_finite() => {
                return wrong(format!("{v:e} is too large; at most {LARGEST:e}"));
            }
            Some(_) => return wrong(format!("'{}' is not a finite number", shortened(field))),
            None if field.is_empty() => return wrong("a number is missing".into()),
            None => return wrong(format!("'{}' is not a number", shortened(field))),
        };
    }
    Ok(point)
}

/// The parts of a line, without spaces and quotes around them; a separator at the end adds none.
fn fields(line: &str) -> Vec<String> {
    let clean = |field: &str| field.trim().trim_matches(['"', '\'']).trim().to_owned();
    let split =
        |separator: char| line.strip_suffix(separator).unwrap_or(line).split(separator).map(clean);
    let decimal_comma = |fields: Vec<String>| fields.iter().map(|f| f.replace(',', ".")).collect();
    if line.contains(';') {
        decimal_comma(split(';').collect())
    } else if line.contains('\t') {
        decimal_comma(split('\t').collect())
    } else if line.contains(',') {
        split(',').collect()
    } else {
        line.split_whitespace().map(clean).collect()
    }
}

/// A number; web pages write minus as U+2212.
fn number_in(field: &str) -> Option<f64> {
    field.parse().ok().or_else(|| field.replacen('\u{2212}', "-", 1).parse().ok())
}

/// The columns of x and y: the two that are named, or headed x and y, or the first.
fn find_axes(heading: &[String], named: &[String]) -> Result<[usize; 2]> {
    let column = |name: &str| heading.iter().position(|field| field.eq_ignore_ascii_case(name));
    let find = |name: &String| {
        let counted = || name.parse::<usize>().ok()?.checked_sub(1);
        column(name).or_else(counted).ok_or_else(|| {
            let there = match heading {
                [] => "the columns have no headings".to_owned(),
                _ => format!("there are {}", heading.join(", ")),
            };
            Error::Input(format!("there is no column \"{name}\"; {there}"))
        })
    };
    match named {
        [] => Ok(column("x").zip(column("y")).map_or([0, 1], |(x, y)| [x, y])),
        [x, y] => Ok([find(x)?, find(y)?]),
        _ => Err(Error::Input(format!("two columns are wanted, not {}", named.len()))),
    }
}

/// A field as an error quotes it.
fn shortened(field: &str) -> String {
    match field.char_indices().nth(24) {
        Some((end, _)) => format!("{}…", &field[..end]),
        None => field.to_owned(),
    }
}

fn standardise(points: Vec<[f64; 2]>, columns: usize) -> Result<Pasted> {
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
    Ok(Pasted {
        points: (0..kept).flat_map(standard).collect(),
        mean: [first[0] + center[0], first[1] + center[1]],
        scale,
        read: points.len(),
        columns,
    })
}
