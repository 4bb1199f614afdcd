//! Which of many files are the images and the labels of one set: told by what they hold, then by what their names have in
//! common. `train-images-idx3-ubyte` and `train-labels.idx1-ubyte.gz` share "train", with and without a folder before it.

use super::idx::dimensions;
use super::set::file_error;
use crate::error::{Error, Result, few};

/// A set of pictures: the files it is read from.
#[derive(Clone, Debug, PartialEq)]
pub struct DigitSet {
    /// Path of the images.
    pub images: String,
    /// Path of the labels, if there are any.
    pub labels: Option<String>,
    /// Number of pictures, rows and columns, as the images' header has them.
    pub shape: [usize; 3],
}

/// The first bytes of a file, unpacked.
pub struct Head {
    /// Of the file.
    pub path: String,
    /// At least 16 bytes, or all there are.
    pub bytes: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Images,
    Labels,
}

/// What the names of one set's files have in common, in words: `["emnist", "letters", "train"]`.
type Key = Vec<String>;

struct File<'a> {
    path: &'a str,
    key: Key,
    role: Option<Role>,
    /// Its dimensions, or what is wrong with it.
    holds: std::result::Result<Vec<usize>, String>,
}

/// A set in the making.
struct Pair<'a> {
    images: File<'a>,
    labels: Option<File<'a>>,
}

/// The sets among these files. A training set goes before one for testing, and with `labelled` what has labels before what
/// has none; where several are left, whoever asked must choose.
///
/// # Errors
/// There is none, or what belongs to one is damaged: one sentence that names the file.
pub fn find(heads: &[Head], labelled: bool) -> Result<Vec<DigitSet>> {
    let (mut pairs, spare) = pairs(heads)?;
    if labelled && pairs.iter().any(|pair| pair.labels.is_some()) {
        pairs.retain(|pair| pair.labels.is_some());
    }
    keep_training(&mut pairs);
    pairs.into_iter().map(|pair| pair.checked(&spare)).collect()
}

/// The set of the images at `path`, whatever else there is.
///
/// # Errors
/// As [`find`].
pub fn of(heads: &[Head], path: &str) -> Result<DigitSet> {
    let (pairs, spare) = pairs(heads)?;
    let mine = pairs.into_iter().find(|pair| pair.images.path == path);
    if let Some(pair) = mine {
        return pair.checked(&spare);
    }
    let head = heads.iter().filter(|head| head.path == path).map(File::of).next();
    let fault = head.and_then(|file| file.wrong().err());
    Err(fault.unwrap_or_else(|| file_error(path, "holds labels; name the file of their images")))
}

fn pairs(heads: &[Head]) -> Result<(Vec<Pair<'_>>, Vec<File<'_>>)> {
    let files = heads.iter().filter(|head| !is_hidden(&head.path)).map(File::of);
    let (mut images, mut labels, mut others) = (vec![], vec![], vec![]);
    for file in files {
        match file.role {
            Some(Role::Images) => images.push(file),
            Some(Role::Labels) => labels.push(file),
            None => others.push(file),
        }
    }
    if images.is_empty() {
        return Err(without_images(&labels, &others));
    }
    Ok(paired(without_copies(images), without_copies(labels)))
}

/// Whether a name promises pictures whose rows are columns.
pub fn lies_on_its_side(path: &str) -> bool {
    path.as_bytes().windows(6).any(|word| word.eq_ignore_ascii_case(b"emnist"))
}

/// One sentence for whoever cannot be asked, with what stands before a path to name a set.
pub(super) fn choose_one(sets: &[DigitSet], prefix: &str) -> Error {
    let names: Vec<String> = sets.iter().map(|set| format!("{prefix}{}", set.images)).collect();
    let count = sets.len();
    Error::Input(format!("there are {count} sets of pictures, so name one: {}", few(&names)))
}

/// Files that systems leave beside others: `.DS_Store`, `._train-images-idx3-ubyte`.
fn is_hidden(path: &str) -> bool {
    path.rsplit(['/', '\\']).next().is_some_and(|name| name.starts_with('.'))
}

