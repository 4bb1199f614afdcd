//! Drawn characters: altered copies of them, and whether a picture resembles one.

use chailou::data::augment::augment;
use chailou::data::drawing::{PIXELS, SIDE};
use chailou::data::idx;
use chailou::data::resemblance::{THRESHOLD, resemblance};
use chailou::diffusion::{Stream, normals};

/// Drawings of each character in tests/golden/characters, and further hands of the same.
const DRAWN: usize = 8;
const UNSEEN: usize = 16;
const CHARACTERS: [&str; 8] = ["木", "大", "△", "A", "中", "火", "X", "山"];

fn images(path: &str) -> Vec<f32> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    idx::read(idx::File { path: "drawings", bytes: &bytes }, None, 10)
        .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
        .images
}

/// Drawings and further hands of each character.
fn characters() -> Vec<(&'static str, Vec<f32>, Vec<f32>)> {
    let all = images("tests/golden/characters/characters-images.idx3-ubyte");
    let each = all.chunks_exact((DRAWN + UNSEEN) * PIXELS);
    let split = |(name, pictures): (_, &[f32])| {
        let (drawn, unseen) = pictures.split_at(DRAWN * PIXELS);
        (name, drawn.to_vec(), unseen.to_vec())
    };
    CHARACTERS.into_iter().zip(each).map(split).collect()
}

/// The share of samples that resemble the drawings.
fn share(drawings: &[f32], samples: &[f32]) -> f64 {
    let scores = resemblance(drawings, samples).unwrap_or_else(|e| panic!("{e}"));
    scores.iter().filter(|score| **score >= THRESHOLD).count() as f64 / scores.len() as f64
}

/// The numbers that src/data/resemblance.rs tells.
#[test]
fn the_same_character_passes_and_digits_do_not() {
    let digits = images("assets/data/mnist-train-1000-images.idx3-ubyte");
    let characters = characters();
    for (name, drawn, unseen) in &characters {
        let copies = share(drawn, &augment(drawn, 25, 1).unwrap());
        let hands = share(drawn, unseen);
        let digits = share(drawn, &digits);
        let others = characters.iter().filter(|other| other.0 != *name);
        let (other, shown) = others
            .map(|other| (share(drawn, &other.2), other.0))
            .fold((0.0, "any"), |most, other| if other.0 > most.0 { other } else { most });
        println!(
            "{name}: copies {copies:.3}, other hands {hands:.3}, digits {digits:.3}, {shown} {other:.2}"
        );
        assert!(copies >= 0.98, "{name}: {copies} of its altered copies");
        assert!(hands >= 0.8, "{name}: {hands} of other hands");
        assert!(digits <= 0.01, "{name}: {digits} of MNIST's digits");
    }
}

#[test]
fn noise_and_haze_and_nothing_resemble_nothing() {
    for (name, drawn, _) in &characters() {
        let noise = normals(1, Stream::Data, 0, 50 * PIXELS);
        let scores = resemblance(drawn, &noise).unwrap();
        assert!(scores.iter().all(|score| *score < 0.5), "{name}: noise scores {scores:?}");
        let nothing = [vec![-1.0; PIXELS], vec![-0.9; PIXELS], vec![1.0; PIXELS]].concat();
        let scores = resemblance(drawn, &nothing).unwrap();
        assert_eq!(scores[..2], [0.0, 0.0], "{name}: blank samples");
        assert!(scores[2] < 0.5, "{name}: a full sample scores {}", scores[2]);
    }
}

#[test]
fn contrast_haze_and_place_do_not_matter() {
    let (_, drawn, _) = &characters()[0];
    let drawing = &drawn[..PIXELS];
    let score = |sample: &[f32]| resemblance(drawing, sample).unwrap()[0];
    let itself = score(drawing);
    assert!(itself > 0.97, "itself: {itself}");
    let pale: Vec<f32> = drawing.iter().map(|v| (v + 1.0) * 0.5 - 1.0).collect();
    assert!(score(&pale) > 0.95, "pale: {}", score(&pale));
    let noise = normals(2, Stream::Data, 0, PIXELS);
    let hazy: Vec<f32> = drawing.iter().zip(&noise).map(|(v, z)| v + 0.08 * z).collect();
    assert!(score(&hazy) > 0.95, "hazy: {}", score(&hazy));
    // Three pixels down, two to the left.
    let moved: Vec<f32> = (0..PIXELS)
        .map(|at| {
            let (y, x) = (at / SIDE, at % SIDE + 2);
            if y >= 3 && x < SIDE { drawing[(y - 3) * SIDE + x] } else { -1.0 }
        })
        .collect();
    assert!((score(&moved) - itself).abs() < 0.01, "moved: {}, not {itself}", score(&moved));
}

#[test]
fn copies_are_reproducible_in_range_and_slight() {
    let (_, drawn, _) = &characters()[3];
    let copies = augment(drawn, 4, 9).unwrap();
    assert_eq!(copies.len(), 4 * drawn.len());
    assert_eq!(copies, augment(drawn, 4, 9).unwrap());
    assert_ne!(copies, augment(drawn, 4, 10).unwrap());
    assert_eq!(copies[..drawn.len()], augment(drawn, 1, 9).unwrap());
    assert!(copies.iter().all(|v| (-1.0..=1.0).contains(v)));
    let ink = |picture: &[f32]| picture.iter().map(|v| (v + 1.0) / 2.0).sum::<f32>();
    for (i, copy) in copies.chunks_exact(PIXELS).enumerate() {
        let original = &drawn[i % DRAWN * PIXELS..][..PIXELS];
        assert_ne!(copy, original, "copy {i}");
        // 0.9² of the area with thinner strokes, 1.1² with thicker ones.
        let ratio = ink(copy) / ink(original);
        assert!((0.6..1.9).contains(&ratio), "copy {i} has {ratio} times the ink");
    }
    // A dot in the middle goes nowhere far, and what is background stays exactly so.
    let mut dot = vec![-1.0; PIXELS];
    dot[13 * SIDE + 13] = 1.0;
    for copy in augment(&dot, 50, 1).unwrap().chunks_exact(PIXELS) {
        for (at, v) in copy.iter().enumerate() {
            let off = (at / SIDE).abs_diff(13).max((at % SIDE).abs_diff(13));
            assert!(off <= 3 || *v == -1.0, "{v} is {off} pixels away");
        }
        assert!(copy.iter().any(|v| *v > -0.9), "the dot is gone");
    }
}

#[test]
fn what_is_no_drawing_is_named() {
    let blank = vec![-1.0; PIXELS];
    let mut broken = vec![0.0; 2 * PIXELS];
    broken[PIXELS + 5] = f32::NAN;
    let messages = [
        (resemblance(&blank, &broken[..PIXELS]).unwrap_err(), "drawing 0 is blank"),
        (resemblance(&broken[..PIXELS], &broken).unwrap_err(), "picture 1 holds the value NaN"),
        (augment(&[], 3, 0).unwrap_err(), "[k, 28, 28]"),
        (augment(&blank[1..], 3, 0).unwrap_err(), "783 values"),
        (augment(&blank, 0, 0).unwrap_err(), "0 copies"),
        (augment(&blank, 100_001, 0).unwrap_err(), "100001 copies"),
        (augment(&broken, usize::MAX, 0).unwrap_err(), "picture 1"),
        (augment(&broken[..PIXELS], usize::MAX, 0).unwrap_err(), "not between"),
    ];
    for (error, words) in messages {
        assert!(error.to_string().contains(words), "{error}");
    }
}
