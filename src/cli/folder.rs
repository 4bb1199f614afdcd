//! Files: a diffusers folder in, safetensors in and out.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::device::Choice;
use chailou::data::{Entry, Files, Set};
use chailou::diffusion::Sampler;
use chailou::error::few;
use chailou::model::{BatchShape, Model};
use chailou::run::Device;
use chailou::tensor::{Tensor, TensorMap};
use chailou::weights::{Candidate, Dtype, Lack, Missing, find_models, is_weights, is_whole};
use chailou::{Error, Result};

/// `--model DIR`.
#[derive(clap::Args)]
pub struct ModelFolder {
    /// A diffusers folder: config.json, the weights as safetensors, maybe scheduler_config.json; or one that holds such
    /// a folder, as a pipeline's does; or a file of weights in one.
    #[arg(long, value_name = "DIR")]
    pub model: PathBuf,
}

pub const CONFIG: &str = "config.json";
pub const WEIGHTS: &str = "diffusion_pytorch_model.safetensors";
pub const SCHEDULER: &str = "scheduler_config.json";

pub fn file_error(path: &Path, reason: impl ToString) -> Error {
    Error::File { path: path.display().to_string(), reason: reason.to_string() }
}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| file_error(path, e))
}

/// The files of this computer, for `data::Set::open`.
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        found(path, std::fs::read(path))
    }

    fn head(&self, path: &str, count: usize) -> Result<Option<Vec<u8>>> {
        let mut bytes = vec![];
        let opened = std::fs::File::open(path);
        let read = opened.and_then(|file| file.take(count as u64).read_to_end(&mut bytes));
        Ok(found(path, read)?.map(|_| bytes))
    }

    fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>> {
        if !Path::new(folder).is_dir() {
            return Ok(None);
        }
        let entry = |entry: std::io::Result<std::fs::DirEntry>| {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let path = if folder == "." { name } else { format!("{folder}/{name}") };
            let is_folder = Path::new(&path).is_dir();
            Ok(if is_folder { Entry::Folder(path) } else { Entry::File(path) })
        };
        let listed = std::fs::read_dir(folder).and_then(|entries| entries.map(entry).collect());
        let mut entries: Option<Vec<Entry>> = found(folder, listed)?;
        entries.iter_mut().for_each(|entries| entries.sort());
        Ok(entries)
    }
}

fn found<T>(path: &str, result: std::io::Result<T>) -> Result<Option<T>> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        result => result.map(Some).map_err(|error| file_error(Path::new(path), error)),
    }
}

/// Says in quiet lines what a set is, as far as a reader may not have expected it.
pub fn tell(set: &Set) {
    for line in &set.notes {
        note(format_args!("{}: {line}", set.name));
    }
    let counts: Vec<String> =
        set.tally().iter().map(|(class, n)| format!("{n} of {class}")).collect();
    if !counts.is_empty() {
        note(format_args!("{}: classes {}", set.name, counts.join(", ")));
    }
}

pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|e| file_error(path, e))
}

pub fn text(path: &Path) -> Result<String> {
    String::from_utf8(read(path)?).map_err(|_| file_error(path, "is not UTF-8 text"))
}

/// Puts the path in front of what a parser says.
pub fn at<T>(path: &Path, result: Result<T>) -> Result<T> {
    result.map_err(|error| file_error(path, error))
}

pub fn read_tensors(path: &Path) -> Result<TensorMap> {
    at(path, TensorMap::from_safetensors(&read(path)?))
}

pub fn write_tensors(path: &Path, tensors: Vec<(String, Tensor)>) -> Result<()> {
    let map: TensorMap = tensors.into_iter().collect();
    write(path, &map.to_safetensors(Dtype::F32)?)
}

/// What a file asks the network: pictures, and the timestep of each.
pub struct Question<'a> {
    /// `[B, C, H, W]`, the model's channels and at least one value.
    pub pictures: &'a Tensor,
    pub shape: BatchShape,
    /// One a picture.
    pub timesteps: Vec<f64>,
}

impl<'a> Question<'a> {
    /// Of the tensors `name` and `timestep` in the file at `path`; one timestep alone counts for the whole batch.
    pub fn new(path: &Path, file: &'a TensorMap, name: &str, model: &Model) -> Result<Self> {
        let pictures = at(path, file.get(name))?;
        let [n, c, h, w] = pictures.shape[..] else {
            return Err(Error::shape(name, "[B, C, H, W]", &pictures.shape));
        };
        let channels = model.architecture.in_channels();
        if c != channels || pictures.data.is_empty() {
            let least = [n, channels, h, w].map(|size| size.max(1));
            return Err(Error::shape(name, least, &pictures.shape));
        }
        let given = at(path, file.get("timestep"))?;
        let mut timesteps: Vec<f64> = given.data.iter().map(|&t| f64::from(t)).collect();
        if let [t] = timesteps[..] {
            timesteps = vec![t; n];
        }
        if timesteps.len() != n {
            return Err(Error::shape("timestep", [n], [timesteps.len()]));
        }
        Ok(Self { pictures, shape: BatchShape { n, h, w }, timesteps })
    }
}

impl ModelFolder {
    /// Opens a device and loads the model.
    pub async fn load(&self, device: Choice) -> Result<Model> {
        let found = self.find()?;
        self.open(&found, device.open().await?).await
    }

    /// Loads the model onto a device.
    pub async fn load_on(&self, device: Device) -> Result<Model> {
        self.open(&self.find()?, device).await
    }

