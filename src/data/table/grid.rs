//! Lines and fields of a text. Not the csv crate: its separator is one byte, told beforehand, where here it may be a run of
//! spaces or a Chinese comma and has to be found; and what is kept is where each field stands, so that an error can name it.

use std::borrow::Cow;
use std::ops::Range;

use super::numbers::Reading;
use crate::error::{Error, Result};

/// The most rows read.
pub const MOST_READ: usize = 1_000_000;
/// The most columns: enough for pictures as rows, too few to fill the memory.
pub(super) const MOST_COLUMNS: usize = 4096;
/// The most fields in all.
const MOST_FIELDS: usize = 1 << 24;

/// From this many bytes the separator is found.
const HEAD: usize = 1 << 16;

/// What stands between two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// A tabulator.
    Tab,
    /// ; also as Chinese and Arabic keyboards have it.
    Semicolon,
    /// | as tables in text files are drawn.
    Bar,
    /// ，or 、 or ، beside which a comma may be a decimal comma.
    WideComma,
    /// ,
    Comma,
    /// A run of spaces or tabulators.
    Spaces,
    /// The same, of the spaces that do not break too, as web pages have them.
    AnySpaces,
}

impl Separator {
    /// In this order when several fit equally well.
    pub const ALL: [Self; 7] = [
        Self::Tab,
        Self::Semicolon,
        Self::Bar,
        Self::WideComma,
        Self::Comma,
        Self::Spaces,
        Self::AnySpaces,
    ];

    /// The character itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tab => "\t",
            Self::Semicolon => ";",
            Self::Bar => "|",
            Self::WideComma => "，",
            Self::Comma => ",",
            Self::Spaces | Self::AnySpaces => " ",
        }
    }

    fn is(self, c: char) -> bool {
        match self {
            Self::Tab => c == '\t',
            Self::Semicolon => matches!(c, ';' | '；' | '؛'),
            Self::Bar => matches!(c, '|' | '｜'),
            Self::WideComma => matches!(c, '，' | '、' | '،'),
            Self::Comma => c == ',',
            Self::Spaces => matches!(c, ' ' | '\t' | '\u{3000}'),
            Self::AnySpaces => is_blank(c),
        }
    }

    fn is_run(self) -> bool {
        matches!(self, Self::Spaces | Self::AnySpaces)
    }
}

struct Row {
    line: usize,
    fields: Range<usize>,
}

/// The fields of a text by row.
pub(super) struct Grid<'a> {
    text: &'a str,
    fields: Vec<(u32, u32)>,
    rows: Vec<Row>,
    /// The last comment above the first row, without its sign.
    pub comment: Option<&'a str>,
}

impl<'a> Grid<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, fields: vec![], rows: vec![], comment: None }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The number of a row's line in the text, from 1.
    pub fn line(&self, row: usize) -> usize {
        self.rows[row].line
    }

    /// Fields of a row.
    pub fn width(&self, row: usize) -> usize {
        self.rows[row].fields.len()
    }

    /// Fields of the widest row.
    pub fn columns(&self) -> usize {
        self.rows.iter().map(|row| row.fields.len()).max().unwrap_or(0)
    }

    /// A field as it stands in the text, nothing around it; none in a row that ends before it.
    pub fn field(&self, row: usize, column: usize) -> Option<&'a str> {
        let Range { start, end } = self.rows[row].fields;
        let at = start + column;
        (at < end).then(|| {
            let (from, to) = self.fields[at];
            &self.text[from as usize..to as usize]
        })
    }

    pub fn row(&self, row: usize) -> impl Iterator<Item = &'a str> {
        (0..self.width(row)).filter_map(move |column| self.field(row, column))
    }

    pub fn remove_row(&mut self, row: usize) {
        self.rows.remove(row);
    }

    /// Adds a row of fields given by where they stand in the text.
    pub fn push(&mut self, line: usize, fields: &[(u32, u32)]) -> Result<()> {
        let over = |what: String| Err(Error::Input(format!("line {line}: more than {what}")));
        if self.rows.len() > MOST_READ {
            return over(format!("{MOST_READ} points"));
        }
        if fields.len() > MOST_COLUMNS {
            return over(format!("{MOST_COLUMNS} columns"));
        }
        if self.fields.len() + fields.len() > MOST_FIELDS {
            return over(format!("{MOST_FIELDS} fields in all"));
        }
        let first = self.fields.len();
        self.fields.extend_from_slice(fields);
        self.rows.push(Row { line, fields: first..self.fields.len() });
        Ok(())
    }

    /// Keeps of each row the fields that `order` has, which may be another order in every row.
    pub fn rearranged(&self, order: impl Fn(usize) -> Result<Vec<(u32, u32)>>) -> Result<Grid<'a>> {
        let mut grid = Grid { comment: self.comment, ..Grid::new(self.text) };
        for row in 0..self.len() {
            grid.push(self.line(row), &order(row)?)?;
        }
        Ok(grid)
    }

    /// Where a piece of the text stands in it.
    pub fn place(&self, piece: &str) -> (u32, u32) {
        let from = piece.as_ptr() as usize - self.text.as_ptr() as usize;
        (from as u32, (from + piece.len()) as u32)
    }
}

