//! The page as a folder of static files: www/ assembled (xtask/assemble.mjs), the wasm package in pkg/,
//! the assets it reads. All addresses in it are relative, so it can be served from anywhere.

use crate::command::{Result, program, root, run};
use crate::setup;
use crate::wasm::{self, Profile};
use std::fs;
use std::path::{Path, PathBuf};

/// The assets that the page reads; the scripts and notes beside them stay behind. What is packed comes with
/// the assembled page.
const ASSETS: [&str; 4] = ["assets/models", "assets/data", "assets/recordings", "assets/preview"];
const ASSET_KINDS: [&str; 5] = ["json", "safetensors", "idx3-ubyte", "idx1-ubyte", "png"];

/// The folder asked for, else the one that Trunk is filling, else dist/.
pub fn destination(asked: Option<String>) -> PathBuf {
    let trunk = std::env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let dir = asked.map(PathBuf::from).or(trunk);
    dir.map_or_else(|| root().join("dist"), |dir| root().join(dir))
}

/// Where the page is going to be published, as asked for, else as Trunk knows it; it ends in a slash.
pub fn public_url(asked: Option<String>) -> Result<Option<String>> {
    let whole = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    if let Some(url) = &asked
        && (!whole(url) || url.contains(|c: char| c.is_whitespace() || "\"<>?#".contains(c)))
    {
        return Err(format!(
            "--public-url {url}: not an address such as https://example.org/lesson/"
        ));
    }
    let url = asked.or_else(|| std::env::var("TRUNK_PUBLIC_URL").ok().filter(whole));
    Ok(url.map(|url| format!("{}/", url.trim_end_matches('/'))))
}

/// Fills `into`; without a profile the wasm that lies there already is kept.
pub fn bundle(into: &Path, profile: Option<Profile>, public_url: Option<String>) -> Result {
    let from_trunk = std::env::var_os("TRUNK_STAGING_DIR").is_some();
    if !from_trunk && into.exists() {
        let wasm = into.join("pkg");
        clear(into, &|path| profile.is_none() && path == wasm)?;
    }
    copy(&root().join("www"), into, &|path| path.extension().is_some_and(|kind| kind == "svg"))?;
    for assets in ASSETS {
        let wanted = |path: &Path| {
            let kind = path.extension().and_then(|kind| kind.to_str());
            path.is_dir() || kind.is_some_and(|kind| ASSET_KINDS.contains(&kind))
        };
        copy(&root().join(assets), &into.join(assets), &wanted)?;
    }
    assemble(into, from_trunk, public_url)?;
    let Some(profile) = profile else { return Ok(()) };
    let package = into.join("pkg");
    let kilobytes = wasm::build(&package, profile)?;
    run(program("node").arg("xtask/glue.mjs").arg(package.join("chailou.js")))?;
    if profile == Profile::Release && kilobytes > wasm::SIZE_LIMIT_KB {
        let limit = wasm::SIZE_LIMIT_KB;
        return Err(format!("the gzipped wasm has {kilobytes:.0} KB, the limit is {limit} KB"));
    }
    Ok(())
}

/// index.html with every chapter's prose, its modules and styles. Trunk has put its own index.html into its
/// staging folder by now, ours and the script of its live reload.
fn assemble(into: &Path, from_trunk: bool, public_url: Option<String>) -> Result {
    setup::node_packages()?;
    let index = into.join("index.html");
    let template = if from_trunk { index.clone() } else { root().join("www/index.html") };
    run(program("node").arg("xtask/assemble.mjs").arg(template).arg(index).args(public_url))
}

fn clear(folder: &Path, kept: &dyn Fn(&Path) -> bool) -> Result {
    let failed = |path: &Path, error| format!("{}: {error}", path.display());
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, error))? {
        let path = entry.map_err(|error| failed(folder, error))?.path();
        if kept(&path) {
            continue;
        }
        let removed =
            if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path, wanted: &dyn Fn(&Path) -> bool) -> Result {
    let failed = |path: &Path, error| format!("{}: {error}", path.display());
    fs::create_dir_all(to).map_err(|error| failed(to, error))?;
    for entry in fs::read_dir(from).map_err(|error| failed(from, error))? {
        let source = entry.map_err(|error| failed(from, error))?.path();
        let target = to.join(source.file_name().unwrap_or_default());
        if !wanted(&source) {
            continue;
        }
        if source.is_dir() {
            copy(&source, &target, wanted)?;
        } else {
            fs::copy(&source, &target).map_err(|error| failed(&source, error))?;
        }
    }
    Ok(())
}
