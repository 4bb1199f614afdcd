//! Whether a table's first line names its columns. Names may be numbers, as pandas and R write those of tables without names,
//! so the line is compared with what stands below it.

use super::grid::{Grid, Separator, is_letter, split_line, unquoted};
use super::numbers::Reading;

/// Where the names of columns come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// There are none.
    None,
    /// The first line.
    Line,
    /// The first line, of which all names are numbers: 0, 1, 2, …
    Numbers,
    /// The comment above the first line.
    Comment,
    /// Every value stands with its name.
    Values,
}

impl Heading {
    /// Its name in JavaScript.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Line => "line",
            Self::Numbers => "numbers",
            Self::Comment => "comment",
            Self::Values => "values",
        }
    }
}

/// What a table's first line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FirstLine {
    /// Headings or a point, as the lines below it suggest.
    #[default]
    Unknown,
    /// A point, whatever it looks like.
    Point,
}

/// Rows below the first that are compared with it.
const COMPARED: usize = 100;
/// What stands for a value that is missing, and so names no column.
const MISSING: [&str; 4] = ["NA", "N/A", "null", "none"];

/// Takes the heading out of a grid and gives the names.
pub(super) fn take(
    grid: &mut Grid<'_>,
    separator: Separator,
    first: FirstLine,
) -> (Vec<String>, Heading) {
    let Some(found) = find(grid).filter(|_| first == FirstLine::Unknown) else {
        let names = named_by_comment(grid, separator);
        let heading = if names.is_empty() { Heading::None } else { Heading::Comment };
        return (names, heading);
    };
    let mut names: Vec<String> = grid.row(0).map(|field| unquoted(field).into_owned()).collect();
    if is_shifted(grid) {
        names.insert(0, String::new());
    }
    grid.remove_row(0);
    (names, found)
}

fn find(grid: &Grid<'_>) -> Option<Heading> {
    let width = if grid.len() > 0 { grid.width(0) } else { return None };
    let firsts: Vec<_> = grid.row(0).map(unquoted).collect();
    let numbers: Vec<bool> = firsts.iter().map(|name| Reading::of(name).is_number()).collect();
    if grid.len() == 1 {
        return (!numbers.contains(&true)).then_some(Heading::Line);
    }
    let shift = usize::from(is_shifted(grid));
    let names_numbers = |column: usize| {
        is_word(&firsts[column]) && !numbers[column] && below(grid, column + shift, is_number)
    };
    if (0..width).any(names_numbers) {
        return Some(Heading::Line);
    }
    let counted: Vec<usize> = (0..width).filter(|&column| numbers[column]).collect();
    let count = |column: usize| firsts[column].parse::<u32>().ok();
    let counts_up = counted.len() >= 2
        && counted.windows(2).all(|two| {
            count(two[0])
                .zip(count(two[1]))
                .is_some_and(|(one, next)| one.checked_add(1) == Some(next))
        });
    let first = counted.first().and_then(|&column| count(column));
    // pandas leaves the place above its index empty.
    let above_index = firsts[0].is_empty() && below(grid, 0, is_number);
    let unlike_points = grid.len() > 3
        && (counted.len() > 2 || first.is_some_and(|first| first < 2))
        && counted.iter().all(|&column| below_all(grid, column + shift, is_decimal));
    (counts_up && (above_index || unlike_points)).then_some(Heading::Numbers)
}

/// R leaves out the place above the names of rows.
fn is_shifted(grid: &Grid<'_>) -> bool {
    grid.len() > 1 && (1..grid.len().min(COMPARED)).all(|row| grid.width(row) == grid.width(0) + 1)
}

fn is_word(name: &str) -> bool {
    let missing = MISSING.iter().any(|word| name.eq_ignore_ascii_case(word));
    name.contains(is_letter) && !missing
}

fn is_number(field: &str) -> bool {
    Reading::of(field).is_number()
}

/// A number with decimals.
fn is_decimal(field: &str) -> bool {
    is_number(field) && field.contains(['.', ',', 'e', 'E'])
}

fn fields_below(grid: &Grid<'_>, column: usize) -> impl Iterator<Item = String> {
    (1..grid.len().min(COMPARED + 1))
        .filter_map(move |row| Some(unquoted(grid.field(row, column)?).into_owned()))
        .filter(|field| !field.is_empty())
}

/// Whether it holds for half the fields of a column below the first, or more.
fn below(grid: &Grid<'_>, column: usize, holds: fn(&str) -> bool) -> bool {
    let (mut yes, mut all) = (0, 0);
    for field in fields_below(grid, column) {
        yes += usize::from(holds(&field));
        all += 1;
    }
    2 * yes >= all.max(1)
}

fn below_all(grid: &Grid<'_>, column: usize, holds: fn(&str) -> bool) -> bool {
    fields_below(grid, column).all(|field| holds(&field))
}

/// The words of the comment above the first line, if there are as many as columns.
fn named_by_comment(grid: &Grid<'_>, separator: Separator) -> Vec<String> {
    let comment = grid.comment.unwrap_or("");
    let mut fields = vec![];
    split_line(comment, 0..comment.len(), separator, 0, &mut fields);
    let word =
        |&(from, to): &(u32, u32)| unquoted(&comment[from as usize..to as usize]).into_owned();
    let words: Vec<String> = fields.iter().map(word).collect();
    let names = words.len() == grid.columns() && words.iter().all(|word| is_word(word));
    if names && words.len() > 1 { words } else { vec![] }
}
