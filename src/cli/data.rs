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
    /// A table's first line is a point, even where it looks like headings.
    #[arg(long)]
    no_heading: bool,
    /// Pictures with rows for columns, as EMNIST's files want it.
    #[arg(long)]
    transpose: bool,
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
    let options = SetOptions {
        n: *n,
        seed: *seed,
        columns: columns.clone(),
        no_heading: arguments.no_heading,
        transpose: arguments.transpose,
        classes: Some(MOST_CLASSES),
    };
    let set = Set::open(&format!("{kind}:{argument}"), &options, &folder::Disk)?;
    folder::tell(&set);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// An L of 28 × 20 and of 20 × 28 pixels has as many bytes either way: only its shape tells which it is.
    #[test]
    fn an_l_stands_upright_in_every_file() {
        for [h, w] in [[28usize, 20usize], [20, 28]] {
            let ink = |row: usize, column: usize| column == 2 || row == h - 3;
            let level = |at: usize| if ink(at / w, at % w) { 255u8 } else { 0 };
            let head = [0x803, 1, h as u32, w as u32].map(u32::to_be_bytes).concat();
            let folder = std::env::temp_dir().join(format!("chailou-l-{h}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            let pixels: Vec<u8> = (0..h * w).map(level).collect();
            std::fs::write(folder.join("images.idx"), [head, pixels.clone()].concat()).unwrap();
            let made = |transpose| {
                let (out, png) = (folder.join("l.safetensors"), folder.join("l.png"));
                let arguments = Arguments {
                    kind: "mnist".into(),
                    argument: Some(folder.to_str().unwrap().into()),
                    name: None,
                    n: None,
                    seed: 0,
                    columns: vec![],
                    no_heading: false,
                    transpose,
                    out: out.clone(),
                    png: Some(png.clone()),
                };
                run(&arguments).unwrap_or_else(|e| panic!("{e}"));
                let tensors = folder::read_tensors(&out).unwrap();
                let decoder =
                    ::png::Decoder::new(std::io::BufReader::new(std::fs::File::open(png).unwrap()));
                let mut reader = decoder.read_info().unwrap();
                let mut seen = vec![0; reader.output_buffer_size().unwrap()];
                let info = reader.next_frame(&mut seen).unwrap();
                let images = tensors.get("images").unwrap().clone();
                (images, seen, [info.height as usize, info.width as usize])
            };
            let (images, seen, size) = made(false);
            assert_eq!((images.shape, size), (vec![1, 1, h, w], [h, w]));
            assert_eq!(seen, pixels, "the PNG's pixels");
            assert!(images.data.iter().zip(&pixels).all(|(v, &p)| ((v + 1.0) * 127.5) as u8 == p));
            let (images, seen, size) = made(true);
            assert_eq!((images.shape, size), (vec![1, 1, w, h], [w, h]));
            assert!((0..h * w).all(|at| seen[at] == level(at % h * w + at / h)), "turned");
            std::fs::remove_dir_all(&folder).unwrap();
        }
    }
}
