//! The TypeScript declarations of the package: their keys are the ones that serde reads, so neither drifts from the other.

use chailou::chain::ChainOptions;
use chailou::data::SetOptions;
use chailou::train::TrainerOptions;
use serde::de::DeserializeOwned;

use crate::common::{project, text};

/// The keys of an interface, in order of the alphabet, without those that are read by hand.
fn declared(interface: &str, by_hand: &[&str]) -> Vec<String> {
    let declarations = text(&project("types/pkg/chailou.d.ts"));
    let (_, body) = declarations
        .split_once(&format!("export interface {interface} {{\n"))
        .unwrap_or_else(|| panic!("{interface} is not declared"));
    let lines = body.lines().take_while(|line| *line != "}");
    let keys = lines.filter(|line| !line.trim_start().starts_with(['/', '*']));
    let key = |line: &str| line.trim().split([':', '?']).next().unwrap_or_default().to_owned();
    let mut keys: Vec<String> = keys.map(key).collect();
    for key in by_hand {
        assert!(keys.iter().any(|known| known == key), "{interface} does not declare {key}");
    }
    keys.retain(|key| !by_hand.contains(&key.as_str()));
    keys.sort();
    keys
}

/// The keys that serde reads, as it lists them when there is another.
fn read<T: DeserializeOwned>() -> Vec<String> {
    let error = match serde_json::from_str::<T>(r#"{"nonsense": 1}"#) {
        Ok(_) => panic!("an unknown key is accepted"),
        Err(error) => error.to_string(),
    };
    let (_, names) = error.split_once("expected one of ").unwrap_or_else(|| panic!("{error}"));
    let mut keys: Vec<String> = names.split('`').skip(1).step_by(2).map(String::from).collect();
    keys.sort();
    keys
}

#[test]
fn declared_options_are_the_ones_that_are_read() {
    assert_eq!(declared("ChainOptions", &[]), read::<ChainOptions>());
    let by_hand = ["data", "labels", "onProgress"];
    assert_eq!(declared("TrainerOptions", &by_hand), read::<TrainerOptions>());
    assert_eq!(declared("SetOptions", &["files"]), read::<SetOptions>());
}
