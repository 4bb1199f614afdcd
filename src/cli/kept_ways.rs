//! What `chailou tune` has found, in a file for the other commands.

use std::path::PathBuf;

use chailou::gpu::Gpu;
use chailou::{Error, Result};

/// The file, a paragraph for each adapter: in the user's folder for caches, or none where there is no such folder.
fn file() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let home = || Some(PathBuf::from(variable("HOME")?).join(".cache"));
    let folder = variable("XDG_CACHE_HOME").or_else(|| variable("LOCALAPPDATA"));
    Some(folder.map(PathBuf::from).or_else(home)?.join("chailou").join("ways.txt"))
}

fn kept() -> Vec<String> {
    let text = file().and_then(|file| std::fs::read_to_string(file).ok());
    text.unwrap_or_default().split("\n\n").map(str::to_string).collect()
}

/// Has a device go by what is kept for it.
pub fn recall(gpu: &Gpu) {
    kept().iter().find(|kept| gpu.recall_ways(kept));
}

/// Keeps what has been found, beside what is kept of other adapters; says where.
pub fn keep(gpu: &Gpu) -> Result<PathBuf> {
    let Some(file) = file() else {
        return Err(Error::Input("nothing is kept: neither XDG_CACHE_HOME nor HOME is set".into()));
    };
    let new = gpu.kept_ways();
    let others = kept().into_iter().filter(|kept| gpu.ways_in(kept).is_none());
    let text = others.chain([new]).collect::<Vec<_>>().join("\n\n");
    let folder = file.parent().expect("a file lies in a folder");
    match std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, text)) {
        Ok(()) => Ok(file),
        Err(error) => {
            Err(Error::File { path: file.display().to_string(), reason: error.to_string() })
        }
    }
}
