//! A model, loaded or begun: architecture, weights on the device, and a program per batch shape.

use std::cell::RefCell;
use std::rc::Rc;

use crate::diffusion::Spacing;
use crate::error::{Error, Result};
use crate::nn::{
    Architecture, ClassConditioning, ClassInput, Denoiser, DenoiserEnds, Net, TimeFeatures,
};
use crate::run::{Builder, Device, Params, Program};
use crate::tensor::{TensorId, TensorMap};
use crate::weights::{Dtype, SchedulerConfig, rename_legacy_attention, strip_wrappers};

/// See the [module documentation](self).
pub struct Model {
    /// The device it lives on.
    pub device: Device,
    /// What `config.json` describes.
    pub architecture: Architecture,
    /// `scheduler_config.json`, or what the architecture wants where there was none.
    pub scheduler: Option<SchedulerConfig>,
    pub(crate) time: TimeFeatures,
    /// The weights that predictions and chains read at every call: written over, they count at once.
    pub(crate) params: Params,
    /// Parameters that only the CPU uses.
    host: TensorMap,
    predictor: RefCell<Option<Rc<Network>>>,
}

/// A network on the device, for one batch shape.
pub struct Network<E = DenoiserEnds> {
    /// The graph and its ends.
    pub net: Net<E>,
    /// Ready to run.
    pub program: Program,
}

impl<E> Network<E> {
    /// Makes a network ready to run at the weights in `params`; `builder` as for [`Program::new`].
    ///
    /// # Errors
    /// The activations are larger than the device allows.
    pub fn new(
        device: &Device,
        net: Net<E>,
        builder: Option<Builder>,
        params: &Params,
    ) -> Result<Self> {
        let program = Program::new(&**device, &net.graph, builder, params)?;
        Ok(Self { net, program })
    }

    /// Address of a tensor in the arena, in vec4 units.
    pub fn address(&self, id: TensorId) -> u32 {
        self.program.address(id) as u32
    }

    /// Writes an input, NHWC without padding.
    ///
    /// # Errors
    /// `values` has not the length of the tensor.
    pub fn write(&self, device: &Device, id: TensorId, values: &[f32]) -> Result<()> {
        self.program.write(&**device, &self.net.graph, id, values)
    }

    /// Reads an output, NHWC without padding.
    ///
    /// # Errors
    /// The device failed or was lost.
    pub async fn read(&self, device: &Device, id: TensorId) -> Result<Vec<f32>> {
        self.program.read(&**device, &self.net.graph, id).await
    }
}

/// What a caller says of the class of each image.
#[derive(Clone, Copy, Debug)]
pub enum Labels<'a> {
    /// Nothing.
    None,
    /// One number an image, or one embedding an image, as the model wants.
    Values(&'a [f32]),
}

/// Number of batch, rows and columns of a call: `[n, c, h, w]` as the caller has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchShape {
    /// Images.
    pub n: usize,
    /// Rows of pixels.
    pub h: usize,
    /// Columns of pixels.
    pub w: usize,
}

/// What a network is built from where no memory is shared, as JSON.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Recipe {
    /// Its `config.json`.
    pub config: Architecture,
    /// Rows of pixels.
    pub h: usize,
    /// Columns of pixels.
    pub w: usize,
    /// The layers that are trained (none: all), where it has a loss and gradients.
    pub layers: Option<Vec<String>>,
}

impl Recipe {
    /// As text.
    pub fn text(&self) -> Rc<str> {
        serde_json::to_string(self).unwrap_or_default().into()
    }

    /// From text.
    ///
    /// # Errors
    /// It is none.
    pub fn from_text(text: &str) -> Result<Self> {
        #[derive(serde::Deserialize)]
        struct Raw {
            config: serde_json::Value,
            h: usize,
            w: usize,
            layers: Option<Vec<String>>,
        }
        let raw: Raw = serde_json::from_str(text).map_err(|e| Error::Config(e.to_string()))?;
        let config = Architecture::from_json(&raw.config.to_string())?;
        Ok(Self { config, h: raw.h, w: raw.w, layers: raw.layers })
    }
}

impl Model {
    /// Reads a diffusers folder's files (the weights in one or in parts) and brings the weights onto the device, compiling every
    /// kernel of the network on the way; `progress` gets (done, total, what).
    ///
    /// # Errors
    /// One sentence naming the key, tensor or limit at fault.
    pub async fn load(
        device: Device,
        config: &str,
        weights: &[impl AsRef<[u8]>],
        scheduler: Option<&str>,
        progress: impl FnMut(usize, usize, &str),
    ) -> Result<Self> {
        let architecture = Architecture::from_json(config)?;
        let scheduler = scheduler.map(SchedulerConfig::from_json).transpose()?;
        let weights = strip_wrappers(TensorMap::from_parts(weights)?);
        let weights = rename_legacy_attention(weights)?;
        Self::new(device, architecture, scheduler, &weights, progress).await
    }

