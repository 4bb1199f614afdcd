//! Everything, from formatting to the page in two browsers. CI runs this and nothing else.

use crate::command::{Result, cargo, find_program, output, program, root, run};
use crate::stages::{Counts, Stages, counted, single};
use crate::vulkan::on_vulkan;
use crate::wasm::{Profile, on_wasm_toolchain};
use crate::{bundle, check, setup, tools, wasm};
use std::fs;
use std::path::Path;

pub fn test(only: Option<&str>) -> Result {
    let mut stages = Stages::new(only);
    stages.stage("setup", || single(setup::for_building().and_then(|()| setup::for_testing())));
    stages.stage("lints", || single(check::lints()));
    stages.stage("page", || counted(&mut check::page_tests()));
    stages.stage("native", || {
        let mut tests = cargo(["test", "--workspace", "--no-fail-fast"]);
        counted(on_vulkan(tests.args(["--lib", "--bins", "--tests", "--", "--show-output"])))
    });
    stages.stage("doc", || counted(on_vulkan(&mut cargo(["test", "--workspace", "--doc"]))));
    stages.stage("wasm-chromium", || in_browser("--chrome"));
    stages.stage("wasm-firefox", || in_browser("--firefox"));
    stages.stage("package", || single(wasm::package()));
    let dist = root().join("dist");
    stages.stage("bundle", || single(bundle::bundle(&dist, Some(Profile::Release), None)));
    stages.stage("e2e-chromium", || end_to_end("chromium"));
    stages.stage("e2e-firefox", || end_to_end("firefox"));
    if tools::TRUNK.is_installed() {
        stages.stage("trunk", || single(trunk(&dist)));
    } else {
        stages.skip("trunk", "trunk is not installed (cargo xtask setup --trunk)");
    }
    stages.finish()
}

/// The wasm tests in a real browser, configured by webdriver.json.
fn in_browser(browser: &str) -> (Result, Counts) {
    let runtime = std::env::temp_dir().join(format!("chailou-runtime-{}", std::process::id()));
    if let Err(error) = fs::create_dir_all(&runtime) {
        return single(Err(format!("{}: {error}", runtime.display())));
    }
    let mut command = program("wasm-pack");
    command.args(["test", "--headless", browser, "--mode", "no-install", "."]);
    command.args(["--test", "web", "--", "--nocapture"]);
    command.env("XDG_RUNTIME_DIR", &runtime).env("WASM_BINDGEN_TEST_TIMEOUT", "900");
    // wasm-bindgen's runner takes the first driver it is told of, so it is told of one only.
    let (variable, other, driver) = match browser {
        "--chrome" => ("CHROMEDRIVER", "GECKODRIVER", "chromedriver"),
        _ => ("GECKODRIVER", "CHROMEDRIVER", "geckodriver"),
    };
    let Some(path) = find_program(&[driver]) else {
        return single(Err(format!("{driver} is missing: run `cargo xtask setup --browsers`")));
    };
    if driver == "chromedriver"
        && let Err(message) = matching_chrome(&path)
    {
        return single(Err(message));
    }
    command.env_remove(other).env(variable, path);
    let counted = counted(on_vulkan(on_wasm_toolchain(&mut command)));
    // Left to the system's own cleaning where a browser still holds it.
    let _ = fs::remove_dir_all(runtime);
    counted
}

/// A chromedriver drives the Chrome of its own major version only; of another it says "session not created" at best.
fn matching_chrome(driver: &Path) -> Result {
    let chrome = find_program(&["chromium", "google-chrome", "google-chrome-stable"]);
    let chrome =
        chrome.ok_or("Chromium or Chrome is missing: run `cargo xtask setup --browsers`")?;
    let version = |path: &Path| output(program(path).arg("--version")).unwrap_or_default();
    let (of_driver, of_chrome) = (version(driver), version(&chrome));
    match (major(&of_driver), major(&of_chrome)) {
        (Some(a), Some(b)) if a != b => Err(format!(
            "chromedriver is of version {a}, {} of {b}: install the pair of one version \
             (CONTRIBUTING.md, \"Browsers and their drivers\")",
            chrome.display()
        )),
        _ => Ok(()),
    }
}

/// The first number of the first word that is a version: "Chromium 141.0.1 built on …".
fn major(text: &str) -> Option<u32> {
    text.split_whitespace().find_map(|word| word.split_once('.')?.0.parse().ok())
}

fn end_to_end(browser: &str) -> (Result, Counts) {
    counted(on_vulkan(program("node").args(["tests/e2e/run.mjs", browser])))
}

/// Trunk's bundle holds the same files as ours.
fn trunk(dist: &Path) -> Result {
    let other = root().join("target/trunk-dist");
    run(program("trunk")
        .args(["build", "--release", "--offline", "--skip-version-check", "--dist"])
        .arg(&other))?;
    let (ours, theirs) = (files(dist, dist)?, files(&other, &other)?);
    if ours == theirs {
        Ok(())
    } else {
        let differ = |a: &[String], b: &[String]| a.iter().find(|file| !b.contains(file)).cloned();
        let example = differ(&ours, &theirs).or_else(|| differ(&theirs, &ours));
        Err(format!("Trunk's bundle differs from ours in {}", example.unwrap_or_default()))
    }
}

fn files(folder: &Path, root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            found.extend(files(&path, root)?);
        } else {
            found.push(path.strip_prefix(root).unwrap_or(&path).display().to_string());
        }
    }
    found.sort();
    Ok(found)
}
