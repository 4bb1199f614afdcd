//! Coverage-guided fuzzing of everything that is read: the Rust loaders with libFuzzer (`fuzz/`), the page's addresses
//! with counters of Istanbul's (`fuzz/guided.mjs`). Not part of the tests, which run over the corpora kept here.

use crate::arguments::Arguments;
use crate::command::{Result, cargo, program, root, run};
use crate::{setup, tools};

const TARGETS: [&str; 5] = ["model", "digits", "table", "checkpoint", LINKS];
/// The one that is JavaScript.
const LINKS: &str = "links";

/// `cargo xtask fuzz TARGET [--runs N] [--minutes N]`; without a target all of them, one after another.
pub fn fuzz(mut given: Arguments) -> Result {
    let runs = number(given.value("--runs")?, "--runs")?.unwrap_or(10_000_000);
    let minutes = number(given.value("--minutes")?, "--minutes")?.unwrap_or(120);
    let target = given.rest();
    given.finish()?;
    tools::CARGO_FUZZ.install()?;
    let chosen = match &target {
        None => TARGETS.to_vec(),
        Some(name) => match TARGETS.iter().find(|known| *known == name) {
            Some(known) => vec![*known],
            None => return Err(format!("{name}: there are {}", TARGETS.join(", "))),
        },
    };
    chosen.into_iter().try_for_each(|target| match target {
        LINKS => links(runs),
        _ => loader(target, runs, minutes),
    })
}

fn number(text: Option<String>, option: &str) -> Result<Option<u64>> {
    text.map(|text| text.parse().map_err(|_| format!("{option} {text}: not a number"))).transpose()
}

/// New inputs go into target/corpus, so that only minimised ones are ever added to the repository's.
fn loader(target: &str, runs: u64, minutes: u64) -> Result {
    let found = root().join("target/corpus").join(target);
    std::fs::create_dir_all(&found).map_err(|error| format!("{}: {error}", found.display()))?;
    // cargo-fuzz wants flags of rustc's that only this variable unlocks on the stable toolchain.
    // Without traces of comparisons it runs four times as fast, and the targets know the words that matter.
    let flags = ["--sanitizer", "none", "--no-trace-compares"];
    let mut command = cargo(["fuzz", "run"]);
    command.args(flags).arg(target);
    command.current_dir(root()).env("RUSTC_BOOTSTRAP", "1");
    command.arg(found).arg(root().join("fuzz/corpus").join(target)).arg("--");
    command.arg(format!("-runs={runs}")).arg(format!("-max_total_time={}", minutes * 60));
    // Memory beyond 2 GB or ten seconds for one input are faults, too.
    run(command.args(["-rss_limit_mb=2048", "-timeout=10", "-max_len=1024"]))
}

fn links(runs: u64) -> Result {
    setup::node_packages()?;
    run(program("npm")
        .args(["ci", "--no-audit", "--no-fund", "--prefix"])
        .arg(root().join("fuzz")))?;
    run(program("node").arg(root().join("fuzz/guided.mjs")).arg(runs.to_string()))
}
