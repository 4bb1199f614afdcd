//! Points in brackets, as programs print and exchange them: (1, 2), [[1, 2], [3, 4]], [{"x": 1, "y": 2}], numpy's arrays,
//! POINT (1 2). An innermost pair of brackets is a row, whatever stands around it, or where names stand before
//! them, x = [1, 2, 3], a column.

use super::columns::shortened;
use super::grid::{
    Grid, MOST_COLUMNS, Separator, find_separator, is_letter, line_ends, split_line, unquoted,
};
use super::numbers::Reading;
use crate::error::{Error, Result};

const OPEN: [char; 5] = ['(', '[', '{', '（', '【'];
const CLOSE: [char; 5] = [')', ']', '}', '）', '】'];

/// An innermost pair of brackets.
pub(super) struct Group<'a> {
    line: usize,
    inside: &'a str,
    /// The name before it, "" without.
    name: String,
}

/// The groups of a text; none unless every number stands in one.
pub(super) fn find(text: &str) -> Option<Vec<Group<'_>>> {
    let mut found: Vec<Group<'_>> = vec![];
    let (mut outside, mut open, mut line) = (0, None, 1);
    let mut counted = 0;
    for (at, sign) in text.match_indices([OPEN, CLOSE].as_flattened()) {
        if OPEN.iter().any(|bracket| sign.starts_with(*bracket)) {
            open = Some(at + sign.len());
            continue;
        }
        let Some(from) = open.take() else { continue };
        let before = &text[outside..from];
        if has_number(before) {
            return None;
        }
        line += line_ends(&text[counted..from]);
        counted = from;
        outside = at;
        found.push(Group { line, inside: &text[from..at], name: name_in(before) });
    }
    (!found.is_empty() && !has_number(&text[outside..])).then_some(found)
}

fn has_number(outside: &str) -> bool {
    let words = outside.split(|c: char| {
        c.is_whitespace() || ",;:=\"'".contains(c) || OPEN.contains(&c) || CLOSE.contains(&c)
    });
    words
        .filter(|word| word.contains(|c: char| c.is_ascii_digit() || !c.is_ascii()))
        .any(|word| Reading::of(word).is_number())
}

/// The word before the last = or : of what stands before a bracket.
fn name_in(before: &str) -> String {
    let Some((before, _)) = before.rsplit_once(['=', ':']) else { return String::new() };
    let word = before.trim_end().trim_end_matches(['"', '\'']);
    word.rsplit(|c: char| !(is_letter(c) || c.is_ascii_digit() || c == '_'))
        .next()
        .unwrap_or("")
        .to_owned()
}

/// Rows or columns, what separates their fields, and the columns' names where names stand before the brackets.
type Bracketed<'a> = (Grid<'a>, Separator, Option<Vec<String>>);

/// The groups of `text` as a grid. `flat` is the text with blanks for ends of lines, which mean nothing inside brackets.
pub(super) fn read<'a>(found: &[Group<'_>], text: &str, flat: &'a str) -> Result<Bracketed<'a>> {
    let place = |group: &Group<'_>| {
        let start = group.inside.as_ptr() as usize - text.as_ptr() as usize;
        start..start + group.inside.len()
    };
    let separator = find_separator(&flat[place(&found[0])]);
    let mut grid = Grid::new(flat);
    let mut fields = vec![];
    for group in found {
        fields.clear();
        split_line(flat, place(group), separator, 0, &mut fields);
        grid.push(group.line, &fields)?;
    }
    let names: Vec<String> = found.iter().map(|group| group.name.clone()).collect();
    let distinct = |i: usize| !names[i].is_empty() && !names[..i].contains(&names[i]);
    if !(2..=MOST_COLUMNS).contains(&found.len()) || !(0..found.len()).all(distinct) {
        return Ok((grid, separator, None));
    }
    let first = grid.width(0);
    if let Some(other) = (1..grid.len()).find(|&column| grid.width(column) != first) {
        let (line, there) = (grid.line(other), grid.width(other));
        let [name, one] = [&names[other], &names[0]].map(|name| shortened(name));
        return Err(Error::Input(format!(
            "line {line}, column \"{name}\": {there} numbers, where \"{one}\" has {first}"
        )));
    }
    Ok((transposed(flat, &grid)?, separator, Some(names)))
}

fn transposed<'a>(text: &'a str, columns: &Grid<'a>) -> Result<Grid<'a>> {
    let mut grid = Grid::new(text);
    for row in 0..columns.columns() {
        let fields: Vec<_> = (0..columns.len())
            .filter_map(|column| Some(columns.place(columns.field(column, row)?)))
            .collect();
        grid.push(columns.line(0), &fields)?;
    }
    Ok(grid)
}

/// Names and values of fields that name themselves, x=1 or "y": 2; none if one of the first row does not.
pub(super) fn self_named<'a>(grid: &Grid<'a>) -> Result<Option<(Grid<'a>, Vec<String>)>> {
    if grid.len() == 0 {
        return Ok(None);
    }
    let Some(names) = grid.row(0).map(|field| Some(pair(field)?.0)).collect::<Option<Vec<_>>>()
    else {
        return Ok(None);
    };
    let order = |row: usize| {
        let pairs: Vec<_> = grid.row(row).map(pair).collect();
        let value = |(at, name): (usize, &String)| {
            // Most often in the order of the first row.
            let mut found = pairs[at.min(pairs.len())..].iter().chain(&pairs).flatten();
            let found = found.find(|(other, _)| other == name);
            found.map(|(_, value)| grid.place(value)).ok_or_else(|| {
                let (line, name) = (grid.line(row), shortened(name));
                Error::Input(format!("line {line}, column \"{name}\": a number is missing"))
            })
        };
        names.iter().enumerate().map(value).collect()
    };
    Ok(Some((grid.rearranged(order)?, names)))
}

/// name=value or name: value.
fn pair(field: &str) -> Option<(String, &str)> {
    let (name, value) = field.split_once(['=', ':'])?;
    let name = unquoted(name).into_owned();
    let value = value.trim().trim_matches('"');
    name.starts_with(is_letter).then_some((name, value))
}
