//! The command-line tools that cargo installs, each pinned to the version the project is tested with.
//! A tool of that version on the PATH is used; otherwise it goes into .tools/, so that nobody's own
//! installation is replaced.

use crate::command::{Result, cargo, output, program, root, run};

/// A program that `cargo install` provides.
pub struct Tool {
    krate: &'static str,
    program: &'static str,
    version: &'static str,
    /// wasm-bindgen-cli's own lock file names a crate version that the registry lacks.
    locked: bool,
    minutes: &'static str,
}

/// Must equal the wasm-bindgen in Cargo.lock: the two speak a format without versions in between.
pub const WASM_BINDGEN: Tool = Tool {
    krate: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    version: "0.2.130",
    locked: false,
    minutes: "2",
};
pub const WASM_PACK: Tool = Tool {
    krate: "wasm-pack",
    program: "wasm-pack",
    version: "0.15.1",
    locked: true,
    minutes: "3",
};
pub const GECKODRIVER: Tool = Tool {
    krate: "geckodriver",
    program: "geckodriver",
    version: "0.37.1",
    locked: true,
    minutes: "4",
};
/// Only for `cargo xtask fuzz`.
pub const CARGO_FUZZ: Tool = Tool {
    krate: "cargo-fuzz",
    program: "cargo-fuzz",
    version: "0.13.2",
    locked: true,
    minutes: "1",
};
/// Only for `trunk serve` with live reload. 0.22.1 needs rustc 1.96.1.
pub const TRUNK: Tool =
    Tool { krate: "trunk", program: "trunk", version: "0.21.14", locked: true, minutes: "6 to 15" };

impl Tool {
    /// Whether a program of exactly this version is on the search path.
    pub fn is_installed(&self) -> bool {
        output(program(self.program).arg("--version"))
            .and_then(|text| text.lines().next().map(str::to_owned))
            .is_some_and(|line| line.split_whitespace().any(|word| word == self.version))
    }

    pub fn install(&self) -> Result {
        if self.is_installed() {
            return Ok(());
        }
        println!(
            "{} {} is missing; compiling it takes about {} minutes",
            self.krate, self.version, self.minutes
        );
        let mut command = cargo(["install", self.krate, "--version", self.version]);
        if self.locked {
            command.arg("--locked");
        }
        run(command.arg("--root").arg(root().join(".tools")))
    }
}
