//! `chailou bench kernels`: each kernel alone, every way to lower it side by side.

use std::path::PathBuf;
use std::rc::Rc;

use serde::Serialize;

use super::super::device::Choice;
use super::super::folder::ModelFolder;
use super::roofline;
use chailou::bench::{self, Kernel, KernelTime};
use chailou::gpu::{Counts, Dispatch, Profile};
use chailou::model::Model;
use chailou::run::{Cpu, Device};
use chailou::{Error, Result};

#[derive(clap::Args)]
pub struct Arguments {
    /// Diffusers folders whose shapes are measured; without any, those that are shipped and the network for points.
    #[arg(long, value_name = "DIR", num_args = 1..)]
    model: Vec<PathBuf>,
    /// Batch sizes.
    #[arg(long, value_delimiter = ',', default_value = "1,16,64")]
    batch: Vec<usize>,
    /// Instead of models' shapes a grid of them: 16 to 256 channels at 28, 14, 7 and at 32, 16, 8 pixels.
    #[arg(long)]
    grid: bool,
    /// Only operations with this in their name.
    #[arg(long, value_name = "WORD", default_value = "")]
    only: String,
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Measures nothing: what bounds each kernel on three cards, from what is counted, as Markdown.
    #[arg(long, conflicts_with = "json")]
    roofline: bool,
}

const SHIPPED: [&str; 2] = ["assets/models/mnist", "assets/models/towers"];

/// Answers farther apart than this are a fault: the rounding of sums over a batch stays two orders below.
const APART: f64 = 1e-4;

/// One way to lower an operation.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Variant {
    profile: String,
    /// Entry points.
    kernels: Vec<&'static str>,
    workgroups: u64,
    #[serde(flatten)]
    time: KernelTime,
    of_peak: f64,
    /// From the first variant's answer.
    distance: f64,
    counts: Counts,
}

#[derive(Serialize)]
struct Row {
    model: String,
    batch: usize,
    op: &'static str,
    shapes: String,
    uses: usize,
    flops: u64,
    bytes: u64,
    variants: Vec<Variant>,
}

/// Where a model is from.
enum Source {
    Folder(PathBuf),
    Config(String, String),
}

impl Source {
    fn all(arguments: &Arguments) -> Vec<Self> {
        if arguments.grid {
            let of_size = |pixels: usize| {
                [16, 32, 64, 128, 256].map(|channels| {
                    let config = bench::square_unet(pixels, channels);
                    Self::Config(format!("{channels} channels"), config)
                })
            };
            return [28, 32].map(of_size).into_iter().flatten().collect();
        }
        if !arguments.model.is_empty() {
            return arguments.model.iter().cloned().map(Self::Folder).collect();
        }
        let points = Self::Config("points".into(), bench::POINTS_MLP.into());
        SHIPPED.iter().map(|path| Self::Folder(path.into())).chain([points]).collect()
    }

    fn name(&self) -> String {
        match self {
            Self::Folder(path) => path.display().to_string(),
            Self::Config(name, _) => name.clone(),
        }
    }

    async fn load(&self, device: &Device) -> Result<Model> {
        let device = device.clone();
        match self {
            Self::Folder(path) => ModelFolder { model: path.clone() }.load_on(device).await,
            Self::Config(_, config) => {
                Model::from_scratch(device, config, None, 0, |_, _, _| {}).await
            }
        }
    }
}

pub async fn run(arguments: Arguments, choice: Choice) -> Result<()> {
    if arguments.roofline {
        print!("{}", roofline(&arguments).await?);
        return Ok(());
    }
    let devices = choice.open_profiles().await?;
    let peak = bench::peak(&*devices[0]).await?;
    if !arguments.json {
        println!("adapter   {}", devices[0].adapter().description);
        println!("peak      {peak:.1} GFLOP/s of multiply-adds in registers");
    }
    let (mut rows, mut apart) = (Vec::new(), 0);
    for source in Source::all(&arguments) {
        let mut models = Vec::new();
        for device in &devices {
            models.push(source.load(device).await?);
        }
        let models: Vec<&Model> = models.iter().collect();
        for &batch in &arguments.batch {
            if !arguments.json {
                print_heading(&source.name(), batch);
            }
            for kernel in bench::kernels(models[0], batch)? {
                if !kernel.op.contains(&arguments.only) {
                    continue;
                }
                let row = measure(&kernel, &models, peak, source.name(), batch).await?;
                apart += row.variants.iter().filter(|variant| variant.distance > APART).count();
                if !arguments.json {
                    print_row(&row);
                }
                rows.push(row);
            }
        }
    }
    if arguments.json {
        println!("{}", serde_json::json!({ "peak": peak, "kernels": rows }));
    }
    match apart {
        0 => Ok(()),
        _ => Err(Error::Gpu(format!("{apart} kernels answer otherwise than the first variant"))),
    }
}

