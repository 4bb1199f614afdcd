//! A list of named stages run one after another, and the table that is printed at the end.

use crate::command::{Result, run_and_read};
use std::process::Command;
use std::time::{Duration, Instant};

/// Tests counted from a stage's output.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
}

struct Finished {
    name: &'static str,
    time: Duration,
    counts: Counts,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Skipped(&'static str),
    Failed(String),
}

pub struct Stages {
    only: Option<String>,
    names: Vec<&'static str>,
    finished: Vec<Finished>,
}

impl Stages {
    pub fn new(only: Option<&str>) -> Self {
        Self { only: only.map(str::to_owned), names: Vec::new(), finished: Vec::new() }
    }

    /// Runs the stage if it was asked for; a failure is kept for the table and the others still run.
    pub fn stage(&mut self, name: &'static str, work: impl FnOnce() -> (Result, Counts)) {
        self.names.push(name);
        if self.only.as_deref().is_some_and(|only| only != name) {
            return;
        }
        println!("\n=== {name} ===");
        let start = Instant::now();
        let (result, mut counts) = work();
        let outcome = match result {
            Ok(()) => Outcome::Passed,
            Err(message) => {
                eprintln!("{name}: {message}");
                // A stage that fails without naming a failed test still counts as one.
                counts.failed = counts.failed.max(1);
                Outcome::Failed(message)
            }
        };
        self.finished.push(Finished { name, time: start.elapsed(), counts, outcome });
    }

    /// Notes a stage that cannot run here, and why.
    pub fn skip(&mut self, name: &'static str, why: &'static str) {
        self.names.push(name);
        if self.only.as_deref().is_none_or(|only| only == name) {
            let (time, counts) = (Duration::ZERO, Counts::default());
            self.finished.push(Finished { name, time, counts, outcome: Outcome::Skipped(why) });
        }
    }

    /// Prints the table, whose last line is `N passed, N failed`. Where a stage failed the program ends here:
    /// the table has said what failed, and its last line stays the last.
    pub fn finish(self) -> Result {
        if self.finished.is_empty() {
            let only = self.only.unwrap_or_default();
            return Err(format!("no stage {only}; there are {}", self.names.join(", ")));
        }
        println!("\n{:<16} {:>8} {:>8} {:>8}  result", "stage", "seconds", "passed", "failed");
        let (mut total, mut sum, mut all_passed) = (Duration::ZERO, Counts::default(), true);
        for Finished { name, time, counts: Counts { passed, failed }, outcome } in &self.finished {
            let result = match outcome {
                Outcome::Passed => "ok".to_owned(),
                Outcome::Skipped(why) => format!("skipped: {why}"),
                Outcome::Failed(message) => {
                    all_passed = false;
                    format!("FAILED: {}", message.lines().next().unwrap_or_default())
                }
            };
            println!("{name:<16} {:>8.1} {passed:>8} {failed:>8}  {result}", time.as_secs_f64());
            total += *time;
            sum = Counts { passed: sum.passed + passed, failed: sum.failed + failed };
        }
        println!("{:<16} {:>8.1}", "total", total.as_secs_f64());
        println!("{} passed, {} failed", sum.passed, sum.failed);
        if all_passed { Ok(()) } else { std::process::exit(1) }
    }
}

/// Runs a test program and counts its tests; a program that ran none has not tested anything.
pub fn counted(command: &mut Command) -> (Result, Counts) {
    let (result, text) = run_and_read(command);
    let counts = count(&text);
    let result = result.and_then(|()| match counts.passed + counts.failed {
        0 => Err("no test ran".to_owned()),
        _ => Ok(()),
    });
    (result, counts)
}

/// A stage that is one yes or no.
pub fn single(result: Result) -> (Result, Counts) {
    (result, Counts::default())
}

/// Sums libtest's `test result: ok. 3 passed; 0 failed; …` and node's `ℹ pass 3`, `ℹ fail 0`, `ℹ cancelled 0`.
fn count(text: &str) -> Counts {
    let mut sum = Counts::default();
    for line in text.lines() {
        let words: Vec<&str> = line.split([' ', ';']).filter(|word| !word.is_empty()).collect();
        let pairs: Vec<(&str, &str)> = match words[..] {
            ["test", "result:", ..] => words.windows(2).map(|pair| (pair[1], pair[0])).collect(),
            ["ℹ", what, number] => vec![(what, number)],
            _ => continue,
        };
        for (what, number) in pairs {
            let number = number.parse().unwrap_or(0);
            match what {
                "passed" | "pass" => sum.passed += number,
                "failed" | "fail" | "cancelled" => sum.failed += number,
                _ => {}
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_both_forms_and_nothing_else() {
        let text = "running 3 tests\n\
                    test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n\
                    ℹ tests 9\n\
                    ℹ pass 4\n\
                    ℹ fail 2\n\
                    ℹ cancelled 3\n\
                    we passed, they failed\n\
                    ℹ pass the word 7\n";
        let Counts { passed, failed } = count(text);
        assert_eq!((passed, failed), (6, 6));
    }

    #[test]
    fn a_run_without_tests_fails() {
        let (result, _) = counted(Command::new("true").current_dir("/"));
        assert!(result.is_err());
    }

    #[test]
    fn an_unknown_stage_is_named_beside_the_known_ones() {
        let mut stages = Stages::new(Some("nonsense"));
        stages.stage("lints", || single(Ok(())));
        let message = stages.finish().unwrap_err();
        assert!(message.contains("nonsense") && message.contains("lints"), "{message}");
    }
}
