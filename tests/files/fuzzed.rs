//! Every input that the fuzzer has kept, and some thousand damaged from them, through the fuzzer's own targets
//! (`fuzz/src`): each is read or refused in a sentence. `cargo xtask fuzz` looks for new ones.

#[path = "../../fuzz/src/lib.rs"]
mod targets;

use crate::common::{project, read};
use chailou::diffusion::threefry2x32;

/// Damaged inputs made of each kept one.
const COPIES: u32 = 8;

/// A copy with some bytes of it changed, a stretch left out, or its end cut off; the same ones in every run.
fn damaged(input: &[u8], seed: u32, copy: u32) -> Vec<u8> {
    let mut bytes = input.to_vec();
    let random = |i: u32, below: usize| {
        let [word, _] = threefry2x32([seed, copy], [i, 0]);
        word as usize % below.max(1)
    };
    for i in 0..1 + random(0, 3) as u32 {
        let at = random(4 * i + 1, bytes.len());
        let end = (at + random(4 * i + 2, 16)).min(bytes.len());
        match random(4 * i + 3, 3) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            _ => bytes[at..end].fill(random(4 * i + 4, 256) as u8),
        }
    }
    bytes
}

fn every_input_of(name: &str, target: fn(&[u8])) {
    let folder = project("fuzz/corpus").join(name);
    let entries = std::fs::read_dir(&folder).expect("a corpus");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    assert!(paths.len() >= 20, "{} has {} inputs", folder.display(), paths.len());
    for (seed, path) in (0..).zip(&paths) {
        let input = read(path);
        target(&input);
        (0..COPIES).for_each(|copy| target(&damaged(&input, seed, copy)));
    }
}

#[test]
fn models_as_fuzzed() {
    every_input_of("model", targets::model);
}

#[test]
fn digits_as_fuzzed() {
    every_input_of("digits", targets::digits);
}

#[test]
fn tables_as_fuzzed() {
    every_input_of("table", targets::table);
}

#[test]
fn checkpoints_as_fuzzed() {
    every_input_of("checkpoint", targets::checkpoint);
}
