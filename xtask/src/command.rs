//! Running other programs: every command is shown before it runs, and a failure names it.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// An error here is one sentence for the person at the terminal.
pub type Result<T = ()> = std::result::Result<T, String>;

/// The project's root, wherever the command was called from.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The search path of every command started here: the project's own tools, npm's, then the caller's.
fn search_path() -> OsString {
    let own = [root().join(".tools/bin"), root().join("node_modules/.bin")];
    let callers = std::env::var_os("PATH").unwrap_or_default();
    let dirs = own.into_iter().chain(std::env::split_paths(&callers));
    std::env::join_paths(dirs).unwrap_or(callers)
}

/// A program that runs in the project's root and finds the project's own tools first.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).env("PATH", search_path());
    command
}

/// Cargo on the toolchain that runs this program, with its own environment left behind: cargo sets
/// variables for `cargo run` that would make a nested build see other flags and start anew.
pub fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = program("cargo");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") {
            command.env_remove(name);
        }
    }
    command.args(arguments);
    command
}

/// How the command reads in a shell, without the parts that only repeat where the project lies.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    line.join(" ").replace(&format!("{}/", root().display()), "")
}

/// Runs the command to its end with its output on the terminal.
pub fn run(command: &mut Command) -> Result {
    let line = shown(command);
    println!("$ {line}");
    let status = command.status().map_err(|error| format!("{line}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{line}` failed ({status})")) }
}

/// Runs the command quietly and returns its standard output; `None` where it fails or is missing.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(text)
}

/// Runs the command with its output on the terminal, and also returns that output.
pub fn run_and_read(command: &mut Command) -> (Result, String) {
    let line = shown(command);
    println!("$ {line}");
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return (Err(format!("{line}: {error}")), String::new()),
    };
    let out = child.stdout.take().map(|pipe| thread::spawn(|| tee(pipe, std::io::stdout())));
    let err = child.stderr.take().map(|pipe| thread::spawn(|| tee(pipe, std::io::stderr())));
    let status = child.wait();
    let text: String =
        [out, err].into_iter().flatten().filter_map(|reader| reader.join().ok()).collect();
    let result = match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` failed ({status})")),
        Err(error) => Err(format!("{line}: {error}")),
    };
    (result, text)
}

/// Copies lines from a pipe to the terminal as they come, and keeps them.
fn tee(pipe: impl Read, mut terminal: impl Write) -> String {
    let mut kept = String::new();
    let mut lines = BufReader::new(pipe);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
        // A terminal that went away is no reason to stop the command.
        let _ = terminal.write_all(&line).and_then(|()| terminal.flush());
        kept.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    kept
}

/// The first of these programs that is on the search path.
pub fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = search_path();
    let dirs: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| dirs.iter().map(move |dir| dir.join(name)))
        .find(|file| file.is_file())
}
