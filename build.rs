//! Shaders as they are compiled in: without their comments and indentation, which would be a fiftieth of the module that a
//! reader of the page downloads. Lines stay, so that a message about line 12 means line 12 of the file.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=shaders");
    let into = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("shaders");
    if into.exists() {
        fs::remove_dir_all(&into)?; // a shader that is gone
    }
    strip(Path::new("shaders"), &into)
}

fn strip(folder: &Path, into: &Path) -> io::Result<()> {
    fs::create_dir_all(into)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let to = into.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            strip(&path, &to)?;
        } else {
            fs::write(to, fs::read_to_string(&path)?.lines().map(code).collect::<String>())?;
        }
    }
    Ok(())
}

fn code(line: &str) -> String {
    let code = line.split_once("//").map_or(line, |(code, _)| code);
    format!("{}\n", code.trim())
}
