//! `chailou data towers | toy`: made data as safetensors, to train on elsewhere.

use std::path::PathBuf;

use chailou::data::towers;
use chailou::data::toys::Toy;
use chailou::tensor::Tensor;
use chailou::{Error, Result};

use super::{folder, png};

/// The most pictures in one file: 2.5 GB of f32.
const MOST: u32 = 200_000;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    set: Set,
}

#[derive(clap::Subcommand)]
enum Set {
    /// Small colour pictures of towers, [N,3,32,32] in −1…1.
    Towers(Towers),
    /// Points in the plane, [N,2], standardised.
    Toy(ToySet),
}

#[derive(clap::Args)]
struct Towers {
    /// Number of pictures.
    #[arg(long)]
    n: u32,
    /// The same seed makes the same pictures everywhere.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// safetensors with images [N,3,32,32].
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// A picture of the first hundred.
    #[arg(long, value_name = "FILE.png")]
    png: Option<PathBuf>,
}

#[derive(clap::Args)]
struct ToySet {
    /// moons, swiss_roll, eight_gaussians, checkerboard, spiral, rings, skyline, chai or jian.
    #[arg(long)]
    name: String,
    /// Number of points.
    #[arg(long)]
    n: usize,
    /// The same seed makes the same points everywhere.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// safetensors with points [N,2].
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    match &arguments.set {
        Set::Towers(set) => draw_towers(set),
        Set::Toy(set) => scatter(set),
    }
}

fn scatter(ToySet { name, n, seed, out }: &ToySet) -> Result<()> {
    let points = name.parse::<Toy>()?.points(*n, *seed)?;
    let points = Tensor::new(vec![*n, 2], points)?;
    folder::write_tensors(out, vec![("points".into(), points)])
}

fn draw_towers(Towers { n, seed, out, png: preview }: &Towers) -> Result<()> {
    if *n == 0 || *n > MOST {
        return Err(Error::Input(format!("--n must lie between 1 and {MOST}, not {n}")));
    }
    let images = towers::towers(*seed, *n);
    if let Some(path) = preview {
        let shown = (*n as usize).min(100);
        png::write_grid(path, &images, shown, [3, towers::SIZE, towers::SIZE])?;
    }
    let images = Tensor::new(vec![*n as usize, 3, towers::SIZE, towers::SIZE], images)?;
    folder::write_tensors(out, vec![("images".into(), images)])
}
