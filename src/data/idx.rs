//! One IDX file, MNIST's format: two zero bytes, the type of a value (8: unsigned byte), the number of dimensions, each
//! dimension as a big-endian u32, then the values; often packed with gzip, whatever the name says. Which files belong
//! together is `digit_sets.rs`'s question.

use std::borrow::Cow;

use super::set::file_error;
use crate::error::{Error, Result};

/// The most pixels read from one file: the MNIST training set has 47 million.
const MOST_PIXELS: usize = 100_000_000;

/// As many bytes of a file as tell what it is, unpacked; packed, a little more than gzip's own header is long.
pub const HEAD: usize = 1024;

/// A file's path, which errors name, and its bytes.
#[derive(Clone, Copy)]
pub struct File<'a> {
    /// As the user gave it.
    pub path: &'a str,
    /// Packed with gzip or not.
    pub bytes: &'a [u8],
}

impl File<'_> {
    fn wrong(&self, fault: impl ToString) -> Error {
        file_error(self.path, fault)
    }
}

/// Pictures of one size, and their labels if there are any.
#[derive(Debug)]
pub struct Images {
    /// `[count, 1, height, width]`, −1 (byte 0) to 1 (byte 255).
    pub images: Vec<f32>,
    /// `[count]`, or empty.
    pub labels: Vec<i32>,
    /// Number of pictures.
    pub count: usize,
    /// Pixels down.
    pub height: usize,
    /// Pixels across.
    pub width: usize,
    /// Pixels are 0 and 1 in the file, and 1 was taken for white.
    pub binary: bool,
}

impl Images {
    /// Rows as columns: EMNIST's pictures lie on their side in its files.
    pub fn transpose(&mut self) {
        let (h, w) = (self.height, self.width);
        let pixels = self.images.chunks_exact(h * w);
        let turned = pixels.flat_map(|image| (0..h * w).map(move |at| image[at % h * w + at / h]));
        self.images = turned.collect();
        (self.height, self.width) = (w, h);
    }
}

/// Reads a file of images and, if given, one of as many labels, each below `classes`. Natively either may still be
/// packed; a browser unpacks by itself (`DecompressionStream`), so that code is not in the wasm.
///
/// # Errors
/// One sentence that names the file, and in a file of labels the row.
pub fn read(images: File<'_>, labels: Option<File<'_>>, classes: usize) -> Result<Images> {
    let bytes = unpacked(images.bytes, MOST_PIXELS).map_err(|fault| images.wrong(fault))?;
    let ([count, height, width], pixels) = values(&bytes).map_err(|fault| images.wrong(fault))?;
    if count == 0 || height == 0 || width == 0 {
        let sizes = format!("{count} images of {height} × {width}");
        return Err(images.wrong(format!("holds no pixels: {sizes}")));
    }
    let binary = pixels.iter().max() == Some(&1);
    let white = if binary { 0.5 } else { 127.5 };
    let labels = match labels {
        None => vec![],
        Some(file) => read_labels(file, (images.path, count), classes)?,
    };
    let images = pixels.iter().map(|&v| f32::from(v) / white - 1.0).collect();
    Ok(Images { images, labels, count, height, width, binary })
}

fn read_labels(file: File<'_>, of: (&str, usize), classes: usize) -> Result<Vec<i32>> {
    let bytes = unpacked(file.bytes, MOST_PIXELS).map_err(|fault| file.wrong(fault))?;
    let ([count], labels) = values(&bytes).map_err(|fault| file.wrong(fault))?;
    let (path, images) = of;
    if count != images {
        return Err(file.wrong(format!("holds {count} labels, but {path} holds {images} images")));
    }
    let Some(row) = labels.iter().position(|&label| usize::from(label) >= classes) else {
        return Ok(labels.iter().map(|&label| label.into()).collect());
    };
    let low = labels.iter().min().unwrap_or(&0);
    let high = labels.iter().max().unwrap_or(&0);
    let whose = match (low, high) {
        (1, 26) => ", as EMNIST's letters do: a is 1, z is 26",
        (1, _) => ": they count from 1",
        _ => "",
    };
    Err(file.wrong(format!(
        "label {} in row {row} (the first is row 0) is no class: classes go from 0 to {}, the labels of this file from \
         {low} to {high}{whose}",
        labels[row],
        classes.saturating_sub(1)
    )))
}

/// The file itself, or what gzip (which begins with the bytes 1f 8b) has made of it; no more than `most` bytes beside the
/// header.
fn unpacked(bytes: &[u8], most: usize) -> std::result::Result<Cow<'_, [u8]>, String> {
    match is_packed(bytes) {
        true => gunzip(bytes, most).map(Cow::Owned),
        false => Ok(Cow::Borrowed(bytes)),
    }
}

fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

