//! What a table's columns are, and which two are x and y. Nothing is left out in silence: kinds and choice are told, and the
//! reader may choose others.

use super::grid::{Grid, ends_line, unquoted};
use super::numbers::{Decimal, Reading};
use crate::error::{Error, Result, few};

/// What a column seems to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Numbers that may be coordinates.
    Number,
    /// The numbers of the rows.
    Index,
    /// Classes of the points, or what is to be predicted from them.
    Label,
    /// No numbers.
    Text,
}

impl ColumnKind {
    /// Its name in JavaScript.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Index => "index",
            Self::Label => "label",
            Self::Text => "text",
        }
    }
}

/// A column as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its heading; "" without.
    pub name: String,
    /// What it seems to hold.
    pub kind: ColumnKind,
}

/// A column as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// By its heading, or counted from 1.
    Name(String),
    /// Its place in the list of columns, from 0.
    Place(usize),
}

/// Rows from which kinds are told.
const LOOKED_AT: usize = 1000;
/// More different whole numbers are no classes.
const MOST_CLASSES: usize = 20;
/// Headings of the numbers of rows.
const INDEX: [&str; 9] = ["", "index", "idx", "id", "row", "#", "no", "nr", "序号"];
/// Parts of headings of classes and of what is to be predicted.
const LABEL: [&str; 11] = [
    "label", "class", "target", "outcome", "cluster", "category", "species", "group", "标签",
    "类别", "类",
];
/// Headings that belong together, x first.
const PAIRS: [[&str; 2]; 9] = [
    ["x", "y"],
    ["longitude", "latitude"],
    ["lon", "lat"],
    ["lng", "lat"],
    ["long", "lat"],
    ["经度", "纬度"],
    ["u", "v"],
    ["re", "im"],
    ["x1", "x2"],
];

/// Numbers of a column as far as they are looked at.
struct Sample {
    numbers: Vec<f64>,
    /// Fields that are there and no numbers.
    others: usize,
}

impl Sample {
    fn of(grid: &Grid<'_>, column: usize, decimal: Decimal) -> Self {
        let mut sample = Self { numbers: vec![], others: 0 };
        for row in 0..grid.len().min(LOOKED_AT) {
            let field = unquoted(grid.field(row, column).unwrap_or(""));
            match Reading::of(&field).under(decimal) {
                Some(number) => sample.numbers.push(number),
                None => sample.others += usize::from(!field.is_empty()),
            }
        }
        sample
    }

    fn is_text(&self) -> bool {
        self.numbers.len() < self.others.max(1)
    }

    fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.others == 0
    }

    fn is_whole(&self) -> bool {
        self.numbers.iter().all(|number| number.fract() == 0.0)
    }

    fn counts_up(&self) -> bool {
        self.numbers.len() > 2
            && self.is_whole()
            && self.numbers.windows(2).all(|two| two[1] - two[0] == 1.0)
    }

    fn is_few(&self) -> bool {
        let mut different: Vec<f64> = vec![];
        for number in &self.numbers {
            if !different.contains(number) {
                different.push(*number);
            }
            if different.len() > MOST_CLASSES {
                return false;
            }
        }
        different.len() <= self.numbers.len() / 2
    }
}

/// Which mark stands before decimals: fields of the columns of numbers tell it, or else what separates fields.
pub(super) fn decimal(grid: &Grid<'_>, comma_separates: bool) -> Decimal {
    let (mut dot, mut comma) = (false, false);
    let mut either = [false; 2]; // where nothing tells, with a dot and with a comma
    for column in 0..grid.columns() {
        if Sample::of(grid, column, Decimal::Dot).is_text() {
            continue;
        }
        for row in 0..grid.len() {
            let field = grid.field(row, column).unwrap_or("");
            if !field.contains(['.', ',', '，', '．', '\u{66b}']) {
                continue;
            }
            let reading = Reading::of(&unquoted(field));
            dot |= reading.comma.is_none() && reading.dot.is_some();
            comma |= reading.dot.is_none() && reading.comma.is_some();
            if reading.is_ambiguous() {
                either[usize::from(field.contains([',', '，']))] = true;
            }
        }
    }
    match (dot, comma, either) {
        (true, true, _) | (false, false, [true, true]) => Decimal::Mixed,
        (false, true, _) => Decimal::Comma,
        (false, false, [false, true]) if !comma_separates => Decimal::Comma,
        _ => Decimal::Dot,
    }
}

