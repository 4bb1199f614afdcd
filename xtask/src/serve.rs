//! Builds the page, serves it on this machine, opens it.

use crate::bundle;
use crate::command::{Result, find_program, program, root};
use crate::wasm::Profile;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// The server (xtask/server.mjs, which the tests use too) says in its first line where it serves.
pub fn serve(port: u16, open: bool) -> Result {
    bundle::bundle(&root().join("dist"), Some(Profile::Release), None)?;
    let mut command = program("node");
    command.args(["xtask/server.mjs", "dist", &port.to_string()]).stdout(Stdio::piped());
    let mut server = command.spawn().map_err(|error| format!("node: {error}"))?;
    let mut lines = server.stdout.take().into_iter().flat_map(|pipe| BufReader::new(pipe).lines());
    if let Some(Ok(line)) = lines.next() {
        println!("{line}");
        let url = line.split(' ').find(|word| word.starts_with("http://"));
        if let (true, Some(url)) = (open, url) {
            open_browser(url);
        }
    }
    match server.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => {
            Err(format!("the page is not served; choose another port than {port} with --port"))
        }
        Err(error) => Err(format!("node: {error}")),
    }
}

/// The address is on the terminal in any case, so a machine without a desktop is no error.
fn open_browser(url: &str) {
    let opened = find_program(&["xdg-open", "open", "wslview"])
        .is_some_and(|opener| program(opener).arg(url).spawn().is_ok());
    if !opened {
        println!("open the address in a browser");
    }
}
