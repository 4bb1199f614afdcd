//! A diffusion chain that lives on the device: step counter, coefficients, noise, every frame.
//!
//! A step is always the same dispatches (feed the network, the network, update x), so many of them go
//! into one submit and nothing is allocated, bound anew or read back on the way.

#[cfg(all(test, not(target_arch = "wasm32")))]
mod agreement;
mod dims;
mod frames;
mod kernels;
mod options;
mod processor;

pub use dims::STEP_FIELDS;
pub use frames::{Frames, Picture, existing_frame};
pub use kernels::{kernels, routines};
pub use options::{ChainOptions, Direction};

use dims::{Dims, NONE, StepDims};
use kernels::Stage;
use std::cell::{Cell, RefCell};

use crate::busy::Busy;
use crate::diffusion::Step;
use crate::error::{Error, Result};
use crate::model::{BatchShape, Labels, Model, Network};
use crate::nn::{ClassConditioning, TimeFeatures};
use crate::run::{Answer, Device, InFlight, Pace, Submit, Task};

/// See the [module documentation](self).
pub struct Chain {
    device: Device,
    network: Option<Network>,
    steps: Vec<Step>,
    frames: Frames,
    stage: Stage,
    noise: Option<Vec<Vec<f32>>>,
    direction: Direction,
    position: Cell<usize>,
    submits: Cell<usize>,
    pace: Pace,
    busy: Busy,
    fault: RefCell<Option<String>>,
}

impl Chain {
    /// Plans the steps, builds the network for the batch, and puts the first frame in place.
    ///
    /// # Errors
    /// One sentence naming the option or limit at fault.
    pub fn new(model: &Model, options: ChainOptions) -> Result<Self> {
        let device = model.device.clone();
        let (h, w) = model.sample_size()?;
        let batch = options.batch;
        let channels = check_batch(model, batch, (h, w))?;
        let (steps, stream) = options.plan(model.scheduler.as_ref())?;
        check_floors(model, &options, &steps)?;
        let copies = copies(model, &options)?;
        let shape = BatchShape { n: batch * copies, h, w };
        let network = if copies == 0 { None } else { Some(model.network(shape)?) };
        if let Some(network) = &network {
            write_labels(model, network, &options, copies)?;
        }
        let memory = steps.iter().map(Step::memory).max().unwrap_or(0);
        let frames = Frames::new(&*device, batch, channels, (h, w), steps.len(), memory)?;
        let elements = frames.elements();
        let start = check_start(&options, elements)?;
        check_noise(&options, &steps, elements)?;

        let (feature_table, features_c4) = match &network {
            Some(_) => feature_table(&model.time, &steps)?,
            None => (vec![0.0; 4], 1),
        };
        let address = |id| network.as_ref().map_or(0, |n| n.address(id));
        let ends = network.as_ref().map(|n| n.net.ends);
        let dims = Dims {
            elements: elements as u32,
            pixels: (h * w) as u32,
            channels: channels as u32,
            batch: batch as u32,
            copies: copies as u32,
            keep_every: frames.keep_every() as u32,
            kept: frames.kept() as u32,
            sample: ends.map_or(0, |d| address(d.sample)),
            features: ends.map_or(0, |d| address(d.time_features)),
            features_c4: features_c4 as u32,
            timestep: ends.and_then(|d| d.timestep).map_or(NONE, address),
            output: ends.map_or(0, |d| address(d.output)),
            in_c4: channels.div_ceil(4) as u32,
            out_c4: channels.div_ceil(4) as u32,
            guidance: options.guidance as f32,
            seed_low: options.seed as u32,
            seed_high: (options.seed >> 32) as u32,
            stream: stream as u32,
            uploaded_noise: u32::from(options.noise.is_some()),
            first_pair: (options.first_image * frames.image_elements() / 2) as u32,
            memory: memory as u32,
        };
        let table: Vec<StepDims> = steps.iter().map(StepDims::from).collect();
        let (table, features) =
            (bytemuck::cast_slice(&table), bytemuck::cast_slice(&feature_table));
        let flops = network.as_ref().map_or(&[][..], |network| network.program.flops());
        let pace = Pace::new([&[0], flops, &[0]].concat().into_iter());
        let stage = Stage::new(&*device, network.as_ref(), &frames, &dims, table, features)?;
        let chain = Self {
            device,
            network,
            steps,
            frames,
            stage,
            noise: options.noise,
            direction: options.direction,
            position: Cell::new(0),
            submits: Cell::new(0),
            pace,
            busy: Busy::default(),
            fault: RefCell::new(None),
        };
        chain.write_start(start);
        Ok(chain)
    }

