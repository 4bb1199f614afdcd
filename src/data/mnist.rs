//! `mnist:PATH`: pictures and labels from IDX files, a folder's only set or its training set, or the set of one file.

use super::digit_sets::{self, DigitSet, Head};
use super::idx::{self, File};
use super::set::{Entry, Files, Kind, Samples, SetOptions, file_error, required};
use crate::error::{Error, Result};

/// `mnist:DIR`.
pub(super) const KIND: Kind = Kind {
    name: "mnist",
    argument: "DIR",
    about: "IDX files as MNIST's, packed or not; or the path of one set's images",
    open,
};

/// Classes of MNIST.
const DIGITS: usize = 10;

/// Folders within each other: torchvision's files lie two below the one that is named.
const DEEPEST: usize = 4;

/// A folder of more files than this is nobody's folder of digits.
const MOST_FILES: usize = 1000;

fn open(path: &str, options: &SetOptions, files: &dyn Files) -> Result<Samples> {
    let folder = path.trim_end_matches('/');
    let set = choose(if folder.is_empty() { path } else { folder }, options, files)?;
    let images = required(&set.images, files)?;
    let labels = set.labels.as_ref().filter(|_| options.classes.is_some());
    let labels = labels.map(|path| required(path, files).map(|bytes| (path, bytes))).transpose()?;
    let labels = labels.as_ref().map(|(path, bytes)| File { path, bytes });
    let classes = options.classes.unwrap_or(DIGITS);
    let mut read = idx::read(File { path: &set.images, bytes: &images }, labels, classes)?;
    let mut notes = vec![match labels {
        Some(labels) => format!("images from {}, labels from {}", set.images, labels.path),
        None => format!("images from {}", set.images),
    }];
    if read.binary {
        notes.push("its pixels are 0 and 1: 1 is taken for white".into());
    }
    if options.transpose {
        read.transpose();
    } else if digit_sets::lies_on_its_side(&set.images) {
        notes.push("EMNIST's pictures lie on their side; --transpose puts them upright".into());
    }
    let shape = [1, read.height, read.width];
    Ok(Samples { shape, values: read.images, labels: labels.map(|_| read.labels), notes })
}

/// The one set there is at `path`, or an error that says what there is.
fn choose(path: &str, options: &SetOptions, files: &dyn Files) -> Result<DigitSet> {
    let mut paths = vec![];
    if !walk(path, DEEPEST, files, &mut paths)? {
        let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
        walk(folder, 1, files, &mut paths)?;
        if !paths.iter().any(|known| known == path) {
            return Err(file_error(path, "there is no such folder or file"));
        }
        return digit_sets::of(&heads(paths, files)?, path);
    }
    let sets = digit_sets::find(&heads(paths, files)?, options.classes.is_some());
    let mut sets = sets.map_err(|error| match error {
        Error::Input(reason) => file_error(path, reason),
        error => error,
    })?;
    match sets.len() {
        1 => Ok(sets.remove(0)),
        _ => Err(file_error(path, digit_sets::choose_one(&sets, "mnist:"))),
    }
}

fn heads(paths: Vec<String>, files: &dyn Files) -> Result<Vec<Head>> {
    let head = |path: String| {
        let bytes = files.head(&path, idx::HEAD)?.unwrap_or_default();
        Ok(Head { bytes: idx::unpacked_head(&bytes), path })
    };
    paths.into_iter().map(head).collect()
}

/// The files of a folder and of `depth` − 1 folders within each other below it; false if it is none.
fn walk(folder: &str, depth: usize, files: &dyn Files, found: &mut Vec<String>) -> Result<bool> {
    let Some(entries) = files.list(folder)? else { return Ok(false) };
    for entry in entries {
        match entry {
            Entry::File(_) if found.len() == MOST_FILES => {
                let reason =
                    format!("holds more than {MOST_FILES} files; name the folder of the images");
                return Err(file_error(folder, reason));
            }
            Entry::File(path) => found.push(path),
            Entry::Folder(path) if depth > 1 => {
                walk(&path, depth - 1, files, found)?;
            }
            Entry::Folder(_) => {}
        }
    }
    Ok(true)
}