    /// A model that knows nothing yet: the seed decides its weights (torch's default initialisation).
    ///
    /// # Errors
    /// One sentence naming the key or limit at fault.
    pub async fn from_scratch(
        device: Device,
        config: &str,
        scheduler: Option<&str>,
        seed: u64,
        progress: impl FnMut(usize, usize, &str),
    ) -> Result<Self> {
        let architecture = Architecture::from_json(config)?;
        let scheduler = scheduler.map(SchedulerConfig::from_json).transpose()?;
        let weights = architecture.initial_weights(seed)?;
        Self::new(device, architecture, scheduler, &weights, progress).await
    }

    /// Brings weights onto the device, compiling every kernel of the network on the way;
    /// `progress` gets (done, total, what).
    ///
    /// # Errors
    /// One sentence naming the tensor or limit at fault.
    pub async fn new(
        device: Device,
        architecture: Architecture,
        scheduler: Option<SchedulerConfig>,
        weights: &TensorMap,
        mut progress: impl FnMut(usize, usize, &str),
    ) -> Result<Self> {
        let (_, denoiser) = architecture.usual()?;
        denoiser.check(weights)?;
        weights.require_finite()?;
        let params = Params::upload(&*device, &denoiser.graph, weights)?;
        device.warm_up(Some(&denoiser.graph), &[], &mut progress).await?;
        device.check()?;
        let time = architecture.time_features(weights)?;
        let mut host = TensorMap::new();
        if let Ok(tensor) = weights.get("time_proj.weight") {
            host.insert("time_proj.weight", tensor.clone());
        }
        let mut scheduler = scheduler.or_else(|| architecture.default_scheduler());
        if matches!(time, TimeFeatures::Fourier { .. }) {
            // ln t is no number at t = 0, where leading spacing ends.
            scheduler.get_or_insert_default().space_unless_said(Spacing::Trailing);
        }
        let predictor = RefCell::default();
        Ok(Self { device, architecture, scheduler, time, params, host, predictor })
    }

    /// Height and width the model was trained at.
    ///
    /// # Errors
    /// The configuration does not say.
    pub fn sample_size(&self) -> Result<(usize, usize)> {
        self.architecture.sample_size().ok_or_else(|| {
            Error::Config("sample_size is null, so the image size is unknown".into())
        })
    }

    /// Number of scalars in the checkpoint.
    pub fn parameter_count(&self) -> Result<usize> {
        Ok(self.smallest()?.graph.parameter_count())
    }

    /// The network for one picture of the smallest size: it has all parameters.
    pub(crate) fn smallest(&self) -> Result<Denoiser> {
        let (h, w) = self.architecture.smallest_size();
        self.architecture.build(1, h, w, false)
    }

    /// Bytes of weights on the device.
    pub fn weight_bytes(&self) -> u64 {
        self.params.bytes()
    }

    /// Builds the program for a batch shape.
    ///
    /// # Errors
    /// The size does not fit the model, or the activations do not fit the device.
    pub fn network(&self, shape: BatchShape) -> Result<Network> {
        let BatchShape { n, h, w } = shape;
        let net = self.architecture.build(n, h, w, false)?;
        let builder = self.builder(h, w);
        Network::new(&self.device, net, Some(builder), &self.params).map_err(|error| match error {
            Error::Gpu(reason) => Error::Gpu(format!(
                "a batch of {n} images of {h} × {w} pixels is too large for this device: {reason}"
            )),
            other => other,
        })
    }

    /// How the network for pictures of h × w is built for any number of them.
    fn builder(&self, h: usize, w: usize) -> Builder {
        let recipe = Recipe { config: self.architecture.clone(), h, w, layers: None };
        let (text, architecture) = (recipe.text(), self.architecture.clone());
        let build = move |n| Ok(architecture.build(n, h, w, false)?.graph);
        Builder { build: Rc::new(build), recipe: text }
    }