impl<'a> File<'a> {
    fn of(Head { path, bytes }: &'a Head) -> Self {
        let words = path.to_ascii_lowercase();
        let words = words.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric());
        let mut named = None;
        let mut key = vec![];
        for word in words {
            match word {
                "images" | "image" | "idx3" => named = Some(Role::Images),
                "labels" | "label" | "idx1" => named = Some(Role::Labels),
                "" | "idx" | "ubyte" | "gz" => {}
                _ => key.push(word.to_owned()),
            }
        }
        let holds = dimensions(bytes).and_then(|sizes| match sizes.len() {
            1 | 3 => Ok(sizes),
            rank => Err(format!("is an IDX file of {rank} dimensions, not of 1 or 3")),
        });
        let role = match (&holds, bytes.as_slice()) {
            (Ok(sizes), _) if sizes.len() == 3 => Some(Role::Images),
            (Ok(_), _) | (Err(_), [0, 0, 8..=14, 1, ..]) => Some(Role::Labels),
            (Err(_), [0, 0, 8..=14, 3, ..]) => Some(Role::Images),
            (Err(_), _) => named,
        };
        Self { path, key, role, holds }
    }

    fn folder(&self) -> &'a str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Whether its name says that it is for training, or that it is not.
    fn trains(&self) -> Option<bool> {
        self.key.iter().rev().find_map(|word| match word.as_str() {
            "train" | "training" => Some(true),
            "t10k" | "test" | "testing" | "val" | "valid" | "validation" => Some(false),
            _ => None,
        })
    }

    /// Whether nothing speaks against these being of one set.
    fn suits(&self, other: &File<'_>) -> bool {
        match (self.trains(), other.trains()) {
            (Some(one), Some(another)) => one == another,
            _ => true,
        }
    }

    fn wrong(&self) -> Result<()> {
        self.holds.as_ref().map(|_| ()).map_err(|fault| file_error(self.path, fault))
    }

    fn count(&self) -> Option<usize> {
        self.holds.as_ref().ok().map(|sizes| sizes[0])
    }
}

/// The same file packed and unpacked, side by side as torchvision leaves them, is one: what can be read, and that as it is.
fn without_copies(files: Vec<File<'_>>) -> Vec<File<'_>> {
    let mut kept: Vec<File<'_>> = vec![];
    for file in files {
        let same = |other: &File<'_>| {
            let damaged = file.holds.is_err() || other.holds.is_err();
            other.key == file.key && (damaged || file.holds == other.holds)
        };
        let rank = |file: &File<'_>| (file.holds.is_err(), file.path.len());
        match kept.iter().position(same) {
            Some(at) if rank(&file) < rank(&kept[at]) => kept[at] = file,
            Some(_) => {}
            None => kept.push(file),
        }
    }
    kept
}

/// Images with their labels, and labels that are nobody's.
fn paired<'a>(images: Vec<File<'a>>, mut spare: Vec<File<'a>>) -> (Vec<Pair<'a>>, Vec<File<'a>>) {
    let mut pairs: Vec<Pair<'_>> = vec![];
    for images in images {
        let akin = |file: &File<'_>| file.key == images.key;
        let fitting = spare.iter().position(|file| akin(file) && file.count() == images.count());
        let labels = fitting.or_else(|| spare.iter().position(akin)).map(|at| spare.remove(at));
        pairs.push(Pair { images, labels });
    }
    // Where names have nothing in common, the only two of a folder belong together, and so do the only two of all.
    for at in 0..pairs.len() {
        let folder = pairs[at].images.folder();
        pair_the_only(&mut pairs, &mut spare, Some(folder));
    }
    pair_the_only(&mut pairs, &mut spare, None);
    (pairs, spare)
}

fn pair_the_only<'a>(pairs: &mut [Pair<'a>], spare: &mut Vec<File<'a>>, folder: Option<&str>) {
    let among = |file: &File<'_>| folder.is_none_or(|folder| file.folder() == folder);
    let mut alone = pairs.iter_mut().filter(|pair| pair.labels.is_none() && among(&pair.images));
    let (Some(pair), None) = (alone.next(), alone.next()) else { return };
    let mut free =
        (0..spare.len()).filter(|&at| among(&spare[at]) && pair.images.suits(&spare[at]));
    if let (Some(at), None) = (free.next(), free.next()) {
        pair.labels = Some(spare.remove(at));
    }
}

/// Beside a training set, none that is for testing.
fn keep_training(pairs: &mut Vec<Pair<'_>>) {
    if pairs.iter().any(|pair| pair.images.trains() == Some(true)) {
        pairs.retain(|pair| pair.images.trains() != Some(false));
    }
}

impl Pair<'_> {
    fn checked(self, spare: &[File<'_>]) -> Result<DigitSet> {
        let Self { images, labels } = self;
        images.wrong()?;
        labels.iter().try_for_each(File::wrong)?;
        if let (None, Some(other)) = (&labels, spare.first()) {
            let path = images.path;
            return Err(file_error(
                other.path,
                format!("holds labels of other images than {path}"),
            ));
        }
        let shape = images.holds.as_deref().unwrap_or_default();
        let shape = shape.try_into().unwrap_or_default();
        Ok(DigitSet {
            images: images.path.to_owned(),
            labels: labels.map(|file| file.path.to_owned()),
            shape,
        })
    }
}

fn without_images(labels: &[File<'_>], others: &[File<'_>]) -> Error {
    let damaged = labels.iter().find_map(|file| file.wrong().err());
    if let Some(error) = damaged {
        return error;
    }
    match (labels, others) {
        ([file, ..], _) => {
            file_error(file.path, "holds labels; the file of their images is missing")
        }
        ([], [file]) => {
            file.wrong().err().unwrap_or_else(|| file_error(file.path, "is no IDX file"))
        }
        _ => Error::Input(format!(
            "there is no IDX file of images among {} files, such as train-images-idx3-ubyte, packed or not",
            others.len()
        )),
    }
}
