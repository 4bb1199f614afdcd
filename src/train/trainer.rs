//! [`Trainer`]: training of a diffusion model, whose batches are drawn from a data set and noised.

use std::cell::RefCell;
use std::rc::Rc;

use super::batch::{Batches, Table};
use super::draw::Buckets;
use super::kernels::{batch_routines, optimizer_routines};
use super::losses::Target;
use super::network::{GivenBatch, TrainingNetwork, builder, denoiser_with_loss, write};
use super::options::{TrainerOptions, TrainingSet};
use super::parameters::{Choice, Parameter};
use super::requirements::{channels, classes, scheduler};
use super::state::{self, DrawDims};
use super::training_loop::{Report, TrainingLoop, network_stages};
use super::value_range::to_unit;
use crate::error::Result;
use crate::model::{BatchShape, Model};
use crate::nn::DenoiserEnds;

/// See the [module documentation](super).
pub struct Trainer {
    pub(super) model: Rc<Model>,
    options: TrainerOptions,
    pub(super) training: TrainingLoop<DenoiserEnds, Target>,
    pub(super) buckets: Buckets,
    pub(super) batches: RefCell<Batches>,
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
        mut progress: impl FnMut(usize, usize, &str),
    ) -> Result<Self> {
        options.check()?;
        let device = model.device.clone();
        let (h, w) = model.sample_size()?;
        let values = to_unit(set.values, options.value_range, h * w > 1)?;
        let set = TrainingSet { values: &values, ..set };
        set.check(channels(&model)? * h * w, classes(&model)?)?;
        let power = set.values.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>();
        let scheduler = scheduler(&model, &options)?;
        let pairs = options.objective.table(&scheduler.schedule()?, scheduler.prediction_type)?;
        let table = Table::new(&model, &pairs, power / set.values.len() as f64)?;
        let buckets = table.buckets;

        let shape = BatchShape { n: options.batch, h, w };
        let choice = Choice::new(&model.smallest()?.graph, &options.layers)?;
        let net = denoiser_with_loss(&model, shape, &choice)?;
        let routines = [batch_routines(), optimizer_routines()].concat();
        device.warm_up(Some(&net.graph), &routines, &mut progress).await?;

        let builder = Some(builder(&model, shape, &choice));
        let params = &model.params;
        let training = TrainingLoop::of_choice(
            device.clone(),
            net,
            builder,
            params,
            &options,
            choice,
            buckets,
        )?;
        let network = &training.network;
        let batches = Batches::new(&model, &options, network, table, &training.state, &set)?;
        let [forward, loss] = network_stages(network);
        let optimizer = training.optimizer.borrow();
        let stages = vec![
            batches.draw(&device),
            batches.noise(&device),
            forward,
            loss,
            optimizer.decide(&*device),
            batches.statistics(&device),
            optimizer.update(&*device),
        ];
        drop(optimizer);
        let training = training.with_stages(stages);
        device.check()?;
        Ok(Self { model, options, training, buckets, batches: RefCell::new(batches) })
    }

    /// Takes `k` steps and gives the model the new weights. Stops early if training goes wrong, with the
    /// last good state restored and the reason in [`Report::diverged`]; until something changes (a
    /// smaller learning rate, other data, an undo, a checkpoint) it then takes no further step.
    ///
    /// # Errors
    /// The device failed or was lost, or another call is still under way.
    pub async fn step(&self, k: usize) -> Result<Report> {
        let stood_still = self.training.stands_still();
        let report = self.training.step(k).await?;
        if k > 0 && !stood_still {
            self.publish();
        }
        Ok(report)
    }

    /// Gives the model the weights it is to be sampled with.
    fn publish(&self) {
        self.training.give(&self.model.params, self.options.sample_with);
    }

    /// One step on a given batch instead of a drawn one.
    ///
    /// # Errors
    /// A length that does not fit, or what [`Trainer::step`] fails with.
    pub async fn step_from(&self, batch: &GivenBatch<'_>) -> Result<Report> {
        let _busy = self.training.lock()?;
        self.model.device.check()?;
        if !self.training.stands_still() {
            write(&self.model, &self.training.network, batch)?;
            let draws = self.draws(batch);
            let state = &self.training.state;
            self.model.device.write(state, state::BATCH_AT, bytemuck::cast_slice(&draws));
            self.training.step_from(self.training.step.first_of("network")).await?;
            self.publish();
        }
        Ok(self.training.report())
    }

    /// What the draw stage would say of a given batch.
    fn draws(&self, batch: &GivenBatch) -> Vec<DrawDims> {
        let each = batch.target.len() / batch.weight.len();
        let last = self.buckets.count() - 1;
        let (lowest, highest) = (self.buckets.start(0), self.buckets.start(last + 1) - 1);
        let samples = batch.target.chunks_exact(each).zip(batch.weight).zip(batch.timesteps);
        let draw = |((target, weight), t): ((&[f32], &f32), &f64)| {
            let square: f32 = target.iter().map(|v| v * v).sum();
            let t = (*t as usize).clamp(lowest, highest);
            DrawDims {
                image: 0,
                t: t as u32,
                bucket: self.buckets.of(t) as u32,
                factor: 1.0,
                zero: weight * square / each as f32,
            }
        };
        samples.map(draw).collect()
    }

    /// Other data from the next step on; everything else goes on as it is.
    ///
    /// # Errors
    /// The data does not fit the model or the device, or a call is under way.
    pub fn replace_data(&self, set: TrainingSet<'_>) -> Result<()> {
        let _busy = self.training.lock()?;
        let (h, w) = self.model.sample_size()?;
        let values = to_unit(set.values, self.options.value_range, h * w > 1)?;
        let set = TrainingSet { values: &values, ..set };
        let (network, state) = (&self.training.network, &self.training.state);
        self.batches.borrow_mut().replace(&self.model, network, state, &set)?;
        self.training.begin_judgement();
        Ok(())
    }

    /// Another peak learning rate from the next step on, also after training has been given up.
    ///
    /// # Errors
    /// It is not positive, or a call is under way.
    pub fn set_learning_rate(&self, lr: f64) -> Result<()> {
        self.training.set_learning_rate(lr)
    }

    /// Weights, moments, counters and statistics as at the beginning; the model has its old weights back.
    pub async fn undo(&self) -> Result<()> {
        self.training.undo().await?;
        self.publish();
        Ok(())
    }

    /// The whole state of the run, for [`Trainer::restore`].
    pub async fn checkpoint(&self) -> Result<Vec<u8>> {
        self.training.checkpoint().await
    }

    /// Goes on where a checkpoint was taken, perhaps by another trainer on another device. With the same
    /// options and data on the same kind of adapter the same steps follow.
    ///
    /// # Errors
    /// The bytes are no checkpoint, or one of another model.
    pub async fn restore(&self, bytes: &[u8]) -> Result<()> {
        self.training.restore(bytes).await?;
        self.publish();
        Ok(())
    }

    /// Steps done.
    pub fn position(&self) -> usize {
        self.training.position()
    }

    /// Submits made for steps so far.
    pub fn submits(&self) -> usize {
        self.training.submits()
    }

    /// Dispatches of one step.
    pub fn dispatches(&self) -> usize {
        self.training.dispatches()
    }

    /// The checkpoint's tensors, and which of them are trained.
    pub fn parameters(&self) -> Vec<Parameter> {
        self.training.parameters()
    }

    /// The model that is trained.
    pub fn model(&self) -> &Rc<Model> {
        &self.model
    }

    /// The network with its gradients, for measuring.
    pub(crate) fn network(&self) -> &TrainingNetwork {
        self.training.network()
    }
}
