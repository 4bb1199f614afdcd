//! Points from a table that somebody brings, pasted or in a file: `table:FILE`. Programs write tables in many ways and say
//! in none of them which columns are coordinates, so what was assumed comes with the points.

mod columns;
mod encoding;
mod grid;
mod groups;
mod heading;
mod notes;
mod numbers;
mod points;
mod read;

use super::set::{Kind, Samples, file_error, required};
pub use columns::{Column, ColumnKind, Wanted};
pub use encoding::Encoding;
pub use grid::{MOST_READ, Separator};
pub use heading::{FirstLine, Heading};
pub use numbers::Decimal;
pub use points::{MOST_KEPT, Standardised};
pub use read::{Table, read, read_from};

pub(super) const KIND: Kind = Kind {
    name: "table",
    argument: "FILE",
    about: "points of a text file, one a line",
    open: |path, options, files| {
        let wanted: Vec<Wanted> = options.columns.iter().cloned().map(Wanted::Name).collect();
        let first = if options.no_heading { FirstLine::Point } else { FirstLine::Unknown };
        let table = read_from(first, &required(path, files)?, &wanted);
        let table = table.map_err(|error| file_error(path, error))?;
        let notes = table.notes();
        Ok(Samples { notes, ..Samples::points(table.standard.points) })
    },
};