    /// The network's output for a batch. `x` is `[n, c, h, w]`; one t and one label an image.
    ///
    /// # Errors
    /// Lengths that do not fit, a class out of range, or a failing device.
    pub async fn predict(
        &self,
        shape: BatchShape,
        x: &[f32],
        timesteps: &[f64],
        labels: Labels<'_>,
    ) -> Result<Vec<f32>> {
        let channels = self.architecture.in_channels();
        let expected = shape.n * shape.h * shape.w * channels;
        if x.len() != expected {
            let wanted = [shape.n, channels, shape.h, shape.w];
            return Err(Error::shape("sample", wanted, [x.len()]));
        }
        if timesteps.len() != shape.n {
            return Err(Error::shape("timestep", [shape.n], [timesteps.len()]));
        }
        let kept = self.predictor.borrow().clone().filter(|network| {
            let s = network.net.graph.shape(network.net.ends.sample);
            (s.n, s.h, s.w) == (shape.n, shape.h, shape.w)
        });
        let network = match kept {
            Some(network) => network,
            None => {
                let network = Rc::new(self.network(shape)?);
                *self.predictor.borrow_mut() = Some(network.clone());
                network
            }
        };
        self.ask(&network, &network.net.ends, x, timesteps, labels)?;
        self.device.submit(&mut network.program.tasks().iter());
        let y = network.read(&self.device, network.net.ends.output).await?;
        Ok(nhwc_to_nchw(&y, self.architecture.out_channels(), shape.h * shape.w))
    }

    /// Feeds a denoiser: `x` is `[n, c, h, w]`, one t and one label a picture.
    pub(crate) fn ask<E>(
        &self,
        network: &Network<E>,
        ends: &DenoiserEnds,
        x: &[f32],
        timesteps: &[f64],
        labels: Labels,
    ) -> Result<()> {
        let write = |id, values: &[f32]| network.write(&self.device, id, values);
        let shape = network.net.graph.shape(ends.sample);
        write(ends.sample, &nchw_to_nhwc(x, shape.c, shape.h * shape.w))?;
        write(ends.time_features, &self.time_features(timesteps)?)?;
        if let Some(id) = ends.timestep {
            write(id, &timesteps.iter().map(|&t| t as f32).collect::<Vec<_>>())?;
        }
        self.write_labels(network, ends, shape.n, labels)
    }

    pub(crate) fn time_features(&self, timesteps: &[f64]) -> Result<Vec<f32>> {
        let features: Result<Vec<Vec<f32>>> = timesteps.iter().map(|&t| self.time.of(t)).collect();
        Ok(features?.concat())
    }

    /// Checks labels against the model and writes them.
    pub(crate) fn write_labels<E>(
        &self,
        network: &Network<E>,
        ends: &DenoiserEnds,
        n: usize,
        labels: Labels,
    ) -> Result<()> {
        let write = |id, values: &[f32]| network.write(&self.device, id, values);
        match (ends.class, labels) {
            (None, Labels::None) => Ok(()),
            (None, Labels::Values(_)) => {
                Err(Error::Input("this model has no classes, but class labels were given".into()))
            }
            (Some(_), Labels::None) => {
                Err(Error::Input("this model wants a class label for every image".into()))
            }
            (Some(ClassInput::Table(id)), Labels::Values(values)) => {
                self.check_classes(values)?;
                write(id, values)
            }
            (Some(ClassInput::Timestep(id)), Labels::Values(values)) => {
                if values.len() != n {
                    return Err(Error::shape("class_labels", [n], [values.len()]));
                }
                let numbers: Vec<f64> = values.iter().map(|&v| v as f64).collect();
                write(id, &self.time_features(&numbers)?)
            }
            (Some(ClassInput::Identity(id)), Labels::Values(values)) => write(id, values),
        }
    }

    /// Whether all labels are rows of the class table (other kinds of label pass).
    pub fn check_classes(&self, labels: &[f32]) -> Result<()> {
        let ClassConditioning::Table(rows) = self.architecture.class_conditioning() else {
            return Ok(());
        };
        match labels.iter().find(|&&l| l.fract() != 0.0 || !(0.0..rows as f32).contains(&l)) {
            None => Ok(()),
            Some(label) => Err(Error::Input(format!(
                "class {label} is out of range: this model knows classes 0 to {}",
                rows - 1
            ))),
        }
    }

    /// The checkpoint as diffusers names it, safetensors in f32.
    pub async fn save(&self) -> Result<Vec<u8>> {
        let denoiser = self.smallest()?;
        let mut weights = self.params.download(&*self.device, denoiser.graph.params()).await?;
        for (name, tensor) in self.host.iter() {
            weights.insert(name, tensor.clone());
        }
        weights.to_safetensors(Dtype::F32)
    }
}

/// `[n, c, pixels]` → `[n, pixels, c]`.
pub fn nchw_to_nhwc(x: &[f32], channels: usize, pixels: usize) -> Vec<f32> {
    transpose(x, channels, pixels)
}

/// `[n, pixels, c]` → `[n, c, pixels]`.
pub fn nhwc_to_nchw(x: &[f32], channels: usize, pixels: usize) -> Vec<f32> {
    transpose(x, pixels, channels)
}

fn transpose(x: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let at = |i: usize| {
        let (image, column, row) = (i / (rows * columns), i / rows % columns, i % rows);
        x[image * rows * columns + row * columns + column]
    };
    (0..x.len()).map(at).collect()
}
