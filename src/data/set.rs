//! What every data set is, and what a kind of set must say of itself to be opened by name (`kinds.rs`).

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::options::{options, whole};

/// Pictures or points to train on, and perhaps their classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// What it was opened by.
    pub name: String,
    /// Of one sample: channels, rows, columns. A point is `[2, 1, 1]`.
    pub shape: [usize; 3],
    /// `[n, c, h, w]`, about −1 … 1.
    pub values: Vec<f32>,
    /// One class each.
    pub labels: Option<Vec<i32>>,
    /// What was assumed or left aside in reading it, a line each.
    pub notes: Vec<String>,
}

options! {
    /// What may be said about a set beside its name.
    pub struct SetOptions {
        /// Points of a set that is made; without it 20,000.
        n: Option<usize>; skip,
        /// Of what is made; the same seed makes the same set everywhere.
        #[serde(deserialize_with = "whole")]
        seed: u64; skip,
        /// Classes of the model it is for: labels must lie below, and without it files of labels are left alone.
        classes: Option<usize>; skip,
        /// The two columns of a table that are x and y, by their headings or counted from 1.
        columns: Vec<String>; skip,
        /// A table's first line is a point, even where it looks like headings.
        no_heading: bool; skip,
        /// Pictures with rows for columns, as EMNIST's files want it.
        transpose: bool; skip,
    }
}

/// Where files come from: a disk, or what a page was given.
pub trait Files {
    /// The bytes of a file by its path; none if there is no such file.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>>;

    /// At least its first `count` bytes, or all there are.
    fn head(&self, path: &str, _count: usize) -> Result<Option<Vec<u8>>> {
        self.read(path)
    }

    /// What lies in a folder, in order of the alphabet; none if there is no such folder.
    fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>>;
}

/// Something in a folder, by its path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// Holds bytes.
    File(String),
    /// Holds entries.
    Folder(String),
}

/// A kind of data set.
pub(super) struct Kind {
    /// What stands before the colon.
    pub name: &'static str,
    /// What stands after it, as a help text calls it.
    pub argument: &'static str,
    /// What it is, for a help text.
    pub about: &'static str,
    /// Makes or reads a set from what stands after the colon.
    pub open: fn(&str, &SetOptions, &dyn Files) -> Result<Samples>,
}

/// What a kind makes of its argument: a [`Set`] but for its name.
pub(super) struct Samples {
    pub shape: [usize; 3],
    pub values: Vec<f32>,
    pub labels: Option<Vec<i32>>,
    pub notes: Vec<String>,
}

impl Samples {
    /// Points `[n, 2]`.
    pub fn points(values: Vec<f32>) -> Self {
        Self { shape: [2, 1, 1], values, labels: None, notes: vec![] }
    }
}

impl Set {
    /// Number of samples.
    pub fn len(&self) -> usize {
        self.values.len() / self.shape.iter().product::<usize>()
    }

    /// Never true: no kind makes an empty set.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// How many there are of each class that occurs, by class.
    pub fn tally(&self) -> BTreeMap<i32, usize> {
        let mut counts = BTreeMap::new();
        for &label in self.labels.iter().flatten() {
            *counts.entry(label).or_default() += 1;
        }
        counts
    }

    /// Whether its samples are points in the plane.
    pub fn is_points(&self) -> bool {
        self.shape == [2, 1, 1]
    }
}

/// The file, or an error that names it.
pub(super) fn required(path: &str, files: &dyn Files) -> Result<Vec<u8>> {
    files.read(path)?.ok_or_else(|| file_error(path, "there is no such file"))
}

pub(super) fn file_error(path: &str, reason: impl ToString) -> Error {
    Error::File { path: path.to_owned(), reason: reason.to_string() }
}
