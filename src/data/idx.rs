//! MNIST's IDX files: two zero bytes, the type of a value (8: unsigned byte), the number of dimensions,
//! each dimension as a big-endian u32, then the values.

use std::borrow::Cow;

use super::set::{Files, Kind, Samples, SetOptions, file_error, required};
use crate::error::{Error, Result};

/// The most pixels read from one file: the MNIST training set has 47 million.
const MOST_PIXELS: usize = 100_000_000;

/// `mnist:DIR`.
pub(super) const KIND: Kind =
    Kind { name: "mnist", argument: "DIR", about: "MNIST's IDX files, packed or not", open: mnist };

/// Classes of MNIST.
const DIGITS: usize = 10;

/// The training set's two files; that of labels only if a model wants them.
fn mnist(folder: &str, options: &SetOptions, files: Files<'_>) -> Result<Samples> {
    let folder = folder.trim_end_matches('/');
    let open = |name: &str| {
        let path = format!("{folder}/{name}");
        match files(&format!("{path}.gz"))? {
            Some(bytes) => Ok((format!("{path}.gz"), bytes)),
            None => required(&path, files).map(|bytes| (path, bytes)),
        }
    };
    let (path, images) = open("train-images-idx3-ubyte")?;
    let labels = options.classes.map(|_| open("train-labels-idx1-ubyte")).transpose()?;
    let labels = labels.as_ref().map(|(_, bytes)| bytes.as_slice());
    let read = read(&images, labels, options.classes.unwrap_or(DIGITS));
    let read = read.map_err(|error| file_error(&path, error))?;
    let shape = [1, read.height, read.width];
    Ok(Samples { shape, values: read.images, labels: labels.map(|_| read.labels) })
}

/// Pictures of one size, and their labels if there are any.
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
}

/// Reads a file of images and, if given, one of as many labels, each below `classes`. Natively
/// either may still be compressed with gzip, as MNIST is distributed; a browser unpacks it by itself
/// (`DecompressionStream`), so that code is not in the wasm.
pub fn read(images: &[u8], labels: Option<&[u8]>, classes: usize) -> Result<Images> {
    let bytes = unpacked("the image file", images)?;
    let ([count, height, width], pixels) = values("the image file", &bytes)?;
    if count == 0 || height == 0 || width == 0 {
        return Err(Error::Input(format!(
            "the image file holds no pixels: {count} images of {height} × {width}"
        )));
    }
    let images = pixels.iter().map(|&v| f32::from(v) / 127.5 - 1.0).collect();
    let labels = match labels {
        None => vec![],
        Some(labels) => read_labels(labels, count, classes)?,
    };
    Ok(Images { images, labels, count, height, width })
}

fn read_labels(bytes: &[u8], images: usize, classes: usize) -> Result<Vec<i32>> {
    let bytes = unpacked("the label file", bytes)?;
    let ([count], labels) = values("the label file", &bytes)?;
    if count != images {
        return Err(Error::Input(format!("there are {images} images but {count} labels")));
    }
    match labels.iter().position(|&label| usize::from(label) >= classes) {
        None => Ok(labels.iter().map(|&label| label.into()).collect()),
        Some(i) => Err(Error::Input(format!(
            "label {i} is {}, but classes go from 0 to {}",
            labels[i],
            classes.saturating_sub(1)
        ))),
    }
}

/// The file itself, or what gzip (which begins with the bytes 1f 8b) has made of it.
fn unpacked<'a>(what: &str, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>> {
    match bytes.starts_with(&[0x1f, 0x8b]) {
        true => gunzip(what, bytes).map(Cow::Owned),
        false => Ok(Cow::Borrowed(bytes)),
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn gunzip(what: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    use std::io::Read;
    // A few kilobytes can unpack to gigabytes: the first byte too many is the last one read.
    let most = MOST_PIXELS as u64 + 16;
    let mut plain = vec![];
    let read = flate2::read::MultiGzDecoder::new(bytes).take(most + 1).read_to_end(&mut plain);
    match read {
        Ok(_) if plain.len() as u64 <= most => Ok(plain),
        Ok(_) => Err(Error::Input(format!("{what} unpacks to more than {MOST_PIXELS} values"))),
        Err(error) => Err(Error::Input(format!("{what} is a damaged gzip file: {error}"))),
    }
}

#[cfg(target_arch = "wasm32")]
fn gunzip(what: &str, _: &[u8]) -> Result<Vec<u8>> {
    Err(Error::Input(format!("{what} is compressed with gzip; unpack it first")))
}

/// The dimensions and exactly as many bytes as they make.
fn values<'a, const RANK: usize>(what: &str, bytes: &'a [u8]) -> Result<([usize; RANK], &'a [u8])> {
    let wrong = |problem: String| Err(Error::Input(format!("{what} {problem}")));
    let (&magic, rest) = match bytes.split_first_chunk::<4>() {
        Some(split) => split,
        None if bytes.is_empty() => return wrong("is empty".into()),
        None => return wrong(format!("is no IDX file: it has only {} bytes", bytes.len())),
    };
    match magic {
        [0, 0, 8, rank] if usize::from(rank) == RANK => {}
        [0, 0, 8, rank @ 1..=3] => {
            return wrong(format!(
                "has {rank} dimensions instead of {RANK}: are images and labels swapped?"
            ));
        }
        [0, 0, kind, _] if kind != 8 => {
            return wrong(format!("is an IDX file of values of type {kind}, not of bytes (8)"));
        }
        _ => {
            let magic = u32::from_be_bytes(magic);
            let expected = 0x800 + RANK;
            return wrong(format!(
                "is no IDX file of this kind: it begins with {magic:#010x}, not {expected:#010x}"
            ));
        }
    }
    let (words, _) = rest.as_chunks::<4>();
    let Some(head) = words.first_chunk::<RANK>() else {
        return wrong(format!("ends within its header, after {} bytes", bytes.len()));
    };
    let shape = head.map(|word| u32::from_be_bytes(word) as usize);
    let values = &rest[4 * RANK..];
    // Three 32-bit factors can make more than 64 bits.
    let promised = shape.iter().fold(1u128, |product, &n| product * n as u128);
    let sizes = shape.map(|n| n.to_string()).join(" × ");
    if promised > MOST_PIXELS as u128 {
        return wrong(format!("promises {sizes} values; at most {MOST_PIXELS} can be read"));
    }
    if promised != values.len() as u128 {
        let held = values.len();
        return wrong(format!("promises {sizes} values but holds {held}"));
    }
    Ok((shape, values))
}