/// A heading or a text without the quotes around it.
pub(super) fn unquoted(field: &str) -> Cow<'_, str> {
    let field = field.trim();
    match field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.trim().replace("\"\"", "\"").into(),
        None => field.trim_matches('\'').trim().into(),
    }
}

/// Splits a text into lines and fields. Blank lines are left out, lines without a letter or digit (rules, rows of
/// separators alone) and lines that begin with # or %.
pub(super) fn split(text: &str, separator: Separator) -> Result<Grid<'_>> {
    let mut grid = Grid::new(text);
    let mut fields = vec![];
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        let first = line;
        let rest = &text[at..];
        let begin = rest.len() - rest.trim_start_matches(|c| is_blank(c) && !separator.is(c)).len();
        if rest[begin..].starts_with(['#', '%']) {
            let end = rest.find(ends_line).unwrap_or(rest.len());
            if grid.rows.is_empty() {
                grid.comment = Some(rest[begin + 1..end].trim_start_matches(['#', '%']).trim());
            }
            at += end;
        } else {
            fields.clear();
            (at, line) = split_line(text, at..text.len(), separator, line, &mut fields);
            let says = |&(from, to): &(u32, u32)| {
                text[from as usize..to as usize]
                    .contains(|c: char| is_letter(c) || c.is_ascii_digit())
            };
            if fields.iter().any(says) {
                grid.push(first, trimmed(text, separator, &fields))?;
            }
        }
        let end = line_end(&text[at..]);
        at += end;
        line += usize::from(end > 0);
    }
    Ok(grid)
}

/// Without an empty last field, which a separator at the end makes, and in a drawn table without an empty first one.
fn trimmed<'f>(text: &str, separator: Separator, fields: &'f [(u32, u32)]) -> &'f [(u32, u32)] {
    let is_empty = |&(from, to): &(u32, u32)| from == to;
    let fields = match fields {
        [first @ .., last] if is_empty(last) && !first.is_empty() => first,
        _ => fields,
    };
    let drawn = separator == Separator::Bar
        && fields.first().is_some_and(|&(from, _)| text[from as usize..].starts_with(['|', '｜']));
    match fields {
        [first, rest @ ..] if drawn && is_empty(first) => rest,
        _ => fields,
    }
}

/// The fields from `range.start` to the end of the line or of the range; gives where that is, and its line.
/// A field in double quotes may hold separators, line ends and doubled quotes.
pub(super) fn split_line(
    text: &str,
    range: Range<usize>,
    separator: Separator,
    mut line: usize,
    fields: &mut Vec<(u32, u32)>,
) -> (usize, usize) {
    let text = &text[..range.end];
    let mut at = range.start;
    loop {
        at += blanks(&text[at..], separator);
        let from = at;
        if text[at..].starts_with('"')
            && let Some(length) = quoted(&text[at..])
        {
            line += line_ends(&text[at..at + length]);
            at += length;
        }
        let mut last = '"';
        let ends = |c: char| {
            // x = 3 is one field even where spaces separate.
            let inside = separator.is_run() && matches!(last, '=' | ':');
            last = if is_blank(c) { last } else { c };
            ends_line(c) || (separator.is(c) && !inside)
        };
        at += text[at..].find(ends).unwrap_or(text.len() - at);
        let field = text[from..at].trim_end_matches(is_blank);
        let place = (from as u32, (from + field.len()) as u32);
        match fields.last_mut().filter(|_| separator.is_run() && field.starts_with(['=', ':'])) {
            Some(name) => name.1 = place.1,
            None if separator.is_run() && field.is_empty() => {}
            None => fields.push(place),
        }
        match text[at..].chars().next() {
            Some(c) if separator.is(c) => at += c.len_utf8(),
            _ => return (at, line),
        }
    }
}

