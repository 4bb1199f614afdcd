//! Files: a diffusers folder in, safetensors in and out.

use std::path::{Path, PathBuf};

use super::device::Choice;
use chailou::model::{BatchShape, Model};
use chailou::tensor::{Tensor, TensorMap};
use chailou::weights::Dtype;
use chailou::{Error, Result};

/// `--model DIR`.
#[derive(clap::Args)]
pub struct ModelFolder {
    /// A diffusers folder: config.json, the weights as safetensors, maybe scheduler_config.json.
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

/// For `data::Set::open`.
pub fn find(path: &str) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some).map_err(|error| file_error(Path::new(path), error)),
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
        let folder = &self.model;
        if !folder.is_dir() {
            return Err(file_error(folder, "is not a folder"));
        }
        let config = text(&folder.join(CONFIG))?;
        let weights = read(&folder.join(WEIGHTS))?;
        let scheduler = folder.join(SCHEDULER);
        let scheduler = if scheduler.exists() { Some(text(&scheduler)?) } else { None };
        let device = device.open().await?;
        let load = Model::load(device, &config, &weights, scheduler.as_deref(), |_, _, _| {});
        at(folder, load.await)
    }
}
