//! IDX files: MNIST's own, and every way in which one can be wrong.

use std::io::Write;

use chailou::data::idx::{self, File, Images};

/// Reads files of these names.
fn read(images: &[u8], labels: Option<&[u8]>, classes: usize) -> chailou::Result<Images> {
    let labels = labels.map(|bytes| File { path: "a/labels", bytes });
    idx::read(File { path: "a/images", bytes: images }, labels, classes)
}

fn bytes(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/data").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("into memory")
}

fn header(magic: u32, shape: &[u32]) -> Vec<u8> {
    [magic].iter().chain(shape).flat_map(|word| word.to_be_bytes()).collect()
}

fn file(magic: u32, shape: &[u32], values: &[u8]) -> Vec<u8> {
    [header(magic, shape), values.to_vec()].concat()
}

#[test]
fn the_shipped_digits_are_balanced_and_do_not_overlap() {
    let load = |set: &str| -> Images {
        let [images, labels] = [
            bytes(&format!("mnist-{set}-images.idx3-ubyte")),
            bytes(&format!("mnist-{set}-labels.idx1-ubyte")),
        ];
        read(&images, Some(&labels), 10).unwrap_or_else(|e| panic!("{set}: {e}"))
    };
    let train = load("train-1000");
    let test = load("test-200");
    for (set, each) in [(&train, 100), (&test, 20)] {
        assert_eq!((set.count, set.height, set.width), (10 * each, 28, 28));
        assert_eq!(set.images.len(), 7840 * each);
        for digit in 0..10 {
            let count = set.labels.iter().filter(|label| **label == digit).count();
            assert_eq!(count, each, "of digit {digit}");
        }
        let (low, high) = set.images.iter().fold((1f32, -1f32), |(l, h), v| (l.min(*v), h.max(*v)));
        assert_eq!((low, high), (-1.0, 1.0));
    }
    assert_eq!(train.labels[..4], [5, 0, 4, 1], "MNIST's training set begins so");
    let seen: Vec<&[f32]> = train.images.chunks_exact(784).collect();
    let both = test.images.chunks_exact(784).filter(|image| seen.contains(image)).count();
    assert_eq!(both, 0, "pictures in both sets");
}

#[test]
fn bytes_become_values() {
    let images = file(0x803, &[2, 1, 2], &[0, 255, 51, 204]);
    let labels = file(0x801, &[2], &[9, 0]);
    for (images, labels) in
        [(images.clone(), labels.clone()), (gzip(&images), gzip(&labels)), (images, gzip(&labels))]
    {
        let set = read(&images, Some(&labels), 10).unwrap();
        assert_eq!((set.count, set.height, set.width), (2, 1, 2));
        assert_eq!(set.labels, [9, 0]);
        for (got, expected) in set.images.iter().zip([-1.0, 1.0, -0.6, 0.6]) {
            assert!((got - expected).abs() < 1e-6, "got {got}, expected {expected}");
        }
    }
    assert!(read(&file(0x803, &[1, 1, 1], &[7]), None, 10).unwrap().labels.is_empty());
}

