//! The crate as a wasm package: cargo, wasm-bindgen, wasm-opt, and how large the result is.

use crate::command::{Result, cargo, output, program, root, run};
use crate::{declarations, setup, tools};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Largest allowed chailou_bg.wasm after gzip.
pub const SIZE_LIMIT_KB: f64 = 530.0;

/// Instructions that rustc emits for wasm32-unknown-unknown and wasm-opt has to be told of.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Dev,
    Release,
}

impl Profile {
    pub fn from_dev(dev: bool) -> Self {
        if dev { Self::Dev } else { Self::Release }
    }
}

/// Sets the toolchain that has the wasm target.
pub fn on_wasm_toolchain(command: &mut Command) -> &mut Command {
    match setup::wasm_toolchain() {
        Some("") | None => command,
        Some(name) => command.env("RUSTUP_TOOLCHAIN", name),
    }
}

/// The crate's own loops compute on the processor where there is no graphics card, so they are optimised for
/// speed, which is also what makes SIMD instructions of them; what it depends on plans, parses and submits, and is
/// optimised for its size.
const OPTIMISATION: [&str; 4] = [
    "--config",
    "profile.release.opt-level='z'",
    "--config",
    "profile.release.package.chailou.opt-level=3",
];

/// Builds the package into the folder `into` and returns the gzipped size of the wasm in KB.
pub fn build(into: &Path, profile: Profile) -> Result<f64> {
    setup::for_building()?;
    let mut command = cargo(["build", "--lib", "--package", "chailou"]);
    command.args(["--target", "wasm32-unknown-unknown"]).args(OPTIMISATION);
    if profile == Profile::Release {
        command.arg("--release");
    }
    run(on_wasm_toolchain(&mut command))?;

    let folder = if profile == Profile::Release { "release" } else { "debug" };
    let module = target_dir().join("wasm32-unknown-unknown").join(folder).join("chailou.wasm");
    fs::create_dir_all(into).map_err(|error| format!("{}: {error}", into.display()))?;
    run(program("wasm-bindgen")
        .args(["--target", "web", "--out-name", "chailou", "--out-dir"])
        .arg(into)
        .arg(module))?;
    declarations::keep(into)?;
    let wasm = into.join("chailou_bg.wasm");
    if profile == Profile::Release {
        optimise(&wasm)?;
    }
    report_size(&wasm)
}

fn optimise(wasm: &Path) -> Result {
    run(program("wasm-opt").arg("-Oz").args(FEATURES).arg(wasm).arg("-o").arg(wasm))
}

/// The npm package, made by wasm-pack as anybody else would make it.
pub fn package() -> Result {
    setup::for_building()?;
    tools::WASM_PACK.install()?;
    let mut command = program("wasm-pack");
    command.args(["build", "--target", "web", "--out-dir", "pkg", "--mode", "no-install", "."]);
    command.arg("--").args(OPTIMISATION);
    run(on_wasm_toolchain(&mut command))?;
    declarations::check(&root().join("pkg"))?;
    let wasm = root().join("pkg/chailou_bg.wasm");
    optimise(&wasm)?;
    report_size(&wasm).map(drop)
}

fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

fn report_size(wasm: &Path) -> Result<f64> {
    let raw = fs::metadata(wasm).map_err(|error| format!("{}: {error}", wasm.display()))?.len();
    let script = "const z = require('node:zlib'), f = require('node:fs');\
                  console.log(z.gzipSync(f.readFileSync(process.argv[1]), { level: 9 }).length)";
    let zipped: f64 = output(program("node").args(["-e", script]).arg(wasm))
        .and_then(|text| text.trim().parse().ok())
        .ok_or("node could not measure the gzipped size of the wasm")?;
    let (raw, zipped) = (raw as f64 / 1000.0, zipped / 1000.0);
    println!("chailou_bg.wasm: {raw:.0} KB, gzipped {zipped:.0} KB");
    Ok(zipped)
}
