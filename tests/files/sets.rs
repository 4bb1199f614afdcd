//! Sets by name, as the command line and JavaScript open them.

use chailou::data::toys::Toy;
use chailou::data::{Set, SetOptions, idx, kinds, towers};
use chailou::{Error, Result};

use crate::common::project;

/// A folder that holds MNIST's training set as the page ships it, under MNIST's names.
fn folder(path: &str) -> Result<Option<Vec<u8>>> {
    let shipped = match path {
        "digits/train-images-idx3-ubyte" => "mnist-train-1000-images.idx3-ubyte",
        "digits/train-labels-idx1-ubyte" => "mnist-train-1000-labels.idx1-ubyte",
        "points.csv" => return Ok(Some(b"left;right;up\n0;1;4\n0;3;6\n".to_vec())),
        "locked" => return Err(Error::Input("locked: permission denied".into())),
        _ => return Ok(None),
    };
    let path = project("assets/data").join(shipped);
    Ok(Some(std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))))
}

fn open(name: &str, options: &SetOptions) -> Set {
    let set = Set::open(name, options, &folder).unwrap_or_else(|e| panic!("{name}: {e}"));
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
    let labelled = open("mnist:digits/", &SetOptions { classes: Some(10), ..Default::default() });
    let digits = folder("digits/train-images-idx3-ubyte").unwrap().unwrap();
    assert_eq!(labelled.values, idx::read(&digits, None, 10).unwrap().images);
    assert_eq!((labelled.shape, labelled.len()), ([1, 28, 28], 1000));
    assert_eq!(labelled.labels.unwrap()[..4], [5, 0, 4, 1]);
    assert_eq!(open("mnist:digits", &SetOptions::default()).labels, None);
}

#[test]
fn tables_are_points_of_two_columns() {
    let columns = |columns: &[&str]| SetOptions {
        columns: columns.iter().map(|&name| name.into()).collect(),
        ..Default::default()
    };
    let right_up = open("table:points.csv", &columns(&["right", "UP"]));
    assert_eq!(right_up.values, [-1.0, -1.0, 1.0, 1.0]);
    assert_eq!(open("table:points.csv", &columns(&["2", "3"])), right_up);
    let left_right = open("table:points.csv", &SetOptions::default()).values;
    assert_eq!((left_right[0], left_right[2]), (0.0, 0.0), "the first two columns");
    let refused = |options| Set::open("table:points.csv", &options, &folder).unwrap_err();
    let missing = refused(columns(&["right", "down"])).to_string();
    assert!(missing.contains("\"down\"") && missing.contains("left, right, up"), "{missing}");
    let one = refused(columns(&["up"])).to_string();
    assert!(one.contains("points.csv: two columns"), "{one}");
    let far = refused(columns(&["1", "4"])).to_string();
    assert!(far.contains("4 numbers are needed, 3 found"), "{far}");
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
        ("mnist:elsewhere", "elsewhere/train-images-idx3-ubyte: there is no such file"),
        ("table:nothing.csv", "nothing.csv: there is no such file"),
        ("table:locked", "locked: permission denied"),
    ] {
        let error = Set::open(name, &SetOptions::default(), &folder).unwrap_err().to_string();
        assert!(error.contains(words), "{name}: \"{error}\" does not say \"{words}\"");
    }
    for kind in ["toy:NAME", "mnist:DIR", "towers:N", "table:FILE"] {
        assert!(kinds().contains(kind), "{}", kinds());
    }
}
