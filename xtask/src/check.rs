//! The quick loop while writing: what it finds, it finds in under two minutes.

use crate::command::{Result, cargo, program, run};
use crate::layers;
use crate::setup;
use crate::stages::{Stages, counted, single};
use crate::vulkan::on_vulkan;
use crate::wasm::on_wasm_toolchain;
use std::process::Command;

type Lint = (&'static str, fn() -> Result);

/// What is held against rules instead of being run, the quickest first.
const LINTS: [Lint; 6] = [
    ("fmt", || run(&mut cargo(["fmt", "--all", "--check"]))),
    ("biome", || npm_script("lint")),
    ("types", || npm_script("types")),
    ("layers", layers::check),
    ("clippy", clippy),
    ("clippy-wasm", clippy_for_wasm),
];

pub fn check(only: Option<&str>) -> Result {
    setup::node_packages()?;
    let mut stages = Stages::new(only);
    for (name, lint) in LINTS {
        stages.stage(name, || single(lint()));
    }
    stages.stage("page", || counted(&mut page_tests()));
    stages
        .stage("shaders", || counted(on_vulkan(&mut cargo(["test", "--test", "ops", "shaders"]))));
    stages.stage("units", || {
        counted(on_vulkan(&mut cargo(["test", "--workspace", "--lib", "--bins"])))
    });
    stages.finish()
}

/// All lints, up to the first that fails.
pub fn lints() -> Result {
    setup::node_packages()?;
    LINTS.into_iter().try_for_each(|(_, lint)| lint())
}

/// What of the page and its tools runs without a browser.
pub fn page_tests() -> Command {
    let mut command = program("npm");
    command.args(["run", "--silent", "page"]);
    command
}

/// A check that package.json names, so that editors and people without cargo run the same.
fn npm_script(name: &str) -> Result {
    run(program("npm").args(["run", "--silent", name]))
}

fn clippy() -> Result {
    run(&mut cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn clippy_for_wasm() -> Result {
    // Debian's fallback toolchain has no clippy of its own.
    if setup::wasm_toolchain() != Some("") {
        println!("clippy for wasm is left out: the default toolchain lacks the wasm target");
        return Ok(());
    }
    let mut wasm = cargo(["clippy", "--package", "chailou", "--lib", "--test", "web"]);
    wasm.args(["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]);
    run(on_wasm_toolchain(&mut wasm))
}
