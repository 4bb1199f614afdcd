//! What was assumed of a table in sentences, for the command line; the page says the same in its own words.

use super::columns::{ColumnKind, called};
use super::encoding::Encoding;
use super::heading::Heading;
use super::numbers::Decimal;
use super::read::Table;
use crate::error::few;

impl Table {
    /// Sentences: which columns are x and y, out of which; and what had to be assumed.
    pub fn notes(&self) -> Vec<String> {
        let named = |place: usize| match self.columns[place].kind {
            ColumnKind::Number => called(&self.columns, place),
            kind => format!("{} ({})", called(&self.columns, place), kind.name()),
        };
        let all: Vec<String> = (0..self.columns.len()).map(named).collect();
        let [x, y] = self.chosen.map(|place| called(&self.columns, place));
        let (read, all) = (self.standard.read, few(&all));
        let mut notes = vec![format!("{read} points: x is column {x}, y column {y} of {all}")];
        let [mean_x, mean_y] = self.standard.mean;
        notes.push(format!(
            "standardised: a point of the table is point · {} + ({mean_x}, {mean_y})",
            self.standard.scale
        ));
        if self.encoding != Encoding::Utf8 {
            notes.push(format!("the file was read as {}", self.encoding.name()));
        }
        match self.decimal {
            Decimal::Dot => {}
            Decimal::Comma => notes.push("commas are read as decimal marks".into()),
            Decimal::Mixed => notes.push("some decimals have commas, some points".into()),
        }
        if self.heading == Heading::Numbers {
            let line = "the first line is read as headings, which are numbers; with --no-heading it is a point";
            notes.push(line.into());
        }
        notes
    }
}