/// Bytes of blanks that belong to no field.
fn blanks(text: &str, separator: Separator) -> usize {
    let skipped = |c: char| is_blank(c) && (separator.is_run() || !separator.is(c));
    text.len() - text.trim_start_matches(skipped).len()
}

/// Bytes of a field that begins with a quote, both quotes among them; none if it is never closed.
fn quoted(text: &str) -> Option<usize> {
    let mut at = 1;
    loop {
        at += text[at..].find('"')? + 1;
        if !text[at..].starts_with('"') {
            return Some(at);
        }
        at += 1;
    }
}

/// A letter of any script, without Unicode's tables of them: beyond ASCII only blanks, dashes and drawn lines are none.
pub(super) fn is_letter(c: char) -> bool {
    let drawn = matches!(c, '\u{2010}'..='\u{2015}' | '\u{2500}'..='\u{257f}');
    c.is_ascii_alphabetic() || !(c.is_ascii() || c.is_whitespace() || drawn)
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() && !ends_line(c)
}

/// Line feed, carriage return, and the ends of lines that Unicode has beside them.
pub(super) fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Bytes of the line end with which the text begins.
fn line_end(text: &str) -> usize {
    match text.chars().next() {
        Some('\r') if text[1..].starts_with('\n') => 2,
        Some(c) if ends_line(c) => c.len_utf8(),
        _ => 0,
    }
}

pub(super) fn line_ends(text: &str) -> usize {
    text.matches(ends_line).count() - text.matches("\r\n").count()
}

/// The separator that fits the beginning of a text best, and the text after a line "sep=;", which Excel obeys and hides.
pub(super) fn find_separator(text: &str) -> Separator {
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // A line that is cut in the middle would speak against its separator.
    let end = if end < text.len() { text[..end].rfind(ends_line).unwrap_or(end) } else { end };
    // One that makes too many fields splits at least.
    let fit = |separator: &Separator| {
        split(&text[..end], *separator).map_or([0, 1, 0], |grid| fit(&grid))
    };
    // Of equals max_by_key takes the last.
    Separator::ALL.into_iter().rev().max_by_key(fit).unwrap_or(Separator::Comma)
}

/// The separator that a first line "sep=;" names, which Excel obeys and hides, and the text with that line left blank.
pub(super) fn told_separator(text: &str) -> Option<(Separator, &str)> {
    let (told, _) = text.split_once(ends_line)?;
    let sign = told.trim_matches('"').strip_prefix("sep=")?.chars().next()?;
    let separator = Separator::ALL.into_iter().find(|separator| separator.is(sign))?;
    Some((separator, &text[told.len()..]))
}

/// How well a separator fits: rows with two numbers, rows that it splits, fields that are no numbers.
fn fit(grid: &Grid<'_>) -> [isize; 3] {
    // Of x=1 the number.
    let value = |field: &str| {
        field
            .rsplit(['=', ':'])
            .next()
            .is_some_and(|value| Reading::of(&unquoted(value)).is_number())
    };
    let (mut pairs, mut split, mut others) = (0, 0, 0);
    for row in 0..grid.len() {
        let there = grid.row(row).filter(|field| !field.is_empty()).count() as isize;
        let numbers = grid.row(row).filter(|field| value(field)).count() as isize;
        pairs += isize::from(numbers >= 2);
        split += isize::from(grid.width(row) > 1);
        others += there - numbers;
    }
    [pairs, split, -others]
}