    /// The same, with a line on where the noise schedule comes from, for what depends on it.
    pub async fn load_with_schedule(&self, device: Choice) -> Result<Model> {
        let found = self.find()?;
        let model = self.open(&found, device.open().await?).await?;
        let scheduler = model.scheduler.clone().unwrap_or_default();
        let steps = scheduler.num_train_timesteps;
        match (&found.scheduler, scheduler.no_sampler()) {
            (None, _) => note(format_args!("no {SCHEDULER}: DDPM's linear β, T = {steps} assumed")),
            (Some(_), Some(_)) => {}
            (Some(path), None) => {
                let sampler = scheduler.sampler;
                let sigma = match sampler {
                    Sampler::Ddpm(ddpm) => format!(", {}", ddpm.variance.name()),
                    _ => String::new(),
                };
                let class = sampler.class();
                note(format_args!("{}: {class}{sigma}, T = {steps}", self.shown(path)));
            }
        }
        Ok(model)
    }

    async fn open(&self, found: &Candidate, device: Device) -> Result<Model> {
        let weights: Vec<Vec<u8>> =
            found.weights.iter().map(|path| read(Path::new(path))).collect::<Result<_>>()?;
        let config = text(Path::new(&found.config))?;
        let scheduler = found.scheduler.as_deref().map(|path| text(Path::new(path))).transpose()?;
        let load = Model::load(device, &config, &weights, scheduler.as_deref(), |_, _, _| {});
        at(Path::new(&self.shown(&found.folder)), load.await)
    }

    /// The one model that is meant.
    fn find(&self) -> Result<Candidate> {
        let found = find_models(&self.paths()?);
        if let Some(missing) = &found.missing {
            return Err(file_error(&self.model, self.explain(missing)));
        }
        let several = |of: fn(&Candidate) -> &str| {
            let shown: Vec<_> = found.candidates.iter().map(|one| self.shown(of(one))).collect();
            let message =
                format!("{} models lie here: {}; name one of them", shown.len(), few(&shown));
            file_error(&self.model, message)
        };
        match &found.candidates[..] {
            [one] => {
                let others: Vec<_> = found.others.iter().map(|path| self.shown(path)).collect();
                if !others.is_empty() {
                    note(format_args!("{} is used, not {}", self.shown(&one.folder), few(&others)));
                }
                Ok(one.clone())
            }
            [first, second, ..] if first.folder == second.folder => {
                Err(several(|one| &one.weights[0]))
            }
            _ => Err(several(|one| &one.folder)),
        }
    }

    /// All files that may matter: those inside the folder, or beside the weights if `--model` names those, and a
    /// pipeline's scheduler further up.
    fn paths(&self) -> Result<Vec<String>> {
        let model = std::path::absolute(&self.model).map_err(|e| file_error(&self.model, e))?;
        let named = model.is_file().then_some(&model);
        let folder = named.and_then(|file| file.parent()).unwrap_or(&model);
        if !folder.is_dir() {
            return Err(file_error(&self.model, "there is no such folder"));
        }
        let mut paths = Vec::new();
        list(folder, if named.is_some() { 0 } else { DEPTH }, &mut paths);
        if let Some(file) = named.filter(|file| is_whole(&file.to_string_lossy())) {
            paths.retain(|path| path == file || !is_weights(&path.to_string_lossy()));
        }
        for above in folder.ancestors().skip(1).take(DEPTH) {
            let path = above.join("scheduler").join(SCHEDULER);
            if path.is_file() {
                paths.push(path);
            }
        }
        paths.sort();
        let strokes = |path: &PathBuf| path.display().to_string().replace('\\', "/");
        Ok(paths.iter().map(strokes).collect())
    }

    /// A path as the user would write it.
    fn shown(&self, path: &str) -> String {
        let root = std::path::absolute(&self.model).unwrap_or_default();
        match Path::new(path).strip_prefix(&root) {
            Ok(rest) if rest.as_os_str().is_empty() => self.model.display().to_string(),
            Ok(rest) => self.model.join(rest).display().to_string(),
            Err(_) => path.to_owned(),
        }
    }

    /// What is missing, as a sentence with the folder's contents in view.
    fn explain(&self, Missing { lack, name, folder, there, more }: &Missing) -> String {
        let contents = match (there.len(), more) {
            (0, _) => "it is empty".to_owned(),
            (1, 0) => format!("there is only {}", there[0]),
            (_, 0) => format!("there are {}", there.join(", ")),
            _ => format!("there are {} and {more} more", there.join(", ")),
        };
        let folder = self.shown(folder);
        let place = if folder == self.model.display().to_string() {
            String::new()
        } else {
            format!(" in {folder}")
        };
        match lack {
            Lack::Config => format!("no {CONFIG} here; {contents}"),
            Lack::Weights => {
                format!("no weights (.safetensors) beside {CONFIG}{place}; {contents}")
            }
            Lack::Part => format!("{name}, a part of the weights, is missing{place}; {contents}"),
            Lack::Converted => format!(
                "{name}{place} is PyTorch's own format; save it as safetensors: python -c \"import torch, \
                 safetensors.torch as s; s.save_file(torch.load('{name}', 'cpu', weights_only=True), '{WEIGHTS}')\""
            ),
        }
    }
}

/// Folders inside folders that are looked through.
const DEPTH: usize = 3;
/// Files looked at, at most.
const MOST_FILES: usize = 10_000;

/// The files in a folder and, `depth` deep, in those inside it; what cannot be read counts as not there.
fn list(folder: &Path, depth: usize, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if into.len() >= MOST_FILES {
            return;
        }
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        match path.is_dir() {
            true if depth > 0 && !hidden => list(&path, depth - 1, into),
            true => {}
            false => into.push(path),
        }
    }
}

/// A quiet line on what was assumed or chosen.
pub fn note(line: impl std::fmt::Display) {
    eprintln!("chailou: {line}");
}
