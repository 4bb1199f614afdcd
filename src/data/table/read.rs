//! Bytes → text → fields → columns → points.

use super::columns::{self, Column, Wanted};
use super::encoding::{self, Encoding};
use super::grid::{self, Separator};
use super::groups;
use super::heading::{self, FirstLine, Heading};
use super::numbers::Decimal;
use super::points::{self, Standardised};
use crate::error::{Error, Result};

/// What a table holds, and all that was assumed to read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The points and the way back to their units.
    pub standard: Standardised,
    /// All columns there are.
    pub columns: Vec<Column>,
    /// Which of them are x and y.
    pub chosen: [usize; 2],
    /// How characters are written.
    pub encoding: Encoding,
    /// What stands between fields.
    pub separator: Separator,
    /// Which mark stands before decimals.
    pub decimal: Decimal,
    /// Where the columns' names come from.
    pub heading: Heading,
}

/// Reads the bytes of a table, one point a row, with x and y from two columns: those that are wanted, or those that seem to
/// be coordinates.
///
/// # Errors
/// One sentence that names the line and the column at fault.
pub fn read(bytes: &[u8], wanted: &[Wanted]) -> Result<Table> {
    read_from(FirstLine::Unknown, bytes, wanted)
}

/// The same, of a table whose first line is known.
///
/// # Errors
/// Those of [`read`].
pub fn read_from(first: FirstLine, bytes: &[u8], wanted: &[Wanted]) -> Result<Table> {
    let (text, encoding) = encoding::decode(bytes)?;
    if u32::try_from(text.len()).is_err() {
        return Err(Error::Input("the table is larger than 4 GB".into()));
    }
    let text = text.trim_start_matches('\u{feff}');
    let flat;
    let (grid, separator, names) = match groups::find(text) {
        Some(found) => {
            flat = text.replace(['\n', '\r'], " ");
            groups::read(&found, text, &flat)?
        }
        None => {
            let told = grid::told_separator(text);
            let (separator, text) = told.unwrap_or_else(|| (grid::find_separator(text), text));
            (grid::split(text, separator)?, separator, None)
        }
    };
    let (mut grid, names) = match groups::self_named(&grid)? {
        Some((grid, names)) => (grid, Some(names)),
        None => (grid, names),
    };
    let (names, heading) = match names {
        Some(names) => (names, Heading::Values),
        None => heading::take(&mut grid, separator, first),
    };
    if grid.len() == 0 {
        return Err(Error::Input("there are no points in the text".into()));
    }
    let decimal = columns::decimal(&grid, separator == Separator::Comma);
    let columns = columns::describe(&grid, names, decimal);
    let chosen = columns::choose(&columns, wanted, grid.line(0))?;
    let points = points::read(&grid, &columns, chosen, decimal)?;
    let standard = points::standardise(&points)?;
    Ok(Table { standard, columns, chosen, encoding, separator, decimal, heading })
}
