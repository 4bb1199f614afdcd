//! Sets by name, as the command line and JavaScript open them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use chailou::data::toys::Toy;
use chailou::data::{Entry, Files, Set, SetOptions, idx, kinds, towers};
use chailou::{Error, Result};

use crate::common::project;

/// Folders as people have them, by the paths of their files.
struct Folders(BTreeMap<&'static str, Vec<u8>>);

fn folders() -> Folders {
    let shipped = |name: &str| {
        let path = project("assets/data").join(name);
        std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    };
    let images = shipped("mnist-train-1000-images.idx3-ubyte");
    let labels = shipped("mnist-train-1000-labels.idx1-ubyte");
    let letters = |values: &[u8]| [&[0, 0, 8, 1, 0, 0, 0, values.len() as u8], values].concat();
    let l = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 255, 0, 255, 0].to_vec();
    Folders(BTreeMap::from([
        ("digits/MNIST/raw/train-images.idx3-ubyte", images.clone()),
        ("digits/MNIST/raw/train-labels-idx1-ubyte.gz", gzip(&labels)),
        ("digits/MNIST/raw/t10k-images-idx3-ubyte", shipped("mnist-test-200-images.idx3-ubyte")),
        ("digits/MNIST/raw/t10k-labels-idx1-ubyte", shipped("mnist-test-200-labels.idx1-ubyte")),
        ("cut/train-images-idx3-ubyte.gz", gzip(&images)[..5000].to_vec()),
        ("cut/train-labels-idx1-ubyte.gz", gzip(&labels)),
        ("emnist/emnist-letters-train-images-idx3-ubyte", l.clone()),
        ("emnist/emnist-letters-train-labels-idx1-ubyte", letters(&[1, 26])),
        ("two/a-images", l.clone()),
        ("two/b-images", l),
        ("points.csv", b"left;right;up\n0;1;4\n0;3;6\n".to_vec()),
    ]))
}

impl Files for Folders {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        match path {
            "locked" => Err(Error::Input("locked: permission denied".into())),
            _ => Ok(self.0.get(path).cloned()),
        }
    }

    fn head(&self, path: &str, count: usize) -> Result<Option<Vec<u8>>> {
        Ok(self.0.get(path).map(|bytes| bytes[..count.min(bytes.len())].to_vec()))
    }

    fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>> {
        let below = |path: &&str| path.strip_prefix(folder)?.strip_prefix('/').map(str::to_owned);
        let entries: BTreeSet<Entry> = self
            .0
            .keys()
            .filter_map(below)
            .map(|rest| match rest.split_once('/') {
                Some((name, _)) => Entry::Folder(format!("{folder}/{name}")),
                None => Entry::File(format!("{folder}/{rest}")),
            })
            .collect();
        Ok(Some(entries.into_iter().collect::<Vec<_>>()).filter(|all| !all.is_empty()))
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("into memory")
}

fn open(name: &str, options: &SetOptions) -> Set {
    let set = Set::open(name, options, &folders()).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(set.name, name);
    assert_eq!(set.values.len(), set.len() * set.shape.iter().product::<usize>(), "{name}");
    if let Some(labels) = &set.labels {
        assert_eq!(labels.len(), set.len(), "{name}");
    }
    set
}

#[test]
fn toys_are_points_of_a_seed() {
    for toy in Toy::ALL {
        let name = format!("toy:{}", toy.name());
        let set = open(&name, &SetOptions { n: Some(50), seed: 4, ..Default::default() });
        assert_eq!(set.values, toy.points(50, 4).unwrap(), "{name}");
        assert!(set.is_points() && set.labels.is_none(), "{name}");
    }
    assert_eq!(open("toy:moons", &SetOptions::default()).len(), 20_000);
}

#[test]
fn towers_come_with_their_classes() {
    let set = open("towers:40", &SetOptions { seed: 1, ..Default::default() });
    assert_eq!((set.shape, set.len()), ([3, 32, 32], 40));
    let labels = set.labels.expect("towers have classes");
    for (i, image) in set.values.chunks_exact(3 * 32 * 32).enumerate() {
        assert_eq!((image.to_vec(), labels[i]), towers::tower(1, i as u32), "picture {i}");
    }
}

