//! [`Trainer`]: the parts put together, and what may be done with them.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use super::batch::{Batches, Table, channels, classes, scheduler};
use super::draw::Buckets;
use super::kernels::{batch_kernels, batch_layout, optimizer_kernels, optimizer_layout};
use super::network::{GivenBatch, TrainingGraph, TrainingNetwork};
use super::optimizer::{Operands, Optimizer};
use super::options::{SampleWith, TrainerOptions, TrainingSet};
use super::pace::{Pace, Submit};
use super::parameters::Choice;
use super::snapshot::{Live, Snapshot};
use super::state::{self, DrawDims, Scalars};
use crate::clock::Stopwatch;
use crate::error::{Error, Result};
use crate::gpu::Gpu;
use crate::model::{BatchShape, Model};
use crate::run::{Params, Program};

/// Good steps between two snapshots.
const SNAPSHOT_EVERY: usize = 100;
/// A snapshot is only taken while the smoothed loss is at most this far above its lowest.
const STILL_GOOD: f32 = 1.5;

/// Where training stands.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Steps done.
    pub step: usize,
    /// Mean loss of the newest batch.
    pub loss: f32,
    /// Learning rate of the newest step.
    pub lr: f32,
    /// Norm of its gradient before clipping.
    pub grad_norm: f32,
    /// Why training stands still, in one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diverged: Option<String>,
}

/// See the [module documentation](super).
pub struct Trainer {
    pub(super) model: Rc<Model>,
    pub(super) options: TrainerOptions,
    pub(super) choice: Choice,
    pub(super) network: TrainingNetwork,
    pub(super) weights: Params,
    pub(super) began_with: Params,
    pub(super) state: wgpu::Buffer,
    pub(super) buckets: Buckets,
    pub(super) batches: RefCell<Batches>,
    pub(super) optimizer: RefCell<Optimizer>,
    pub(super) snapshot: Snapshot,
    pub(super) snapshot_step: Cell<usize>,
    pub(super) pace: Pace,
    pub(super) report: RefCell<Report>,
    pub(super) submits: Cell<usize>,
    pub(super) busy: Cell<bool>,
}

/// Lowers the flag when dropped, so that an abandoned future leaves nothing locked.
pub(super) struct Busy<'a>(&'a Cell<bool>);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Trainer {
    /// Makes everything that training needs, compiling every kernel on the way; `progress` gets (done,
    /// total, what).
    ///
    /// # Errors
    /// One sentence naming the option, the data or the limit at fault.
    pub async fn new(
        model: Rc<Model>,
        set: TrainingSet<'_>,
        options: TrainerOptions,
        progress: impl FnMut(usize, usize, &str),
    ) -> Result<Self> {
        options.check()?;
        let gpu = model.gpu.clone();
        let (h, w) = model.sample_size()?;
        let channels = channels(&model)?;
        set.check(channels * h * w, classes(&model)?)?;
        let power = set.values.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>();
        let scheduler = scheduler(&model, &options)?;
        let pairs = options.objective.table(&scheduler.schedule()?, scheduler.prediction_type)?;
        let table = Table::new(&model, &pairs, power / set.values.len() as f64)?;
        let buckets = table.buckets;

        let shape = BatchShape { n: options.batch, h, w };
        let choice = Choice::new(&model.smallest()?.graph, &options.layers)?;
        let graph = TrainingGraph::new(&model, shape, &choice)?;
        let kernels = Program::kernels(&graph.denoiser.graph, &model.params, gpu.profile)?;
        let network = kernels.into_iter().map(|kernel| (kernel, gpu.layout.clone()));
        let batch = batch_kernels().map(|kernel| (kernel, batch_layout(&gpu)));
        let optimizer = optimizer_kernels().map(|kernel| (kernel, optimizer_layout(&gpu)));
        let all: Vec<_> = network.chain(batch).chain(optimizer).collect();
        gpu.warm_up(&all, progress).await?;

        let weights = model.params.twin(&gpu, "the weights in training")?;
        let began_with = model.params.twin(&gpu, "the weights it began with")?;
        let network = graph.prepare(&gpu, &weights)?;
        let state = gpu.storage("the state of training", state::bytes(options.batch))?;
        let ranges = choice.ranges(&network.network.denoiser.graph)?;
        let operands = Operands {
            arena: &network.network.program.arena,
            gradients: network.gradients()?,
            loss: network.address(network.loss) as usize,
            state: &state,
            weights: &weights.buffer,
            vec4s: weights.vec4s(),
            ranges: &ranges,
        };
        let optimizer = Optimizer::new(&gpu, &options, &buckets, &operands)?;
        let batches = Batches::new(&model, &options, &network, table, &state, &set)?;
        let snapshot = Snapshot::new(&gpu, weights.bytes())?;
        let flops = network.network.program.flops(&network.network.denoiser.graph);
        let trainer = Self {
            pace: Pace::new([0].into_iter().chain(flops).chain([0])),
            model,
            choice,
            network,
            weights,
            began_with,
            state,
            buckets,
            batches: RefCell::new(batches),
            optimizer: RefCell::new(optimizer),
            snapshot,
            snapshot_step: Cell::new(0),
            report: RefCell::new(Report {
                step: 0,
                loss: 0.0,
                lr: options.lr as f32,
                grad_norm: 0.0,
                diverged: None,
            }),
            submits: Cell::new(0),
            busy: Cell::new(false),
            options,
        };
        trainer.begin();
        gpu.check()?;
        Ok(trainer)
    }

