//! Which files belong together, in the forms in which people have them: by what they hold and not by what they are called.

use chailou::data::digit_sets::{DigitSet, Head, find, of};

fn images(path: &str, count: u32) -> Head {
    let words = [0x803, count, 28, 28].map(u32::to_be_bytes);
    Head { path: path.into(), bytes: words.concat() }
}

fn labels(path: &str, count: u32) -> Head {
    Head { path: path.into(), bytes: [0x801, count].map(u32::to_be_bytes).concat() }
}

fn other(path: &str, bytes: &[u8]) -> Head {
    Head { path: path.into(), bytes: bytes.into() }
}

/// Each set as its images and labels.
fn found(heads: &[Head]) -> Vec<(String, Option<String>)> {
    let sets = find(heads, true).unwrap_or_else(|error| panic!("{error}"));
    sets.into_iter().map(|DigitSet { images, labels, .. }| (images, labels)).collect()
}

#[track_caller]
fn finds(heads: &[Head], expected: &[(&str, &str)]) {
    let sets = found(heads);
    let sets: Vec<_> = sets.iter().map(|(a, b)| (a.as_str(), b.as_deref().unwrap_or(""))).collect();
    assert_eq!(sets, expected);
}

#[track_caller]
fn refuses(heads: &[Head], words: &str) {
    let error = find(heads, false).expect_err(words).to_string();
    assert!(error.contains(words), "\"{error}\" does not say \"{words}\"");
}

const CHOICES: [(&str, &str); 10] = [
    ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
    ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte"),
    ("train-images.idx3-ubyte", "train-labels-idx1-ubyte.gz"),
    ("MNIST/raw/train-images-idx3-ubyte", "MNIST/raw/train-labels-idx1-ubyte"),
    ("emnist-letters-train-images-idx3-ubyte.gz", "emnist-letters-train-labels-idx1-ubyte.gz"),
    ("TRAIN_IMAGES.IDX", "Train Labels.idx"),
    ("images/train.idx", "labels/train.idx"),
    ("pictures.bin", "answers.bin"),
    ("/home/me/.cache/train-images-idx3-ubyte", "/home/me/.cache/train-labels-idx1-ubyte"),
];

#[test]
fn whatever_they_are_called_two_files_belong_together() {
    for (a, b) in CHOICES {
        finds(&[images(a, 60), labels(b, 60)], &[(a, b)]);
        finds(&[labels(b, 60), images(a, 60)], &[(a, b)]);
        // The names are exchanged, what they hold is not.
        finds(&[images(b, 60), labels(a, 60)], &[(b, a)]);
    }
}

#[test]
fn the_training_set_goes_before_the_test_set() {
    let mnist = [
        images("d/t10k-images-idx3-ubyte", 10),
        labels("d/t10k-labels-idx1-ubyte", 10),
        images("d/train-images-idx3-ubyte", 60),
        labels("d/train-labels-idx1-ubyte", 60),
        other("d/._train-images-idx3-ubyte", b"Mac OS X"),
        other("d/readme.txt", b"Hello"),
    ];
    finds(&mnist, &[("d/train-images-idx3-ubyte", "d/train-labels-idx1-ubyte")]);
    finds(&mnist[..2], &[("d/t10k-images-idx3-ubyte", "d/t10k-labels-idx1-ubyte")]);
    let asked = of(&mnist, "d/t10k-images-idx3-ubyte").unwrap();
    assert_eq!(asked.labels.as_deref(), Some("d/t10k-labels-idx1-ubyte"));
    assert_eq!(asked.shape, [10, 28, 28]);
}

#[test]
fn packed_and_unpacked_side_by_side_are_one_set() {
    let both = [
        images("raw/train-images-idx3-ubyte", 60),
        images("raw/train-images-idx3-ubyte.gz", 60),
        labels("raw/train-labels-idx1-ubyte", 60),
        labels("raw/train-labels-idx1-ubyte.gz", 60),
    ];
    finds(&both, &[("raw/train-images-idx3-ubyte", "raw/train-labels-idx1-ubyte")]);
    let one_damaged =
        [other("train-images-idx3-ubyte", b""), images("train-images-idx3-ubyte.gz", 6)];
    finds(&one_damaged, &[("train-images-idx3-ubyte.gz", "")]);
}

#[test]
fn several_sets_are_left_to_the_reader() {
    let emnist = ["digits", "letters"].map(|name| {
        [
            images(&format!("emnist-{name}-train-images-idx3-ubyte"), 60),
            labels(&format!("emnist-{name}-train-labels-idx1-ubyte"), 60),
            images(&format!("emnist-{name}-test-images-idx3-ubyte"), 10),
            labels(&format!("emnist-{name}-test-labels-idx1-ubyte"), 10),
        ]
    });
    finds(
        &emnist.into_iter().flatten().collect::<Vec<_>>(),
        &[
            ("emnist-digits-train-images-idx3-ubyte", "emnist-digits-train-labels-idx1-ubyte"),
            ("emnist-letters-train-images-idx3-ubyte", "emnist-letters-train-labels-idx1-ubyte"),
        ],
    );
    let folders = ["kmnist", "fashion"].map(|name| {
        [
            images(&format!("{name}/train-images-idx3-ubyte"), 60),
            labels(&format!("{name}/train-labels-idx1-ubyte"), 60),
        ]
    });
    assert_eq!(found(&folders.into_iter().flatten().collect::<Vec<_>>()).len(), 2);
}

#[test]
fn what_is_wrong_names_the_file() {
    let html = b"<!DOCTYPE html>";
    let (a, b) = ("d/train-images-idx3-ubyte", "d/train-labels-idx1-ubyte");
    refuses(&[other(a, html), labels(b, 6)], "d/train-images-idx3-ubyte: is a web page");
    refuses(&[images(a, 6), other(b, html)], "d/train-labels-idx1-ubyte: is a web page");
    refuses(&[images(a, 6), other(b, b"")], "d/train-labels-idx1-ubyte: is empty");
    refuses(&[images(a, 6), other(b, &[0x1f, 0x8b, 8])], "d/train-labels-idx1-ubyte: is a gzip");
    refuses(&[labels(b, 6)], "d/train-labels-idx1-ubyte: holds labels; the file of their images");
    refuses(&[images(a, 6), labels("d/t10k-labels-idx1-ubyte", 6)], "d/t10k-labels-idx1-ubyte: ");
    refuses(&[other("d/photo.png", b"\x89PNG\r\n\x1a\n")], "d/photo.png: is no IDX file");
    refuses(
        &[other("d/a.txt", b"text"), other("d/b.txt", b"text")],
        "no IDX file of images among 2 files, such as train-images-idx3-ubyte",
    );
    refuses(&[], "no IDX file of images among 0 files");
    // A damaged training set is said, not passed over for the test set.
    let test = [images("d/t10k-images-idx3-ubyte", 1), labels("d/t10k-labels-idx1-ubyte", 1)];
    let damaged = [other(a, html), labels(b, 6)].into_iter().chain(test);
    refuses(&damaged.collect::<Vec<_>>(), "d/train-images-idx3-ubyte: is a web page");
}