async fn roofline(arguments: &Arguments) -> Result<String> {
    let mut text = roofline::preface();
    // The processor holds the model; nothing runs on it.
    let device: Device = Rc::new(Cpu::with_threads(Some(1)));
    for source in Source::all(arguments) {
        let model = source.load(&device).await?;
        for &batch in &arguments.batch {
            let mut kernels = bench::kernels(&model, batch)?;
            kernels.retain(|kernel| kernel.op.contains(&arguments.only));
            text += &roofline::of_model(&source.name(), batch, &kernels)?;
        }
    }
    Ok(text)
}

async fn measure(
    kernel: &Kernel,
    models: &[&Model],
    peak: f64,
    model: String,
    batch: usize,
) -> Result<Row> {
    let times = kernel.measure(models).await?;
    let mut variants = Vec::new();
    for (model, time) in models.iter().zip(&times) {
        let profile = model.device.profile();
        let dispatches = kernel.dispatches(profile)?;
        variants.push(Variant {
            profile: name(profile).into(),
            kernels: dispatches.iter().map(|dispatch| dispatch.kernel.entry).collect(),
            workgroups: dispatches.first().map_or(0, Dispatch::workgroups),
            time: *time,
            of_peak: time.gflops / peak,
            distance: time.distance(&times[0]),
            counts: kernel.counts(profile)?,
        });
    }
    let Kernel { op, ref shapes, uses, flops, .. } = *kernel;
    let (shapes, bytes) = (shapes.clone(), kernel.bytes());
    Ok(Row { model, batch, op, shapes, uses, flops, bytes, variants })
}

fn name(profile: Profile) -> &'static str {
    match profile {
        Profile::Gpu => "gpu",
        Profile::Cpu => "cpu",
    }
}

fn print_heading(model: &str, batch: usize) {
    println!();
    println!("{model}, batch {batch}");
    println!(
        "{:<25} {:<28} {:>3} {:<7} {:>9} {:>8} {:>6} {:>8} {:>7} {:>7} {:>6} {:>7}",
        "operation",
        "shapes",
        "×",
        "kernels",
        "ms",
        "GFLOP/s",
        "% peak",
        "loads/ma",
        "B/ma",
        "wg B/ma",
        "work",
        "apart"
    );
}

/// Loads and bytes are those of a multiply-add; "work" is what threads compute, padding and overhang included, over what
/// the operation needs.
fn print_row(row: &Row) {
    for (i, variant) in row.variants.iter().enumerate() {
        let (op, shapes, uses) = match i {
            0 => (row.op, row.shapes.as_str(), row.uses.to_string()),
            _ => ("", "", String::new()),
        };
        let Variant { counts, time, .. } = variant;
        let multiply_adds = counts.flops as f64 / 2.0;
        println!(
            "{op:<25} {shapes:<28} {uses:>3} {:<7} {:>9.3} {:>8.2} {:>6.1} {:>8.2} {:>7.3} {:>7.3} {:>6.2} {:>7.0e}",
            variant.profile,
            time.ms,
            time.gflops,
            100.0 * variant.of_peak,
            counts.loads_per_multiply_add(),
            counts.global_bytes() as f64 / multiply_adds,
            counts.workgroup_bytes as f64 / multiply_adds,
            counts.flops as f64 / row.flops as f64,
            variant.distance,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Models are named as from the project's root, where tests run.
    #[test]
    fn what_is_written_about_kernels_is_what_is_counted() {
        let shipped = SHIPPED.map(PathBuf::from).to_vec();
        let arguments = Arguments {
            model: shipped[..1].to_vec(),
            batch: vec![1, 16],
            grid: false,
            only: String::new(),
            json: false,
            roofline: true,
        };
        let text = pollster::block_on(roofline(&arguments)).expect("counted");
        let written = std::fs::read_to_string("docs/kernels.md").expect("docs/kernels.md");
        let differ = text.lines().zip(written.lines()).find(|(now, then)| now != then);
        let how = "chailou bench kernels --roofline --model assets/models/mnist --batch 1,16";
        assert_eq!(differ, None, "{how} > docs/kernels.md");
        assert_eq!(text.len(), written.len(), "{how} > docs/kernels.md");
    }
}
