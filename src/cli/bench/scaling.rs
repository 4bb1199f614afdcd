//! `chailou bench scaling`: what a U-Net costs over batch, pixels and channels, as tables, JSON and a drawing.

use std::path::PathBuf;

use super::super::device::Choice;
use super::super::folder::{self, file_error};
use super::drawing::{self, Point, Sweep};
use chailou::Result;
use chailou::bench::{self, Cost, Size};

#[derive(clap::Args)]
pub struct Arguments {
    /// Where scaling.md, scaling.json and scaling.svg go.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// The size of which one part varies.
const BASE: Size = Size { batch: 4, pixels: 16, channels: 32 };

pub async fn run(arguments: Arguments, choice: Choice) -> Result<()> {
    let device = choice.open().await?;
    std::fs::create_dir_all(&arguments.out).map_err(|e| file_error(&arguments.out, e))?;
    let mut table = Table::default();
    table.add(PREFACE.into());
    let mut all = Vec::new();
    for (over, quantities, vary, linear) in SWEEPS {
        table.add(format!("\n## Over {over}\n\n{HEADING}"));
        let mut points = Vec::new();
        for &quantity in quantities {
            let size = vary(quantity);
            let (forward, training) = bench::scaling(&device, size).await?;
            let step = training.as_ref().map_or("– | – | – | –".into(), columns);
            table.add(format!("| {quantity} | {} | {step} |", columns(&forward)));
            points.push(Point { size, quantity, forward, training });
        }
        let fits = drawing::CURVES.map(|(_, _, of)| {
            let pairs = points.iter().filter_map(|p| Some([p.quantity as f64, of(p)?.ms]));
            let pairs: Vec<[f64; 2]> = pairs.collect();
            if linear { line(&pairs) } else { power(&pairs) }
        });
        table.add(format!("\nNetwork call: {}. Training step: {}.", fits[0], fits[1]));
        all.push(Sweep { over, fits, points });
    }
    let json = serde_json::to_string_pretty(&all).unwrap_or_default();
    for (name, text) in
        [("scaling.json", json), ("scaling.svg", drawing::svg(&all)), ("scaling.md", table.text)]
    {
        folder::write(&arguments.out.join(name), text.as_bytes())?;
    }
    Ok(())
}

/// What varies, its values, the sizes, and whether cost should be linear in it.
type Planned = (&'static str, &'static [usize], fn(usize) -> Size, bool);

const SWEEPS: [Planned; 3] = [
    ("batch", &[1, 2, 4, 8, 16, 32, 64], |batch| Size { batch, ..BASE }, true),
    (
        "pixels of a picture",
        &[16 * 16, 24 * 24, 32 * 32, 48 * 48, 64 * 64],
        |area| Size { pixels: area.isqrt(), ..BASE },
        true,
    ),
    ("channels", &[16, 32, 64, 128, 256], |channels| Size { channels, ..BASE }, false),
];

const PREFACE: &str = "# What a U-Net costs over batch, pixels and channels

Written by `chailou bench scaling`: a U-Net of three levels with the same number of channels on each, built as MNIST's is, \
measured on one machine; 4 pictures of 16 × 16 pixels and 32 channels where nothing else is said. *moved* is what all \
operations read and write, each its operands once; *kept* is what the planner lays out for activations and gradients. \
A dash is a step that did not fit the device. Times are the fastest of several, as they were on the machine; what matters is how they grow.

![Milliseconds of a network call and of a training step over batch, pixels and channels](scaling.svg)";

const HEADING: &str =
    "| | call ms | GFLOP/s | MB moved | MB kept | step ms | GFLOP/s | MB moved | MB kept |
|---|---|---|---|---|---|---|---|---|";

/// What is printed as it comes and kept.
#[derive(Default)]
struct Table {
    text: String,
}

impl Table {
    fn add(&mut self, line: String) {
        println!("{line}");
        self.text += &line;
        self.text.push('\n');
    }
}

fn columns(cost: &Cost) -> String {
    let mb = |bytes: u64| bytes as f64 / 1e6;
    let (moved, kept) = (mb(cost.moved_bytes), mb(cost.memory_bytes));
    format!("{:.2} | {:.2} | {moved:.2} | {kept:.2}", cost.ms, cost.gflops)
}

/// Least squares of the relative error, so that small sizes count as much as large ones: "a + b·x, at most p % off".
fn line(pairs: &[[f64; 2]]) -> String {
    // With weights 1/y² the sums below are those of (a/y + b·x/y − 1)².
    let sum = |of: &dyn Fn([f64; 2]) -> f64| pairs.iter().map(|&pair| of(pair)).sum::<f64>();
    let aa = sum(&|[_, y]| 1.0 / (y * y));
    let ab = sum(&|[x, y]| x / (y * y));
    let bb = sum(&|[x, y]| x * x / (y * y));
    let (a1, b1) = (sum(&|[_, y]| 1.0 / y), sum(&|[x, y]| x / y));
    let determinant = aa * bb - ab * ab;
    let a = (a1 * bb - b1 * ab) / determinant;
    let b = (b1 * aa - a1 * ab) / determinant;
    let off = pairs.iter().map(|[x, y]| ((a + b * x) / y - 1.0).abs()).fold(0.0, f64::max);
    format!("{a:.2} + {b:.4}·x ms fits within {:.0} %", 100.0 * off)
}

/// "x^p" between the two largest sizes.
fn power(pairs: &[[f64; 2]]) -> String {
    let [.., [x0, y0], [x1, y1]] = pairs else { return String::new() };
    format!("grows as x^{:.2} at the end", (y1 / y0).ln() / (x1 / x0).ln())
}
