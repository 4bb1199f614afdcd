//! The quick loop while writing: what it finds, it finds in under two minutes.

use crate::command::{Result, cargo, run};
use crate::setup;
use crate::test::on_vulkan;
use crate::wasm::on_wasm_toolchain;

pub fn check() -> Result {
    lints()?;
    run(on_vulkan(&mut cargo(["test", "--test", "ops", "shaders"])))?;
    run(on_vulkan(&mut cargo(["test", "--workspace", "--lib", "--bins"])))
}

/// Formatting, and clippy for both targets (the wasm one where a toolchain has it).
pub fn lints() -> Result {
    run(&mut cargo(["fmt", "--all", "--check"]))?;
    run(&mut cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    // Debian's fallback toolchain has no clippy of its own.
    if setup::wasm_toolchain() != Some("") {
        println!("clippy for wasm is left out: the default toolchain lacks the wasm target");
        return Ok(());
    }
    let mut wasm = cargo(["clippy", "--package", "chailou", "--lib", "--test", "web"]);
    wasm.args(["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]);
    run(on_wasm_toolchain(&mut wasm))
}
