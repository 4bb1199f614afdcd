//! Text out of the bytes of a file, whatever program and system wrote them. Spreadsheets write UTF-16 and the code pages of
//! their systems to this day.

use std::borrow::Cow;

use crate::error::{Error, Result};

/// How the characters of a file were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, ASCII among it.
    Utf8,
    /// UTF-16, low byte first: Excel's "Unicode text".
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// What is none of these: a byte a character, as old Windows programs write western languages.
    Windows1252,
}

impl Encoding {
    /// Its name in the web's list of encodings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// Bytes 0x80 … 0x9f of windows-1252; the others are those of Latin-1, which are Unicode's first 256.
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
/// Of a file without a byte order mark this much is looked at.
const HEAD: usize = 4096;

/// The text of a file and how it was written.
///
/// # Errors
/// What is no text: a workbook, or anything else with zero bytes.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding)> {
    if bytes.starts_with(b"PK\x03\x04") {
        let message = "this is a workbook (or another zip archive); save its sheet as CSV";
        return Err(Error::Input(message.into()));
    }
    let encoding = detect(bytes);
    let text = match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(bytes),
        Encoding::Utf16Le => utf16(bytes, u16::from_le_bytes).into(),
        Encoding::Utf16Be => utf16(bytes, u16::from_be_bytes).into(),
        Encoding::Windows1252 => bytes.iter().map(|&byte| windows_1252(byte)).collect(),
    };
    if let Some((before, _)) = text.split_once('\0') {
        let line = before.matches('\n').count() + 1;
        return Err(Error::Input(format!("line {line}: a zero byte; this is not a text file")));
    }
    Ok((text, encoding))
}

fn detect(bytes: &[u8]) -> Encoding {
    match bytes {
        [0xff, 0xfe, ..] => return Encoding::Utf16Le,
        [0xfe, 0xff, ..] => return Encoding::Utf16Be,
        _ => {}
    }
    // Digits and separators have a high byte of zero.
    let (pairs, _) = bytes[..bytes.len().min(HEAD)].as_chunks::<2>();
    let most = |zero: fn(&[u8; 2]) -> bool| {
        !pairs.is_empty() && 4 * pairs.iter().filter(|pair| zero(pair)).count() > 3 * pairs.len()
    };
    if most(|pair| pair[0] != 0 && pair[1] == 0) {
        Encoding::Utf16Le
    } else if most(|pair| pair[0] == 0 && pair[1] != 0) {
        Encoding::Utf16Be
    } else if std::str::from_utf8(bytes).is_ok() {
        Encoding::Utf8
    } else {
        Encoding::Windows1252
    }
}

/// Half a character, of a file that was cut, is left out.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|&pair| unit(pair));
    char::decode_utf16(units).map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252.chars().nth(usize::from(byte) - 0x80).unwrap_or('?'),
        _ => char::from(byte),
    }
}