    fn write_start(&self, start: Option<Vec<f32>>) {
        if let Some(x) = start {
            let kept = 4 * self.frames.elements() as u64 * 4;
            for at in [0, kept] {
                self.device.write(self.frames.buffer(), at, bytemuck::cast_slice(&x));
            }
            return;
        }
        self.device.submit(&mut std::iter::once(&self.stage.start));
    }

    /// What one step consists of: feeding the network, the network, and what follows from its answer.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        let network = self.network.as_ref().map_or(&[][..], |network| network.program.tasks());
        let (begin, step) = (&self.stage.begin, &self.stage.step);
        std::iter::once(begin).chain(network).chain(std::iter::once(step))
    }

    /// Takes up to `k` steps (fewer at the end) and returns when the device has finished them.
    ///
    /// # Errors
    /// The device failed, another call is still under way, or the chain has ended in what are no numbers.
    pub async fn step(&self, k: usize) -> Result<()> {
        let _held = self.busy.begin("a step of this chain is already under way")?;
        let result = self.run(k).await;
        if let Err(error) = &result {
            *self.fault.borrow_mut() = Some(error.to_string());
        }
        result
    }

    async fn run(&self, k: usize) -> Result<()> {
        self.device.check()?;
        if let Some(fault) = &*self.fault.borrow() {
            return Err(Error::Gpu(format!("this chain stopped earlier: {fault}")));
        }
        let mut in_flight = InFlight::new(self.device.in_flight());
        let (mut at, mut begun) = (0, self.position());
        let (first, last) = (begun, begun + k.min(self.len() - begun));
        while begun < last || !in_flight.is_empty() {
            if begun == last || in_flight.is_full() {
                let landed = in_flight.oldest().await?;
                self.pace.learn(&landed.work, landed.ms);
                self.position.set(self.position() + landed.work.ends);
                continue;
            }
            let most = if self.noise.is_some() { 1 } else { last - begun };
            let submit = self.pace.next(at, most);
            if let Some(noise) = self.noise.as_ref().filter(|_| at == 0) {
                self.device.write(&self.stage.noise, 0, bytemuck::cast_slice(&noise[begun]));
            }
            at = submit.then_at();
            begun += submit.ends;
            in_flight.push(submit, |submit| self.submit(submit));
        }
        if first < last && self.done() {
            self.check_finite().await?;
        }
        Ok(())
    }

    fn submit(&self, Submit { range, times, .. }: &Submit) -> Answer<'_, Result<()>> {
        let step = || self.tasks().skip(range.start).take(range.len());
        self.device.submit(&mut (0..*times).flat_map(|_| step()));
        self.submits.set(self.submits.get() + 1);
        self.device.idle()
    }

    /// No picture is made of what is no number.
    async fn check_finite(&self) -> Result<()> {
        match self.stage.fault(&*self.device).await? {
            None => Ok(()),
            Some(step) => Err(Error::Input(format!(
                "the chain has no picture to show: after step {} of {} (t = {}) x holds values that are no numbers",
                step + 1,
                self.len(),
                self.steps[step].timestep
            ))),
        }
    }

    /// Steps in all.
    #[allow(clippy::len_without_is_empty, reason = "a chain has at least one step")]
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Steps done.
    pub fn position(&self) -> usize {
        self.position.get()
    }

    /// Whether the last frame has been reached.
    pub fn done(&self) -> bool {
        self.position() == self.len()
    }

    /// Submits made for steps so far.
    pub fn submits(&self) -> usize {
        self.submits.get()
    }

    /// The steps, first to last.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Which way it goes.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// Where the pictures are.
    pub fn frames(&self) -> &Frames {
        &self.frames
    }

    /// The network in use; none in a demolition.
    pub fn network(&self) -> Option<&Network> {
        self.network.as_ref()
    }

    /// Waits for the device and reads one picture of every image, `[batch, c, h, w]`.
    ///
    /// # Errors
    /// The frame does not exist yet.
    pub async fn read(&self, picture: Picture, frame: Option<usize>) -> Result<Vec<f32>> {
        let at = self.frames.address(picture, frame, self.position())?;
        self.device.read(self.frames.buffer(), at as u64, self.frames.elements() as u64).await
    }
}

