//! Imports point one way: no room of src/ reads from one above it, and no files, there or in xtask/, go
//! round in a circle. ARCHITECTURE.md quotes the list.

use crate::command::{Result, root};
use crate::imports::{Imports, circles};
use std::fs;

/// The rooms of src/, the ground first. A room may import from those on earlier lines.
const LAYERS: [&[&str]; 11] = [
    &["error", "clock"],
    &["json", "options", "busy"],
    &["gpu", "tensor", "diffusion"],
    &["ops"],
    &["graph", "weights"],
    &["run", "nn"],
    &["data", "model"],
    &["chain"],
    &["draw", "train"],
    &["bench"],
    &["web", "cli"],
];

/// What declares the rooms and is read by nobody.
const ROOTS: [&str; 2] = ["lib", "main"];

pub fn check() -> Result {
    let src = Imports::of(&root().join("src"))?;
    let mut faults: Vec<String> = Vec::new();
    for (from, to) in src.all() {
        if let Err(fault) = one_way(from, to) {
            faults.push(fault);
        }
    }
    for (name, imports) in [("src", &src), ("xtask/src", &Imports::of(&root().join("xtask/src"))?)]
    {
        for files in circles(imports) {
            faults.push(format!(
                "files of {name} import each other in a circle: {}",
                files.join(" → ")
            ));
        }
    }
    let architecture = root().join("ARCHITECTURE.md");
    let text = fs::read_to_string(&architecture).map_err(|error| error.to_string())?;
    if !text.contains(&quoted()) {
        faults
            .push(format!("ARCHITECTURE.md does not quote the layers as they are:\n{}", quoted()));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// The list as it stands in ARCHITECTURE.md, the top first.
fn quoted() -> String {
    let lines: Vec<String> = LAYERS.iter().rev().map(|rooms| rooms.join("  ")).collect();
    lines.join("\n")
}

fn room(file: &str) -> &str {
    file.split("::").next().unwrap_or(file)
}

fn one_way(from: &str, to: &str) -> Result {
    let height = |room: &str| LAYERS.iter().position(|rooms| rooms.contains(&room));
    let (above, below) = (room(from), room(to));
    if above == below || ROOTS.contains(&above) {
        return Ok(());
    }
    match (height(above), height(below)) {
        (Some(above), Some(below)) if below < above => Ok(()),
        (Some(_), Some(_)) => Err(format!(
            "{from} imports {to}: {above} does not stand above {below} in xtask/src/layers.rs"
        )),
        (None, _) => {
            Err(format!("the room {above} is missing from the layers in xtask/src/layers.rs"))
        }
        (_, None) => Err(format!("{from} imports {to}, which belongs to no layer")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_may_go_down_and_stay_but_neither_rise_nor_cross() {
        assert!(one_way("ops::conv", "tensor::shape").is_ok());
        assert!(one_way("ops::conv", "ops::epilogue").is_ok());
        assert!(one_way("tensor::shape", "ops::conv").unwrap_err().contains("tensor"));
        assert!(one_way("graph::list", "weights::names").is_err());
        assert!(one_way("nonsense::x", "ops").unwrap_err().contains("nonsense"));
        assert!(one_way("lib", "web").is_ok());
    }
}