/// What each column is, by its heading and by its numbers beside those of the others.
pub(super) fn describe(grid: &Grid<'_>, names: Vec<String>, decimal: Decimal) -> Vec<Column> {
    let count = grid.columns().max(names.len());
    let samples: Vec<Sample> = (0..count).map(|at| Sample::of(grid, at, decimal)).collect();
    let mut names = names;
    names.resize(count, String::new());
    let lower: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let has_heading = lower.iter().any(|name| !name.is_empty());
    let is_number = |at: &usize| !samples[*at].is_text();
    let numbers: Vec<usize> = (0..count).filter(is_number).collect();
    let is_index = |at: usize| {
        let called = has_heading && INDEX.contains(&&*lower[at]);
        samples[at].counts_up() && (called || numbers.len() > 2)
    };
    let real = |at: &&usize| !samples[**at].is_whole();
    let has_x =
        |name: &String| name.strip_prefix('x').is_some_and(|rest| rest.parse::<u32>().is_ok());
    let predicted = lower.iter().any(has_x) && !lower.iter().any(|name| name == "x");
    let is_label = |at: usize| {
        let of_classes = || {
            let beside = numbers.iter().filter(|&&other| other != at).filter(real).count();
            samples[at].is_whole() && samples[at].is_few() && beside >= 2
        };
        LABEL.iter().any(|part| lower[at].contains(part))
            || (predicted && lower[at] == "y")
            || of_classes()
    };
    let kind = |at: usize| match at {
        // A heading over nothing may be the one that is looked for.
        _ if samples[at].is_empty() && !names[at].is_empty() => ColumnKind::Number,
        _ if samples[at].is_text() => ColumnKind::Text,
        _ if is_index(at) => ColumnKind::Index,
        _ if is_label(at) => ColumnKind::Label,
        _ => ColumnKind::Number,
    };
    let kinds: Vec<ColumnKind> = (0..count).map(kind).collect();
    names.into_iter().zip(kinds).map(|(name, kind)| Column { name, kind }).collect()
}

/// The places of x and y.
///
/// # Errors
/// Fewer than two columns, or one that is not there.
pub(super) fn choose(columns: &[Column], wanted: &[Wanted], line: usize) -> Result<[usize; 2]> {
    let places = match wanted {
        [] => by_themselves(columns),
        [x, y] => [find(columns, x)?, find(columns, y)?],
        _ => {
            let count = wanted.len();
            return Err(Error::Input(format!("two columns are wanted, not {count}")));
        }
    };
    match places {
        [x, y] if x.max(y) >= columns.len() => {
            let message = format!("line {line}, column {}: a number is missing", columns.len() + 1);
            Err(Error::Input(message))
        }
        [x, y] if x == y => {
            let name = called(columns, x);
            Err(Error::Input(format!("{name} cannot be both x and y")))
        }
        both => Ok(both),
    }
}

/// A pair of headings that belong together; else the first two columns of numbers, and where there are none, of the rest.
fn by_themselves(columns: &[Column]) -> [usize; 2] {
    let place = |is: &dyn Fn(&str) -> bool| {
        columns.iter().position(|column| column.kind != ColumnKind::Text && is(&column.name))
    };
    let headed = |name: &str| {
        place(&|other| other == name).or_else(|| place(&|other| other.eq_ignore_ascii_case(name)))
    };
    for [x, y] in PAIRS {
        if let Some(pair) = headed(x).zip(headed(y)) {
            return pair.into();
        }
    }
    let rank = |&place: &usize| columns.get(place).map_or(u8::MAX, |column| column.kind as u8);
    let places = 0..columns.len().max(2);
    let first = places.clone().min_by_key(rank).unwrap_or(0);
    let second = places.filter(|&place| place != first).min_by_key(rank).unwrap_or(1);
    [first.min(second), first.max(second)]
}

fn find(columns: &[Column], wanted: &Wanted) -> Result<usize> {
    let name = match wanted {
        Wanted::Place(place) if *place < columns.len() => return Ok(*place),
        Wanted::Place(place) => (place + 1).to_string(),
        Wanted::Name(name) => name.clone(),
    };
    let exactly = columns.iter().position(|column| column.name == name);
    let alike = || columns.iter().position(|column| column.name.eq_ignore_ascii_case(&name));
    let counted = || name.parse::<usize>().ok()?.checked_sub(1).filter(|&at| at < columns.len());
    exactly.filter(|_| !name.is_empty()).or_else(alike).or_else(counted).ok_or_else(|| {
        let there: Vec<String> = (0..columns.len()).map(|at| called(columns, at)).collect();
        let (there, count) = (few(&there), columns.len());
        Error::Input(format!("there is no column \"{name}\"; there are {count}: {there}"))
    })
}

/// A column in a sentence: by its heading, or counted from 1.
pub(super) fn called(columns: &[Column], place: usize) -> String {
    match columns.get(place) {
        Some(Column { name, .. }) if !name.is_empty() => format!("\"{}\"", shortened(name)),
        _ => (place + 1).to_string(),
    }
}

/// A field as an error quotes it.
pub(super) fn shortened(field: &str) -> String {
    let one_line = field.replace(|c: char| ends_line(c) || c.is_control(), " ");
    match one_line.char_indices().nth(24) {
        Some((end, _)) => format!("{}…", &one_line[..end]),
        None => one_line,
    }
}