/// What a chain asks of a model and a batch; the channels of a picture.
fn check_batch(model: &Model, batch: usize, (h, w): (usize, usize)) -> Result<usize> {
    let architecture = &model.architecture;
    let channels = architecture.in_channels();
    if channels != architecture.out_channels() {
        let message = "a chain needs a model with as many output as input channels";
        return Err(Error::Config(message.into()));
    }
    if batch == 0 {
        return Err(Error::Input("the batch must hold at least one image".into()));
    }
    if [batch, channels, h, w].map(|v| v as u128).iter().product::<u128>() > 1 << 28 {
        return Err(Error::Input(format!("a batch of {batch} images is too large")));
    }
    Ok(channels)
}

/// A model that embeds ln t knows no t = 0.
fn check_floors(model: &Model, options: &ChainOptions, steps: &[Step]) -> Result<()> {
    if options.direction == Direction::Build
        && matches!(model.time, TimeFeatures::Fourier { .. })
        && steps.iter().any(|s| s.timestep <= 0.0)
    {
        let message =
            "this model embeds ln t and cannot be asked about t = 0: use trailing spacing";
        return Err(Error::Input(message.into()));
    }
    Ok(())
}

/// The time features of each step, in rows of whole vec4s, and the length of a row in vec4s.
fn feature_table(time: &TimeFeatures, steps: &[Step]) -> Result<(Vec<f32>, usize)> {
    let features: Vec<_> = steps.iter().map(|s| time.of(s.timestep)).collect::<Result<_>>()?;
    let width = features.first().map_or(1, |f| f.len().div_ceil(4));
    let mut table = vec![0f32; steps.len() * width * 4];
    for (row, values) in table.chunks_exact_mut(width * 4).zip(&features) {
        row[..values.len()].copy_from_slice(values);
    }
    Ok((table, width))
}

/// Networks side by side in the batch: none for a demolition, two with guidance.
fn copies(model: &Model, options: &ChainOptions) -> Result<usize> {
    if options.direction == Direction::Demolish {
        return Ok(0);
    }
    if !options.guidance.is_finite() {
        return Err(Error::Input(format!("guidance must be a number, not {}", options.guidance)));
    }
    if options.guidance == 1.0 {
        return Ok(1);
    }
    match model.architecture.class_conditioning() {
        ClassConditioning::Table(rows) => match model.architecture.null_class() {
            Some(_) => Ok(2),
            None => Err(Error::Input(format!(
                "guidance = {} compares with the answer for no class, but all {rows} classes of this model are real: its \
                 config.json names no null_class",
                options.guidance
            ))),
        },
        _ => Err(Error::Input("guidance needs a model with a table of classes".into())),
    }
}

fn write_labels(
    model: &Model,
    network: &Network,
    options: &ChainOptions,
    copies: usize,
) -> Result<()> {
    let mut labels = options.labels_of_batch()?;
    if let ClassConditioning::Table(rows) = model.architecture.class_conditioning() {
        match model.architecture.null_class() {
            // An image without a label is of no class.
            Some(null) => {
                if labels.is_empty() {
                    labels = vec![null as f32; options.batch];
                }
                labels.resize(copies * options.batch, null as f32);
            }
            None if labels.is_empty() => {
                return Err(Error::Input(format!(
                    "this model wants a class for every image, 0 to {}: none of them stands for no class",
                    rows - 1
                )));
            }
            None => {}
        }
    }
    let labels = if labels.is_empty() { Labels::None } else { Labels::Values(&labels) };
    model.write_labels(network, &network.net.ends, options.batch * copies, labels)
}

fn check_start(options: &ChainOptions, elements: usize) -> Result<Option<Vec<f32>>> {
    let Some(start) = &options.start else { return Ok(None) };
    if start.len() != elements {
        return Err(Error::shape("starting pictures", [elements], [start.len()]));
    }
    if start.iter().any(|v| !v.is_finite()) {
        return Err(Error::Input("the starting pictures hold a value that is not a number".into()));
    }
    Ok(Some(start.clone()))
}

fn check_noise(options: &ChainOptions, steps: &[Step], elements: usize) -> Result<()> {
    let Some(noise) = &options.noise else { return Ok(()) };
    if noise.len() != steps.len() {
        let message = format!("noise for {} steps was given, not {}", noise.len(), steps.len());
        return Err(Error::Input(message));
    }
    match noise.iter().position(|z| z.len() != elements) {
        Some(i) => Err(Error::shape(format!("z.{i}"), [elements], [noise[i].len()])),
        None => Ok(()),
    }
}