    pub(super) fn gpu(&self) -> &Gpu {
        &self.model.gpu
    }

    pub(super) fn lock(&self) -> Result<Busy<'_>> {
        if self.busy.replace(true) {
            return Err(Error::Input(
                "this trainer is already at work: await the last call".into(),
            ));
        }
        Ok(Busy(&self.busy))
    }

    /// Runs `f` with the buffers that are the run.
    pub(super) fn with_live<T>(&self, f: impl FnOnce(&Live) -> T) -> T {
        let moments = self.optimizer.borrow().moments.clone();
        let live = Live { weights: &self.weights.buffer, moments: &moments, state: &self.state };
        f(&live)
    }

    /// Weights as at the beginning, moments, counters and statistics empty.
    pub(super) fn begin(&self) {
        let mut encoder = self.gpu().device.create_command_encoder(&Default::default());
        let bytes = self.weights.bytes();
        let begin = &self.began_with.buffer;
        self.gpu().queue.write_buffer(
            &self.state,
            0,
            bytemuck::cast_slice(&state::beginning(&self.buckets)),
        );
        self.with_live(|live| {
            encoder.clear_buffer(live.moments, 0, Some(2 * bytes));
            encoder.clear_buffer(live.state, 4 * state::LOSSES_AT, None);
            encoder.copy_buffer_to_buffer(begin, 0, live.weights, 0, bytes);
            encoder.copy_buffer_to_buffer(begin, 0, live.moments, 2 * bytes, bytes);
            self.snapshot.take(&mut encoder, live);
        });
        encoder.copy_buffer_to_buffer(begin, 0, &self.model.params.buffer, 0, bytes);
        self.gpu().queue.submit([encoder.finish()]);
        self.snapshot_step.set(0);
        let lr = self.options.lr as f32;
        *self.report.borrow_mut() =
            Report { step: 0, loss: 0.0, lr, grad_norm: 0.0, diverged: None };
    }

    /// Records dispatches of a step: 0 makes the batch, the last decides and updates, the network's lie
    /// between them.
    fn encode(&self, pass: &mut wgpu::ComputePass, range: Range<usize>) {
        let count = self.network.network.program.dispatch_count();
        if range.contains(&0) {
            self.batches.borrow().encode(pass);
        }
        let of_network = |dispatch: usize| dispatch.saturating_sub(1).min(count);
        let part = of_network(range.start)..of_network(range.end);
        self.network.network.program.encode_range(pass, part);
        if range.contains(&(count + 1)) {
            self.encode_end(pass);
        }
    }

    fn encode_end(&self, pass: &mut wgpu::ComputePass) {
        let optimizer = self.optimizer.borrow();
        optimizer.encode_decision(pass);
        self.batches.borrow().encode_statistics(pass);
        optimizer.encode_update(pass);
    }

    /// Takes `k` steps and gives the model the new weights. Stops early if training goes wrong, with the
    /// last good state restored and the reason in [`Report::diverged`]; until something changes (a
    /// smaller learning rate, other data, an undo, a checkpoint) it then takes no further step.
    ///
    /// # Errors
    /// The device failed or was lost, or another call is still under way.
    pub async fn step(&self, k: usize) -> Result<Report> {
        let _busy = self.lock()?;
        self.gpu().check()?;
        if self.report.borrow().diverged.is_none() && k > 0 {
            self.run(k).await?;
            self.publish();
        }
        Ok(self.report.borrow().clone())
    }

    async fn run(&self, k: usize) -> Result<()> {
        let dispatches = self.network.network.program.dispatch_count() + 2;
        let (mut at, mut left) = (0, k);
        while left > 0 {
            let until_snapshot = SNAPSHOT_EVERY - self.position() % SNAPSHOT_EVERY;
            let submit = self.pace.next(at, left.min(until_snapshot));
            let watch = Stopwatch::start();
            self.gpu().compute(|pass| match &submit {
                Submit::Steps(count) => {
                    (0..*count).for_each(|_| self.encode(pass, 0..dispatches));
                }
                Submit::Part(range) => self.encode(pass, range.clone()),
            });
            self.submits.set(self.submits.get() + 1);
            let steps = match &submit {
                Submit::Steps(count) => *count,
                Submit::Part(range) => usize::from(range.end == dispatches),
            };
            at = match &submit {
                Submit::Part(range) if steps == 0 => range.end,
                _ => 0,
            };
            if steps == 0 {
                self.gpu().idle().await?;
            } else if self.look().await?.is_some() {
                return Ok(());
            }
            self.pace.learn(&submit, watch.ms());
            left -= steps;
        }
        Ok(())
    }

    /// Reads where the run stands; if it has gone wrong, restores the last good state and returns why.
    pub(super) async fn look(&self) -> Result<Option<String>> {
        let words = self.gpu().read(&self.state, 0, state::SCALARS as u64).await?;
        let now: Scalars = state::scalars(&words);
        let mut report = Report {
            step: now.step as usize,
            loss: now.loss,
            lr: now.lr,
            grad_norm: now.norm,
            diverged: None,
        };
        if now.fault != 0 {
            report.diverged = Some(self.sentence(&now));
            report.step = self.snapshot_step.get();
            self.copy(|encoder, live| self.snapshot.give(encoder, live));
        } else if report.step.is_multiple_of(SNAPSHOT_EVERY)
            && now.relative <= STILL_GOOD * now.best
        {
            self.copy(|encoder, live| self.snapshot.take(encoder, live));
            self.snapshot_step.set(report.step);
        }
        let diverged = report.diverged.clone();
        *self.report.borrow_mut() = report;
        Ok(diverged)
    }

    fn sentence(&self, now: &Scalars) -> String {
        let what = match now.fault {
            state::NOT_FINITE if !now.norm.is_finite() && now.loss.is_finite() => {
                "the gradient is no longer a number".to_string()
            }
            state::NOT_FINITE => "the loss is no longer a number".to_string(),
            _ => format!("the loss has risen to {:.3}", now.loss),
        };
        format!(
            "Training went wrong at step {}: {what}; the weights of step {} are back, try a learning \
             rate smaller than {}.",
            now.fault_step,
            self.snapshot_step.get(),
            self.optimizer.borrow().learning_rate()
        )
    }

    pub(super) fn copy(&self, record: impl FnOnce(&mut wgpu::CommandEncoder, &Live)) {
        let mut encoder = self.gpu().device.create_command_encoder(&Default::default());
        self.with_live(|live| record(&mut encoder, live));
        self.gpu().queue.submit([encoder.finish()]);
    }

    /// Gives the model the weights it is to be sampled with.
    pub(super) fn publish(&self) {
        let bytes = self.weights.bytes();
        let to = &self.model.params.buffer;
        self.copy(|encoder, live| match self.options.sample_with {
            SampleWith::Ema => encoder.copy_buffer_to_buffer(live.moments, 2 * bytes, to, 0, bytes),
            SampleWith::Raw => encoder.copy_buffer_to_buffer(live.weights, 0, to, 0, bytes),
        });
    }

    /// One step on a given batch instead of a drawn one.
    ///
    /// # Errors
    /// A length that does not fit, or what [`Trainer::step`] fails with.
    pub async fn step_from(&self, batch: &GivenBatch<'_>) -> Result<Report> {
        let _busy = self.lock()?;
        self.gpu().check()?;
        if self.report.borrow().diverged.is_some() {
            return Ok(self.report.borrow().clone());
        }
        self.network.write(&self.model, batch)?;
        let each = batch.target.len() / batch.weight.len();
        let last = self.buckets.count() - 1;
        let draws = batch.target.chunks_exact(each).zip(batch.weight).zip(batch.timesteps);
        let draws: Vec<DrawDims> = draws
            .map(|((target, weight), t)| {
                let square: f32 = target.iter().map(|v| v * v).sum();
                let t =
                    (*t as usize).clamp(self.buckets.start(0), self.buckets.start(last + 1) - 1);
                DrawDims {
                    image: 0,
                    t: t as u32,
                    bucket: self.buckets.of(t) as u32,
                    factor: 1.0,
                    zero: weight * square / each as f32,
                }
            })
            .collect();
        self.gpu().queue.write_buffer(&self.state, state::BATCH_AT, bytemuck::cast_slice(&draws));
        self.gpu().compute(|pass| {
            self.network.network.program.encode(pass);
            self.encode_end(pass);
        });
        self.look().await?;
        self.publish();
        Ok(self.report.borrow().clone())
    }

    /// Steps done.
    pub fn position(&self) -> usize {
        self.report.borrow().step
    }

    /// Submits made for steps so far.
    pub fn submits(&self) -> usize {
        self.submits.get()
    }

    /// The model that is trained.
    pub fn model(&self) -> &Rc<Model> {
        &self.model
    }

    /// The network with its gradients, for measuring.
    pub(crate) fn network(&self) -> &crate::model::Network {
        &self.network.network
    }

    /// Dispatches of one step.
    pub fn dispatches(&self) -> usize {
        self.network.network.program.dispatch_count() + 6
    }
}
