//! `chailou data`: a made or read set as safetensors, to train on elsewhere.

use std::path::PathBuf;

use chailou::data::{Set, SetOptions, kinds};
use chailou::tensor::Tensor;
use chailou::{Error, Result};

use super::{folder, png};

/// Pictures on the PNG.
const SHOWN: usize = 100;
/// A label of an IDX file is a byte.
const MOST_CLASSES: usize = 256;

#[derive(clap::Args)]
pub struct Arguments {
    #[arg(help = format!("What to make or read, with what stands here after the colon: {}", kinds()))]
    kind: String,
    /// The NAME, FILE, DIR or number that the kind wants.
    argument: Option<String>,
    /// The same, of a toy.
    #[arg(long, conflicts_with = "argument")]
    name: Option<String>,
    /// Number of samples of a set that is made.
    #[arg(long)]
    n: Option<usize>,
    /// The same seed makes the same set everywhere.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The columns of a table that are x and y, by their headings or counted from 1.
    #[arg(long, value_delimiter = ',', value_name = "A,B")]
    columns: Vec<String>,
    /// safetensors with images [N,C,H,W] or points [N,2], and labels [N] where there are classes.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// A picture of the first hundred.
    #[arg(long, value_name = "FILE.png")]
    png: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let Arguments { kind, n, seed, columns, .. } = arguments;
    let argument = arguments.argument.clone().or_else(|| arguments.name.clone());
    let argument = argument.or_else(|| n.map(|n| n.to_string())).unwrap_or_default();
    let options =
        SetOptions { n: *n, seed: *seed, columns: columns.clone(), classes: Some(MOST_CLASSES) };
    let set = Set::open(&format!("{kind}:{argument}"), &options, &folder::find)?;
    let (count, [c, h, w]) = (set.len(), set.shape);
    if let Some(path) = &arguments.png {
        if set.is_points() {
            return Err(Error::Input(format!("--png: {} are points, not pictures", set.name)));
        }
        png::write_grid(path, &set.values, count.min(SHOWN), set.shape)?;
    }
    let (name, shape) = match set.is_points() {
        true => ("points", vec![count, 2]),
        false => ("images", vec![count, c, h, w]),
    };
    let mut tensors = vec![(name.to_owned(), Tensor::new(shape, set.values)?)];
    if let Some(labels) = set.labels {
        let labels = labels.into_iter().map(|label| label as f32).collect();
        tensors.push(("labels".into(), Tensor::new(vec![count], labels)?));
    }
    folder::write_tensors(&arguments.out, tensors)
}
