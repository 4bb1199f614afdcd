//! [`TrainingLoop`]: takes the steps, whatever the network and wherever its batches come from.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use super::checkpoint;
use super::draw::Buckets;
use super::network::{TrainingEnds, prepare};
use super::optimizer::{Operands, Optimizer};
use super::options::{SampleWith, TrainerOptions};
use super::parameters::{Choice, Parameter};
use super::snapshot::{Live, Snapshot};
use super::stage::{Stage, Step};
use super::state::{self, DrawDims, Scalars};
use crate::busy::{Busy, Held};
use crate::error::Result;
use crate::model::Network;
use crate::nn::Net;
use crate::run::{Answer, Buffer, Builder, Device, InFlight, Pace, Params, Submit};

/// Good steps between two snapshots.
const SNAPSHOT_EVERY: usize = 100;
/// A snapshot is only taken while the smoothed loss is at most this far above its lowest.
const STILL_GOOD: f32 = 1.5;
/// The loss of answering zero where nobody knows it: no loss is ever worse.
const UNKNOWN_ZERO: f32 = 1e30;

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

/// See the [module documentation](self).
pub struct TrainingLoop<E, L> {
    pub(super) device: Device,
    pub(super) network: Rc<Network<TrainingEnds<E, L>>>,
    pub(super) step: Step,
    choice: Choice,
    pub(super) weights: Params,
    began_with: Params,
    pub(super) state: Buffer,
    buckets: Buckets,
    pub(super) optimizer: RefCell<Optimizer>,
    pub(super) snapshot: Snapshot,
    pub(super) snapshot_step: Cell<usize>,
    pace: Pace,
    pub(super) report: RefCell<Report>,
    submits: Cell<usize>,
    busy: Busy,
}

impl<E: 'static, L: 'static> TrainingLoop<E, L> {
    /// Training of any network on batches that the caller gives: what is written into
    /// [`TrainingLoop::network`] stays there from step to step. Of the options those count that concern
    /// the optimiser and the layers. It begins with the weights in `params`, which stay as they are.
    ///
    /// # Errors
    /// One sentence naming the option or the limit at fault.
    pub fn new(
        device: Device,
        net: Net<TrainingEnds<E, L>>,
        params: &Params,
        options: &TrainerOptions,
    ) -> Result<Self> {
        options.check()?;
        let choice = Choice::new(&net.graph, &options.layers)?;
        let one = Buckets { first: 0, timesteps: 1 };
        let options = TrainerOptions { importance: false, ..options.clone() };
        Self::of_choice(device, net, None, params, &options, choice, one)
    }

    /// The same for a choice of layers, and with statistics of t in `buckets`.
    pub(super) fn of_choice(
        device: Device,
        net: Net<TrainingEnds<E, L>>,
        builder: Option<Builder>,
        params: &Params,
        options: &TrainerOptions,
        choice: Choice,
        buckets: Buckets,
    ) -> Result<Self> {
        let weights = params.twin(&*device, "the weights in training")?;
        let began_with = params.twin(&*device, "the weights it began with")?;
        let network = Rc::new(prepare(&device, net, builder, &weights)?);
        let batch = network.batch();
        let state = device.storage("the state of training", state::bytes(batch))?;
        let draws = vec![DrawDims { factor: 1.0, zero: UNKNOWN_ZERO, ..Default::default() }; batch];
        device.write(&state, state::BATCH_AT, bytemuck::cast_slice(&draws));
        let operands = Operands {
            arena: &network.program.arena,
            gradients: network.gradients()?,
            loss: network.address(network.net.ends.losses) as usize,
            batch,
            state: &state,
            weights: &weights.buffer,
            vec4s: weights.vec4s(),
            ranges: &choice.ranges(&network.net.graph)?,
        };
        let optimizer = Optimizer::new(&*device, options, &buckets, &operands)?;
        let [forward, loss] = network_stages(&network);
        let step =
            Step(vec![forward, loss, optimizer.decide(&*device), optimizer.update(&*device)]);
        let lr = options.lr as f32;
        let report = Report { step: 0, loss: 0.0, lr, grad_norm: 0.0, diverged: None };
        let training = Self {
            snapshot: Snapshot::new(&*device, weights.bytes())?,
            device,
            network,
            choice,
            weights,
            began_with,
            state,
            buckets,
            optimizer: RefCell::new(optimizer),
            snapshot_step: Cell::new(0),
            pace: Pace::new(step.flops()),
            step,
            report: RefCell::new(report),
            submits: Cell::new(0),
            busy: Busy::default(),
        };
        training.begin();
        Ok(training)
    }