#[test]
fn what_is_wrong_with_a_file_is_named() {
    let good = file(0x803, &[2, 2, 2], &[0; 8]);
    let mut cut = gzip(&bytes("mnist-train-1000-labels.idx1-ubyte"));
    cut.truncate(cut.len() / 2);
    let lfs = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n".to_vec();
    let cases = [
        (vec![], None, "a/images: is empty"),
        (vec![0, 0, 8], None, "a/images: is no IDX file: it has only 3 bytes"),
        (b"\x89PNG\r\n\x1a\nand so on".to_vec(), None, "0x89504e47"),
        (b"not an IDX file".to_vec(), None, "no IDX file"),
        (b"\n <!DOCTYPE html>".to_vec(), None, "a/images: is a web page (HTML)"),
        (gzip(b"<html>"), None, "a/images: is a web page (HTML)"),
        (b"PK\x03\x04".to_vec(), None, "is a zip archive"),
        (lfs, None, "Git LFS"),
        (gzip(&gzip(&good)), None, "gzip"),
        (file(0xd03, &[1, 1, 1], &[0; 4]), None, "IDX file of floats"),
        (file(0x801, &[8], &[0; 8]), None, "swapped"),
        (file(0x804, &[1, 1, 1, 1], &[0]), None, "4 dimensions"),
        (header(0x803, &[60_000, 28]), None, "within its header"),
        (file(0x803, &[2, 2, 2], &[0; 7]), None, "promises 2 × 2 × 2 values but holds 7"),
        (file(0x803, &[2, 2, 2], &[0; 9]), None, "but holds 9"),
        (header(0x803, &[u32::MAX; 3]), None, "at most 100000000"),
        (header(0x803, &[0, 28, 28]), None, "no pixels: 0 images"),
        (good.clone(), Some(vec![]), "a/labels: is empty"),
        (good.clone(), Some(good.clone()), "a/labels: has 3 dimensions instead of 1"),
        (
            good.clone(),
            Some(file(0x801, &[3], &[0; 3])),
            "a/labels: holds 3 labels, but a/images holds 2",
        ),
        (good.clone(), Some(file(0x801, &[2], &[3, 10])), "a/labels: label 10 in row 1"),
        (good.clone(), Some(file(0x801, &[2], &[1, 26])), "EMNIST's letters"),
        (good.clone(), Some(file(0x801, &[2], &[1, 10])), "from 1 to 10: they count from 1"),
        (cut, None, "a/images: is a gzip file that is damaged or cut off"),
    ];
    for (images, labels, words) in cases {
        let error = read(&images, labels.as_deref(), 10).err();
        let error = error.unwrap_or_else(|| panic!("accepted: {words}")).to_string();
        assert!(error.contains(words), "\"{error}\" does not say \"{words}\"");
    }
    let far = file(0x801, &[2], &[3, 26]);
    assert_eq!(read(&good, Some(&far), 27).unwrap().labels, [3, 26]);
}

#[test]
fn a_small_file_that_unpacks_to_a_huge_one_is_stopped() {
    let bomb = gzip(&vec![0; 100_000_100]);
    assert!(bomb.len() < 1_000_000);
    let error = read(&bomb, None, 10).expect_err("refused").to_string();
    assert!(error.contains("unpacks to more than 100000000"), "{error}");
}

/// Bytes changed and files cut at random: errors or pictures, never a panic.
#[test]
fn damaged_files_never_panic() {
    let good = file(0x803, &[3, 2, 2], &[7; 12]);
    let packed = gzip(&good);
    for whole in [&good, &packed] {
        for at in 0..whole.len() {
            let _ = read(&whole[..at], None, 10);
            for value in [0, 1, 2, 8, 0x7f, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] = value;
                if let Ok(set) = read(&damaged, Some(&damaged), 10) {
                    panic!("byte {at} = {value}: {} images are their own labels", set.count);
                }
                if let Ok(set) = read(&damaged, None, 10) {
                    assert_eq!(set.images.len(), set.count * set.height * set.width);
                }
            }
        }
    }
}

#[test]
fn pictures_of_0_and_1_are_as_white_as_those_of_0_and_255() {
    let pixels = [0, 1, 1, 0, 0, 1];
    let bits = read(&file(0x803, &[1, 2, 3], &pixels), None, 10).unwrap();
    let bytes = read(&file(0x803, &[1, 2, 3], &pixels.map(|v| 255 * v)), None, 10).unwrap();
    assert_eq!((bits.binary, bytes.binary), (true, false));
    assert_eq!(bits.images, bytes.images);
    assert!(!read(&file(0x803, &[1, 1, 1], &[0]), None, 10).unwrap().binary, "black alone");
}

#[test]
fn rows_become_columns() {
    let mut turned =
        read(&file(0x803, &[2, 2, 3], &[0, 51, 102, 153, 204, 255, 255, 0, 0, 0, 0, 0]), None, 10)
            .unwrap();
    let before = turned.images.clone();
    turned.transpose();
    assert_eq!((turned.height, turned.width), (3, 2));
    let levels = turned.images.iter().map(|v| ((v + 1.0) * 127.5).round() as u8);
    assert_eq!(levels.collect::<Vec<_>>(), [0, 153, 51, 204, 102, 255, 255, 0, 0, 0, 0, 0]);
    turned.transpose();
    assert_eq!(turned.images, before);
}
