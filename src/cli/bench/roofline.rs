//! `chailou bench kernels --roofline`: what bounds each kernel on cards that nobody has at hand, as Markdown, from what is
//! counted alone. No device is opened.

use std::fmt::Write;

use chailou::Result;
use chailou::bench::Kernel;
use chailou::gpu::{Dispatch, Profile};

/// What a card can do at most, from its maker's data sheet.
struct Card {
    name: &'static str,
    gflops: f64,
    gb_per_second: f64,
    source: &'static str,
}

const CARDS: [Card; 3] = [
    Card {
        name: "Intel Iris Xe, 96 EU",
        gflops: 96.0 * 8.0 * 2.0 * 1.35,
        gb_per_second: 128.0 / 8.0 * 4.267,
        source: "96 EU × 8 lanes × 2 at 1.35 GHz, LPDDR4x-4267 on 128 bits (Core i7-1185G7; Intel Xe-LP API developer and optimization guide)",
    },
    Card {
        name: "Apple M2, 10 cores",
        gflops: 3600.0,
        gb_per_second: 100.0,
        source: "3.6 TFLOP/s and 100 GB/s (Apple, announcement of M2, June 2022)",
    },
    Card {
        name: "GeForce RTX 3060",
        gflops: 3584.0 * 2.0 * 1.777,
        gb_per_second: 192.0 / 8.0 * 15.0,
        source: "3,584 lanes × 2 at 1.777 GHz, GDDR6 of 15 Gbit/s on 192 bits (NVIDIA, GeForce RTX 3060 specifications)",
    },
];

/// The head of the document.
pub fn preface() -> String {
    let mut text = String::from("# What bounds each kernel, on paper\n\n");
    let _ = writeln!(
        text,
        "Written by `chailou bench kernels --roofline`; every number but the cards' is counted by the code that lowers the operation for the profile `gpu` (`gpu::Counts`). A kernel takes at least the time of its arithmetic, as its threads carry it out, padding and overhang included, at the card's peak, and at least the time to read and write each of its operands once at the bandwidth of the card's memory; the longer of the two is the bound, and says what bounds it. No kernel reaches it: waiting for memory, too few workgroups and instructions that are no arithmetic come on top. *B/ma* are bytes a multiply-add that threads load from and store to buffers (what caches do not catch goes to memory), *wg B/ma* those from workgroup memory, *work* is arithmetic carried out over arithmetic needed, *groups* the workgroups of the first dispatch."
    );
    text.push_str("\n| card | GFLOP/s | GB/s | from |\n|---|---|---|---|\n");
    for Card { name, gflops, gb_per_second, source } in &CARDS {
        let _ = writeln!(text, "| {name} | {gflops:.0} | {gb_per_second:.0} | {source} |");
    }
    text
}

/// A table of a model at a batch size.
pub fn of_model(model: &str, batch: usize, kernels: &[Kernel]) -> Result<String> {
    let mut text = format!("\n## {model}, batch {batch}\n\n");
    let cards: Vec<&str> = CARDS.iter().map(|card| card.name).collect();
    let _ = writeln!(
        text,
        "| operation | shapes | × | MFLOP | MB | B/ma | wg B/ma | work | groups | {} |",
        cards.join(", µs | ") + ", µs"
    );
    let _ = writeln!(text, "|---|---|---|---|---|---|---|---|---|{}", "---|".repeat(CARDS.len()));
    let mut totals = [0.0; CARDS.len()];
    for kernel in kernels {
        let counts = kernel.counts(Profile::Gpu)?;
        let groups = kernel.dispatches(Profile::Gpu)?.first().map_or(0, Dispatch::workgroups);
        let multiply_adds = counts.flops as f64 / 2.0;
        let bounds = CARDS.iter().zip(&mut totals).map(|(card, total)| {
            let arithmetic = counts.flops as f64 / card.gflops / 1e3;
            let memory = kernel.bytes() as f64 / card.gb_per_second / 1e3;
            *total += kernel.uses as f64 * arithmetic.max(memory);
            let what = if arithmetic > memory { "arithmetic" } else { "memory" };
            format!("{:.2} {what}", arithmetic.max(memory))
        });
        let bounds: Vec<String> = bounds.collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:.2} | {:.3} | {:.3} | {:.3} | {:.2} | {groups} | {} |",
            kernel.op,
            kernel.shapes,
            kernel.uses,
            kernel.flops as f64 / 1e6,
            kernel.bytes() as f64 / 1e6,
            counts.global_bytes() as f64 / multiply_adds,
            counts.workgroup_bytes as f64 / multiply_adds,
            counts.flops as f64 / kernel.flops as f64,
            bounds.join(" | ")
        );
    }
    let totals: Vec<String> = totals.iter().map(|total| format!("{total:.0}")).collect();
    let _ = writeln!(text, "| all of a training step | | | | | | | | | {} |", totals.join(" | "));
    Ok(text)
}
