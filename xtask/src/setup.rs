//! Installs what is missing, and only that: a second run does nothing.

use crate::command::{Result, find_program, output, program, root, run};
use crate::tools;
use std::fs;
use std::path::Path;

const TARGET: &str = "wasm32-unknown-unknown";
const FALLBACK_TOOLCHAIN: &str = "debian-wasm";

/// Debian's names; on other systems the same programs under whatever name they have there.
const BROWSER_PACKAGES: [&str; 6] = [
    "chromium",
    "chromium-driver",
    "firefox-esr",
    "mesa-vulkan-drivers",
    "libvulkan1",
    "fonts-noto-cjk",
];

/// What building and serving the page needs: a wasm toolchain, wasm-bindgen, wasm-opt.
pub fn for_building() -> Result {
    if wasm_toolchain().is_none() {
        let mut add = program("rustup");
        if run(add.args(["target", "add", TARGET])).is_err() || wasm_toolchain().is_none() {
            println!("rustup cannot download the wasm target; taking Debian's compiler for it");
            run(&mut program(root().join("xtask/debian-wasm.sh")))?;
        }
    }
    tools::WASM_BINDGEN.install()?;
    node_packages()
}

/// What the tests need on top: browsers, their drivers, a software Vulkan, and wasm-pack.
pub fn for_testing() -> Result {
    browsers()?;
    tools::WASM_PACK.install()?;
    tools::GECKODRIVER.install()
}

/// Which toolchain compiles wasm: `Some("")` for the default one, `None` where none does yet.
pub fn wasm_toolchain() -> Option<&'static str> {
    if has_target("") {
        Some("")
    } else if has_target(FALLBACK_TOOLCHAIN) {
        Some(FALLBACK_TOOLCHAIN)
    } else {
        None
    }
}

fn has_target(toolchain: &str) -> bool {
    let mut rustc = program("rustc");
    if !toolchain.is_empty() {
        rustc.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    let sysroot = output(rustc.args(["--print", "sysroot"]));
    sysroot.is_some_and(|path| {
        let lib = Path::new(path.trim()).join("lib/rustlib").join(TARGET).join("lib");
        fs::read_dir(lib).is_ok_and(|mut files| {
            files.any(|file| {
                file.is_ok_and(|f| f.file_name().to_string_lossy().starts_with("libstd-"))
            })
        })
    })
}

/// npm's packages are installed anew when the lock file is another one than they were installed from: a
/// copy of it lies beside them, for a file's date says only when it was checked out.
pub fn node_packages() -> Result {
    let (lock, copy) =
        (root().join("package-lock.json"), root().join("node_modules/.installed-from"));
    let wanted = fs::read(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    if fs::read(&copy).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    find_program(&["npm"]).ok_or("node and npm are missing: install Node.js 20 or newer")?;
    run(program("npm").args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&copy, wanted).map_err(|error| format!("{}: {error}", copy.display()))
}

fn browsers() -> Result {
    if find_program(&["apt-get"]).is_none() {
        let needed = [
            (&["chromium", "google-chrome", "google-chrome-stable"][..], "Chromium or Chrome"),
            (&["chromedriver"][..], "chromedriver"),
            (&["firefox-esr", "firefox"][..], "Firefox"),
        ];
        let missing: Vec<&str> = needed
            .iter()
            .filter(|(names, _)| find_program(names).is_none())
            .map(|(_, label)| *label)
            .collect();
        return if missing.is_empty() {
            Ok(())
        } else {
            Err(format!(
                "the tests need {}, which this system's package manager has to provide \
                 (and, without a graphics card, Mesa's lavapipe as the Vulkan driver)",
                missing.join(", ")
            ))
        };
    }
    let missing: Vec<&str> =
        BROWSER_PACKAGES.into_iter().filter(|name| !debian_has(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("installing Debian packages: {}", missing.join(" "));
    run(as_root("apt-get").args(["update", "-q"]))?;
    run(as_root("apt-get").args(["install", "-y", "-q", "--no-install-recommends"]).args(missing))
}

fn debian_has(package: &str) -> bool {
    output(program("dpkg-query").args(["-W", "-f", "${Status}", package]))
        .is_some_and(|status| status.ends_with("ok installed"))
}

fn as_root(name: &str) -> std::process::Command {
    let is_root = output(program("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let mut command = program(if is_root { "env" } else { "sudo" });
    if !is_root {
        command.arg("env");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", name]);
    command
}