#[test]
fn mnist_has_labels_for_models_with_classes() {
    let ten = SetOptions { classes: Some(10), ..Default::default() };
    let labelled = open("mnist:digits/", &ten);
    let digits = &folders().0["digits/MNIST/raw/train-images.idx3-ubyte"];
    let digits = idx::read(idx::File { path: "", bytes: digits }, None, 10).unwrap();
    assert_eq!(labelled.values, digits.images);
    assert_eq!((labelled.shape, labelled.len()), ([1, 28, 28], 1000));
    assert_eq!(labelled.labels.as_ref().unwrap()[..4], [5, 0, 4, 1]);
    assert!(labelled.tally().into_iter().eq((0..10).map(|digit| (digit, 100))));
    let [told] = &labelled.notes[..] else { panic!("{:?}", labelled.notes) };
    assert!(told.contains("train-images.idx3-ubyte, labels from"), "{told}");
    assert_eq!(open("mnist:digits", &SetOptions::default()).labels, None);
    // The images of a set name it, too.
    assert_eq!(open("mnist:digits/MNIST/raw/t10k-images-idx3-ubyte", &ten).len(), 200);
}

#[test]
fn emnist_is_put_upright_when_that_is_asked_for() {
    let lying = open("mnist:emnist", &SetOptions::default());
    assert_eq!((lying.shape, &lying.values[..2]), ([1, 2, 1], &[1.0, -1.0][..]));
    assert!(lying.notes.iter().any(|note| note.contains("--transpose")), "{:?}", lying.notes);
    let upright = SetOptions { transpose: true, ..Default::default() };
    let upright = open("mnist:emnist", &upright);
    assert_eq!(upright.shape, [1, 1, 2]);
    assert!(!upright.notes.iter().any(|note| note.contains("--transpose")), "{:?}", upright.notes);
}

#[test]
fn what_is_wrong_with_a_folder_names_the_file() {
    let ten = SetOptions { classes: Some(10), ..Default::default() };
    for (name, words) in [
        ("mnist:cut", "cut/train-images-idx3-ubyte.gz: is a gzip file that is damaged or cut off"),
        ("mnist:emnist", "emnist/emnist-letters-train-labels-idx1-ubyte: label 26 in row 1"),
        (
            "mnist:two",
            "two: there are 2 sets of pictures, so name one: mnist:two/a-images, mnist:two/b-images",
        ),
        ("mnist:digits/MNIST/raw/train-labels-idx1-ubyte.gz", "name the file of their images"),
        ("mnist:nowhere", "nowhere: there is no such folder or file"),
    ] {
        let error = Set::open(name, &ten, &folders()).unwrap_err().to_string();
        assert!(error.contains(words), "{name}: \"{error}\" does not say \"{words}\"");
    }
}

#[test]
fn tables_are_points_of_two_columns() {
    let columns = |columns: &[&str]| SetOptions {
        columns: columns.iter().map(|&name| name.into()).collect(),
        ..Default::default()
    };
    let right_up = open("table:points.csv", &columns(&["right", "UP"]));
    assert_eq!(right_up.values, [-1.0, -1.0, 1.0, 1.0]);
    let told = "2 points: x is column \"right\", y column \"up\" of \"left\", \"right\", \"up\"";
    assert_eq!(right_up.notes[0], told);
    assert_eq!(right_up.notes[1], "standardised: a point of the table is point · 1 + (2, 5)");
    assert_eq!(open("table:points.csv", &columns(&["2", "3"])), right_up);
    let left_right = open("table:points.csv", &SetOptions::default()).values;
    assert_eq!((left_right[0], left_right[2]), (0.0, 0.0), "the first two columns");
    let refused = |options| Set::open("table:points.csv", &options, &folders()).unwrap_err();
    let missing = refused(columns(&["right", "down"])).to_string();
    assert!(
        missing.contains("\"down\"") && missing.contains("\"left\", \"right\", \"up\""),
        "{missing}"
    );
    let one = refused(columns(&["up"])).to_string();
    assert!(one.contains("points.csv: two columns"), "{one}");
    let far = refused(columns(&["1", "4"])).to_string();
    assert!(far.contains("no column \"4\""), "{far}");
}

#[test]
fn what_is_wrong_with_a_name_is_said() {
    for (name, words) in [
        ("cube", "there are toy:NAME, mnist:DIR, towers:N, table:FILE"),
        ("toy", "toy wants NAME, as in toy:NAME"),
        ("toy:cube", "\"cube\""),
        ("towers:", "towers wants N"),
        ("towers:0", "towers:0: a number between 1 and 200000"),
        ("towers:many", "towers:many"),
        ("table:nothing.csv", "nothing.csv: there is no such file"),
        ("table:locked", "locked: permission denied"),
    ] {
        let error = Set::open(name, &SetOptions::default(), &folders()).unwrap_err().to_string();
        assert!(error.contains(words), "{name}: \"{error}\" does not say \"{words}\"");
    }
    for kind in ["toy:NAME", "mnist:DIR", "towers:N", "table:FILE"] {
        assert!(kinds().contains(kind), "{}", kinds());
    }
}
