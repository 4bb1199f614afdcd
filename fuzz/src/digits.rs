//! A folder of IDX files, packed or not, some of them damaged: which belong together, and what is in them.

use arbitrary::{Result, Unstructured};
use chailou::data::digit_sets::{Head, find, of};
use chailou::data::idx::{self, File};

use super::edit::damaged;
use super::sentence;

const NAMES: [&str; 8] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images.idx3-ubyte.gz",
    "t10k-labels.idx1-ubyte.gz",
    "EMNIST/images",
    "EMNIST/labels (1)",
    "x",
    "",
];

/// See the [module documentation](self).
pub fn digits(data: &[u8]) {
    let _ = run(&mut Unstructured::new(data));
}

fn run(u: &mut Unstructured) -> Result<()> {
    let mut files = Vec::new();
    for _ in 0..u.int_in_range(1..=4)? {
        files.push((*u.choose(&NAMES)?, file(u)?));
    }
    let heads: Vec<Head> = files.iter().map(head).collect();
    let sets = sentence(find(&heads, u.arbitrary()?)).unwrap_or_default();
    for (path, _) in &files {
        drop(sentence(of(&heads, path)));
    }
    let opened = |path: &str| {
        let (path, bytes) = files.iter().find(|(name, _)| *name == path).expect("a given path");
        File { path, bytes }
    };
    for set in sets {
        let labels = set.labels.as_deref().map(opened);
        let Some(read) = sentence(idx::read(opened(&set.images), labels, 10)) else { continue };
        assert_eq!(read.images.len(), read.count * read.height * read.width);
        assert_eq!(read.labels.len(), if labels.is_some() { read.count } else { 0 });
        assert!(read.images.iter().all(|v| (-1.0..=1.0).contains(v)));
        assert!(read.labels.iter().all(|label| (0..10).contains(label)));
    }
    Ok(())
}

fn head((path, bytes): &(&str, Vec<u8>)) -> Head {
    Head { path: (*path).to_owned(), bytes: bytes[..bytes.len().min(idx::HEAD)].to_vec() }
}

fn file(u: &mut Unstructured) -> Result<Vec<u8>> {
    let [n, h, w] = [u.int_in_range(0..=4u32)?, u.int_in_range(0..=4)?, u.int_in_range(0..=4)?];
    let (rank, sizes) = if u.arbitrary()? { (3, vec![n, h, w]) } else { (1, vec![n]) };
    let values = (0..sizes.iter().product()).map(|i| (i % 3) as u8);
    let sizes = sizes.iter().flat_map(|size| size.to_be_bytes());
    damaged([0, 0, 8, rank].into_iter().chain(sizes).chain(values).collect(), u)
}
