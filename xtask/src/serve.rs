//! Builds the page, serves it on this machine, opens it.

use crate::command::{Result, find_program, program, root};
use crate::wasm::Profile;
use crate::{bundle, server};

pub fn serve(port: u16, open: bool) -> Result {
    let dist = root().join("dist");
    bundle::bundle(&dist, Profile::Release)?;
    let listener = server::listen(port)?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let url = format!("http://{address}/");
    println!("serving {url} (stop with Ctrl-C)");
    if open {
        open_browser(&url);
    }
    server::serve(&listener, &dist);
    Ok(())
}

/// The address is on the terminal in any case, so a machine without a desktop is no error.
fn open_browser(url: &str) {
    if let Some(opener) = find_program(&["xdg-open", "open", "wslview"]) {
        if program(opener).arg(url).spawn().is_err() {
            println!("open the address in a browser");
        }
    } else {
        println!("open the address in a browser");
    }
}
