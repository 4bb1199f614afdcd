//! A static file server for one reader on this machine: one thread a connection, no caching.

use crate::command::Result;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::thread;

/// Listens on 127.0.0.1; where the port is taken, on the next free one of the following ten.
pub fn listen(port: u16) -> Result<TcpListener> {
    (port..=port.saturating_add(10))
        .find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok())
        .ok_or_else(|| {
            format!("port {port} and the ten after it are taken; choose another with --port")
        })
}

/// Answers every request with a file below `folder`, until the program is stopped.
pub fn serve(listener: &TcpListener, folder: &Path) {
    for stream in listener.incoming().flatten() {
        let folder = folder.to_owned();
        // A reader who closes the tab in the middle of an answer is not an error.
        thread::spawn(move || drop(answer(&stream, &folder)));
    }
}

fn answer(mut stream: &TcpStream, folder: &Path) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let mut words = request.split(' ');
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or("/"));
    let (status, kind, body) = if !matches!(method, "GET" | "HEAD") {
        ("405 Method Not Allowed", "text/plain", b"only GET and HEAD".to_vec())
    } else {
        match file(folder, target).and_then(|path| Some((mime(&path), fs::read(path).ok()?))) {
            Some((kind, body)) => ("200 OK", kind, body),
            None => ("404 Not Found", "text/plain", b"no such file".to_vec()),
        }
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method == "GET" {
        stream.write_all(&body)?;
    }
    stream.flush()
}

/// The file that a request's target names; nothing outside the folder has a name.
fn file(folder: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.trim_start_matches('/');
    let relative = Path::new(path);
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let found = folder.join(relative);
    Some(if found.is_dir() { found.join("index.html") } else { found })
}

fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|kind| kind.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_never_leaves_the_folder() {
        let folder = Path::new("dist");
        assert_eq!(file(folder, "/main.js?v=1"), Some(folder.join("main.js")));
        assert_eq!(file(folder, "/../Cargo.toml"), None);
        assert_eq!(file(folder, "/pkg/../../Cargo.toml"), None);
        assert_eq!(file(folder, "//etc/passwd"), Some(folder.join("etc/passwd")));
    }

    #[test]
    fn serves_wasm_as_wasm_and_a_missing_file_as_404() {
        let folder = std::env::temp_dir().join(format!("chailou-serve-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a.wasm"), b"\0asm").unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let root = folder.clone();
        thread::spawn(move || serve(&listener, &root));
        let ask = |target: &str| {
            let mut stream = TcpStream::connect(address).unwrap();
            write!(stream, "GET {target} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
            std::io::read_to_string(stream).unwrap()
        };
        let (found, missing) = (ask("/a.wasm"), ask("/b.wasm"));
        fs::remove_dir_all(&folder).unwrap();
        assert!(
            found.starts_with("HTTP/1.1 200 OK\r\nContent-Type: application/wasm\r\n"),
            "{found}"
        );
        assert!(found.ends_with("\0asm"), "{found}");
        assert!(missing.starts_with("HTTP/1.1 404 "), "{missing}");
    }
}