const DAMAGED: &str = "is a gzip file that is damaged or cut off: fetch it again";

#[cfg(not(target_arch = "wasm32"))]
fn gunzip(bytes: &[u8], most: usize) -> std::result::Result<Vec<u8>, String> {
    use std::io::Read;
    // A few kilobytes can unpack to gigabytes: the first byte too many is the last one read.
    let most = most as u64 + 16;
    let mut plain = vec![];
    let read = flate2::read::MultiGzDecoder::new(bytes).take(most + 1).read_to_end(&mut plain);
    match read {
        Ok(_) if plain.len() as u64 <= most => Ok(plain),
        Ok(_) => Err(format!("unpacks to more than {MOST_PIXELS} values")),
        Err(_) => Err(DAMAGED.into()),
    }
}

#[cfg(target_arch = "wasm32")]
fn gunzip(_: &[u8], _: usize) -> std::result::Result<Vec<u8>, String> {
    Err("is packed with gzip; unpack it first".into())
}

/// The first bytes of what the beginning of a packed file holds, as far as they can be had.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn unpacked_head(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read;
    if !is_packed(bytes) {
        return bytes.to_vec();
    }
    let (mut plain, mut packed) = (vec![], flate2::read::MultiGzDecoder::new(bytes));
    let mut byte = [0];
    while plain.len() < 16 && matches!(packed.read(&mut byte), Ok(1)) {
        plain.push(byte[0]);
    }
    if plain.is_empty() { bytes.to_vec() } else { plain }
}

#[cfg(target_arch = "wasm32")]
pub(super) fn unpacked_head(bytes: &[u8]) -> Vec<u8> {
    bytes.to_vec()
}

/// The dimensions that an unpacked file of bytes begins with, 1 to 3 of them, or what else it is.
pub(super) fn dimensions(bytes: &[u8]) -> std::result::Result<Vec<usize>, String> {
    if is_packed(bytes) {
        return Err(DAMAGED.into());
    }
    let (&magic, rest) = match bytes.split_first_chunk::<4>() {
        Some(split) => split,
        None if bytes.is_empty() => return Err("is empty".into()),
        None => return Err(format!("is no IDX file: it has only {} bytes", bytes.len())),
    };
    let rank = match magic {
        [0, 0, 8, rank @ 1..=3] => usize::from(rank),
        [0, 0, 8, rank] => {
            return Err(format!("is an IDX file of {rank} dimensions, not of 1 or 3"));
        }
        [0, 0, kind @ 9..=14, _] => {
            let kind = match kind {
                9 => "signed bytes",
                13 | 14 => "floats",
                _ => "whole numbers of several bytes",
            };
            return Err(format!("is an IDX file of {kind}, not of unsigned bytes"));
        }
        _ => return Err(other_format(bytes, magic)),
    };
    let (words, _) = rest.as_chunks::<4>();
    let Some(head) = words.get(..rank) else {
        return Err(format!("ends within its header, after {} bytes", bytes.len()));
    };
    Ok(head.iter().map(|&word| u32::from_be_bytes(word) as usize).collect())
}

/// What a file is that is no IDX file.
fn other_format(bytes: &[u8], magic: [u8; 4]) -> String {
    let text = bytes.trim_ascii_start();
    match () {
        () if text.starts_with(b"<") => {
            "is a web page (HTML), not the file that was to be fetched: fetch it again".into()
        }
        () if text.starts_with(b"version https://git-lfs") => {
            "is only Git LFS's pointer to the file: fetch it with git lfs pull".into()
        }
        () if bytes.starts_with(b"PK") => "is a zip archive: unpack it first".into(),
        () => format!(
            "is no IDX file: it begins with {:#010x}, not 0x00000803 for images or 0x00000801 for labels",
            u32::from_be_bytes(magic)
        ),
    }
}

/// The dimensions and exactly as many bytes as they make.
fn values<const RANK: usize>(bytes: &[u8]) -> std::result::Result<([usize; RANK], &[u8]), String> {
    let found = dimensions(bytes)?;
    let Ok(shape) = <[usize; RANK]>::try_from(&found[..]) else {
        let rank = found.len();
        return Err(format!(
            "has {rank} dimensions instead of {RANK}: are images and labels swapped?"
        ));
    };
    let values = &bytes[4 + 4 * RANK..];
    // Three 32-bit factors can make more than 64 bits.
    let promised = shape.iter().fold(1u128, |product, &n| product * n as u128);
    let sizes = shape.map(|n| n.to_string()).join(" × ");
    if promised > MOST_PIXELS as u128 {
        return Err(format!("promises {sizes} values; at most {MOST_PIXELS} can be read"));
    }
    if promised != values.len() as u128 {
        let held = values.len();
        return Err(format!("promises {sizes} values but holds {held}"));
    }
    Ok((shape, values))
}
