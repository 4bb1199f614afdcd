//! Points from a text file, one a line: `table:FILE`.

use super::csv::parse_columns;
use super::set::{Kind, Samples, file_error, required};

pub(super) const KIND: Kind = Kind {
    name: "table",
    argument: "FILE",
    about: "points of a text file, one a line",
    open: |path, options, files| {
        let text = String::from_utf8(required(path, files)?);
        let text = text.map_err(|_| file_error(path, "is not UTF-8 text"))?;
        let read = parse_columns(&text, &options.columns);
        Ok(Samples::points(read.map_err(|error| file_error(path, error))?.points))
    },
};
