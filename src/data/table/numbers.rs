//! Numbers as people and spreadsheets write them: 29,034.09 and 29.034,09, 1 234,5 and 1’234.5, minus as U+2212, digits of a
//! Chinese or Arabic keyboard. "1,234" alone is two numbers, so a field is read both ways and the table decides.

use std::borrow::Cow;

/// What a field is as a number under either decimal mark; the same under both where it has neither.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reading {
    pub dot: Option<f64>,
    pub comma: Option<f64>,
}

/// Which mark stands before the decimals of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decimal {
    /// 1.5, and 1,234 is more than a thousand.
    Dot,
    /// 1,5, and 1.234 is more than a thousand.
    Comma,
    /// Both are there, each where it can be nothing else; what could be either is refused.
    Mixed,
}

impl Decimal {
    /// Its name in JavaScript.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dot => ".",
            Self::Comma => ",",
            Self::Mixed => ".,",
        }
    }
}

impl Reading {
    pub fn of(field: &str) -> Self {
        let text = plain(field);
        let Ok(value) = text.parse() else {
            return Self { dot: number(&text, '.', ','), comma: number(&text, ',', '.') };
        };
        let comma = match text.split_once('.') {
            None => Some(value),
            Some((_, thousands)) if thousands.len() == 3 => number(&text, ',', '.'),
            Some(_) => None,
        };
        Self { dot: Some(value), comma }
    }

    pub fn is_number(self) -> bool {
        self.dot.is_some() || self.comma.is_some()
    }

    /// Whether it is two numbers.
    pub fn is_ambiguous(self) -> bool {
        self.dot.zip(self.comma).is_some_and(|(dot, comma)| dot != comma && !dot.is_nan())
    }

    /// The number under a decimal mark; one that only the other mark makes a number is that.
    pub fn under(self, decimal: Decimal) -> Option<f64> {
        match decimal {
            Decimal::Dot => self.dot.or(self.comma),
            Decimal::Comma => self.comma.or(self.dot),
            Decimal::Mixed if self.is_ambiguous() => None,
            Decimal::Mixed => self.dot.or(self.comma),
        }
    }
}

/// The same in ASCII: digits, marks and signs of other keyboards, and the dashes that word processors make of a minus.
fn plain(field: &str) -> Cow<'_, str> {
    if field.is_ascii() {
        return field.into();
    }
    let ascii = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from((u32::from(c) - 0xff01 + 0x21) as u8),
        '\u{660}'..='\u{669}' => char::from((u32::from(c) - 0x660) as u8 + b'0'),
        '\u{6f0}'..='\u{6f9}' => char::from((u32::from(c) - 0x6f0) as u8 + b'0'),
        '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe63}' => '-',
        '\u{66b}' => '.',
        '\u{66c}' | '’' => '\'',
        '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => ' ',
        _ => c,
    };
    field.chars().map(ascii).collect()
}

/// `text` as a number with this mark before the decimals and perhaps that one, a space, an apostrophe or an underscore
/// between thousands.
fn number(text: &str, decimal: char, group: char) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    // Fortran writes 1.5D+00.
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E', 'd', 'D']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.parse::<i32>().ok()?)),
        None => (unsigned, None),
    };
    let (whole, decimals) = mantissa.split_once(decimal).unwrap_or((mantissa, "0"));
    let any_digit = mantissa.contains(|c: char| c.is_ascii_digit());
    if decimals.is_empty() || !digits(decimals) || !any_digit {
        return None;
    }
    let whole = ungrouped(whole, group, exponent.is_some())?;
    let sign = if text.starts_with('-') { "-" } else { "" };
    format!("{sign}{whole}.{decimals}e{}", exponent.unwrap_or(0)).parse().ok()
}

/// The digits before the decimal mark, without the marks between thousands: 1,234,567 and India's 12,34,567.
fn ungrouped(whole: &str, group: char, scientific: bool) -> Option<Cow<'_, str>> {
    let Some(mark) = whole.chars().find(|c| !c.is_ascii_digit()) else { return Some(whole.into()) };
    if scientific || !(mark == group || [' ', '\'', '_'].contains(&mark)) {
        return None;
    }
    let groups: Vec<&str> = whole.split(mark).collect();
    let [first, middle @ .., last] = &groups[..] else { return None };
    let begins = (1..=3).contains(&first.len()) && !first.starts_with('0');
    let goes_on = middle.iter().all(|group| (2..=3).contains(&group.len())) && last.len() == 3;
    (begins && goes_on && groups.iter().all(|group| digits(group))).then(|| groups.concat().into())
}

fn digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_is_read_under_the_mark_it_has() {
        for (field, dot, comma) in [
            ("12", Some(12.0), Some(12.0)),
            ("1.5", Some(1.5), None),
            ("1,5", None, Some(1.5)),
            ("-.5", Some(-0.5), None),
            (",5", None, Some(0.5)),
            ("1.", Some(1.0), None),
            ("1,", None, None),
            ("29,034.09", Some(29034.09), None),
            ("29.034,09", None, Some(29034.09)),
            ("1,234", Some(1234.0), Some(1.234)),
            ("-1.234", Some(-1.234), Some(-1234.0)),
            ("0,123", None, Some(0.123)),
            ("1234,567", None, Some(1234.567)),
            ("1,234,567", Some(1234567.0), None),
            ("12,34,567.5", Some(1234567.5), None),
            ("1.234.567", None, Some(1234567.0)),
            ("1 234,5", None, Some(1234.5)),
            ("1\u{202f}234.5", Some(1234.5), None),
            ("1\u{a0}234", Some(1234.0), Some(1234.0)),
            ("1’234.5", Some(1234.5), None),
            ("\u{2212}4e-3", Some(-0.004), Some(-0.004)),
            ("1,5e3", None, Some(1500.0)),
            ("1.5D+01", Some(15.0), None),
            ("１．５", Some(1.5), None),
            ("٢٫٥", Some(2.5), None),
            ("12:30", None, None),
            ("1.2.2020", None, None),
            ("5 2", None, None),
            ("", None, None),
            ("-", None, None),
            ("e5", None, None),
            ("x", None, None),
        ] {
            assert_eq!(Reading::of(field), Reading { dot, comma }, "{field}");
        }
        assert!(Reading::of("-inf").dot == Some(f64::NEG_INFINITY));
        assert!(Reading::of("NaN").dot.is_some_and(f64::is_nan));
    }
}