    /// The same with other stages in a step.
    pub(super) fn with_stages(self, stages: Vec<Stage>) -> Self {
        let step = Step(stages);
        Self { pace: Pace::new(step.flops()), step, ..self }
    }

    /// The network with its loss and gradients.
    pub fn network(&self) -> &Network<TrainingEnds<E, L>> {
        &self.network
    }

    pub(super) fn lock(&self) -> Result<Held<'_>> {
        self.busy.begin("this trainer is already at work: await the last call")
    }

    /// Lets `copy` copy between the buffers that are the run and others.
    pub(super) fn with_run(&self, copy: impl FnOnce(&Live)) {
        let optimizer = self.optimizer.borrow();
        let (weights, moments) = (&self.weights.buffer, &optimizer.moments);
        copy(&Live { weights, moments, state: &self.state });
    }

    /// Weights as at the beginning, moments, counters and statistics empty.
    pub(super) fn begin(&self) {
        let bytes = self.weights.bytes();
        let begin = &self.began_with.buffer;
        let words = state::beginning(&self.buckets);
        self.device.write(&self.state, 0, bytemuck::cast_slice(&words));
        let device = &*self.device;
        self.with_run(|live| {
            device.clear(live.moments, 0, 2 * bytes);
            device.clear(live.state, 4 * state::LOSSES_AT, 4 * state::RING as u64);
            device.copy((begin, 0), (live.weights, 0), bytes);
            device.copy((begin, 0), (live.moments, 2 * bytes), bytes);
            self.snapshot.take(device, live);
        });
        self.snapshot_step.set(0);
        let lr = self.optimizer.borrow().learning_rate();
        *self.report.borrow_mut() =
            Report { step: 0, loss: 0.0, lr, grad_norm: 0.0, diverged: None };
    }

    /// Takes `k` steps. Stops early if training goes wrong, with the last good state restored and the
    /// reason in [`Report::diverged`]; until something changes (a smaller learning rate, other data, an
    /// undo, a checkpoint) it then takes no further step.
    ///
    /// # Errors
    /// The device failed or was lost, or another call is still under way.
    pub async fn step(&self, k: usize) -> Result<Report> {
        let _busy = self.lock()?;
        self.device.check()?;
        if !self.stands_still() {
            self.run(k).await?;
        }
        Ok(self.report())
    }

    /// Whether training has been given up.
    pub(super) fn stands_still(&self) -> bool {
        self.report.borrow().diverged.is_some()
    }

    /// Where training stands.
    pub(super) fn report(&self) -> Report {
        self.report.borrow().clone()
    }

    async fn run(&self, k: usize) -> Result<()> {
        let mut in_flight = InFlight::new(self.device.in_flight());
        let (mut at, mut step) = (0, self.position());
        let last = step.saturating_add(k);
        loop {
            // A snapshot copies the run as its step has left it: nothing may be submitted behind that before.
            let pause = at == 0 && (step == last || step.is_multiple_of(SNAPSHOT_EVERY));
            if in_flight.is_full() || (pause && !in_flight.is_empty()) {
                if self.land(&mut in_flight).await?.is_some() {
                    return Ok(());
                }
                continue;
            }
            if at == 0 && step == last {
                return Ok(());
            }
            let until_snapshot = SNAPSHOT_EVERY - step % SNAPSHOT_EVERY;
            let submit = self.pace.next(at, (last - step).min(until_snapshot));
            at = submit.then_at();
            step += submit.ends;
            in_flight.push(submit, |submit| self.submit(submit));
        }
    }

    /// Submits a part of a step, or many steps; the answer are the scalars of the state if a step ends with it.
    fn submit(&self, submit: &Submit) -> Answer<'_, Result<Option<Scalars>>> {
        let Submit { range, times, ends } = submit;
        self.device.submit(&mut (0..*times).flat_map(|_| self.step.tasks(range.clone())));
        self.submits.set(self.submits.get() + 1);
        if *ends > 0 {
            let scalars = self.scalars();
            return Box::pin(async { Ok(Some(scalars.await?)) });
        }
        let idle = self.device.idle();
        Box::pin(async { idle.await.map(|()| None) })
    }

    /// Waits for the oldest submit; if training has gone wrong with it, why. What has been submitted behind it
    /// changes nothing then.
    async fn land(
        &self,
        in_flight: &mut InFlight<'_, Submit, Option<Scalars>>,
    ) -> Result<Option<String>> {
        let landed = in_flight.oldest().await?;
        self.pace.learn(&landed.work, landed.ms);
        Ok(landed.answer.and_then(|now| self.judge(&now)))
    }

    /// Takes one step whose dispatches before number `first` somebody else has done by other means.
    pub(super) async fn step_from(&self, first: usize) -> Result<()> {
        self.device.submit(&mut self.step.tasks(first..self.dispatches()));
        self.look().await
    }

    fn scalars(&self) -> Answer<'_, Result<Scalars>> {
        let words = self.device.read(&self.state, 0, state::SCALARS as u64);
        Box::pin(async { Ok(state::scalars(&words.await?)) })
    }

    /// Reads where the run stands.
    pub(super) async fn look(&self) -> Result<()> {
        self.judge(&self.scalars().await?);
        Ok(())
    }

    /// Notes where the run stands; if it has gone wrong, restores the last good state and returns why.
    fn judge(&self, now: &Scalars) -> Option<String> {
        let mut report = Report {
            step: now.step as usize,
            loss: now.loss,
            lr: now.lr,
            grad_norm: now.norm,
            diverged: None,
        };
        if now.fault != 0 {
            report.diverged = Some(self.sentence(now));
            report.step = self.snapshot_step.get();
            self.with_run(|live| self.snapshot.give(&*self.device, live));
        } else if report.step.is_multiple_of(SNAPSHOT_EVERY)
            && now.relative <= STILL_GOOD * now.best
        {
            self.with_run(|live| self.snapshot.take(&*self.device, live));
            self.snapshot_step.set(report.step);
        }
        let diverged = report.diverged.clone();
        *self.report.borrow_mut() = report;
        diverged
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

    /// Copies what has been learnt into a buffer of weights like those it began with.
    pub fn give(&self, to: &Params, which: SampleWith) {
        let bytes = self.weights.bytes();
        let to = &to.buffer;
        self.with_run(|live| {
            let from = match which {
                SampleWith::Ema => (live.moments, 2 * bytes),
                SampleWith::Raw => (live.weights, 0),
            };
            self.device.copy(from, (to, 0), bytes);
        });
    }

    /// Steps done.
    pub fn position(&self) -> usize {
        self.report.borrow().step
    }

    /// Submits made for steps so far.
    pub fn submits(&self) -> usize {
        self.submits.get()
    }

    /// Dispatches of one step.
    pub fn dispatches(&self) -> usize {
        self.step.len()
    }

    /// The checkpoint's tensors, and which of them are trained.
    pub fn parameters(&self) -> Vec<Parameter> {
        self.choice.parameters(&self.network.net.graph)
    }

    pub(super) fn fingerprint(&self) -> String {
        checkpoint::fingerprint(&self.parameters())
    }
}

/// The forward pass, and the loss with the backward pass that follows from it. A teacher's pass would
/// stand before both: it reads the x_t that the noise stage has mixed and writes the loss's target.
pub(super) fn network_stages<E: 'static, L: 'static>(
    network: &Rc<Network<TrainingEnds<E, L>>>,
) -> [Stage; 2] {
    let forward = network.program.tasks_before(network.net.ends.forward);
    let part = |name, dispatches: Range<usize>| Stage::program(name, network, dispatches);
    [part("network", 0..forward), part("loss", forward..network.program.tasks().len())]
}
