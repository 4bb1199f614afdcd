//! types/pkg/chailou.d.ts: what wasm-bindgen declares of the package, kept in the repository so that the
//! page's JavaScript is checked against the engine without building it.

use crate::command::{Result, root};
use std::fs;
use std::path::{Path, PathBuf};

/// What follows declares the loader by the names of the module's inner exports, which change with every
/// compilation.
const LOADER: &str = "export type InitInput";
const INIT: &str = "/** Loads and starts the engine; without an address it lies beside this module. */\n\
    export default function init(module?: { module_or_path: RequestInfo | URL | Response | BufferSource }): Promise<unknown>;\n";

fn kept() -> PathBuf {
    root().join("types/pkg/chailou.d.ts")
}

/// Renews the copy after a build, so that a changed export shows up as a changed file.
pub fn keep(package: &Path) -> Result {
    let (declared, file) = (declared(package)?, kept());
    if fs::read_to_string(&file).is_ok_and(|text| text == declared) {
        return Ok(());
    }
    fs::write(&file, declared).map_err(|error| format!("{}: {error}", file.display()))?;
    println!("types/pkg/chailou.d.ts was renewed");
    Ok(())
}

/// Fails where the copy is not what the package declares.
pub fn check(package: &Path) -> Result {
    let declared = declared(package)?;
    match fs::read_to_string(kept()) {
        Ok(text) if text == declared => Ok(()),
        _ => Err("types/pkg/chailou.d.ts is not what the package declares: `cargo xtask wasm --dev` renews it".into()),
    }
}

fn declared(package: &Path) -> Result<String> {
    let file = package.join("chailou.d.ts");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let (declared, _) =
        text.split_once(LOADER).ok_or_else(|| format!("{} has no `{LOADER}`", file.display()))?;
    Ok(format!("{declared}{INIT}"))
}
