//! The processor as a backend. Work is queued as on a graphics card, and done when somebody waits for it: kernels are
//! plain functions over buffers, networks run share by share on a [`Team`].

use std::cell::{Cell, RefCell, RefMut};
use std::collections::VecDeque;
use std::rc::Rc;

use futures_channel::oneshot;

use super::backend::Backend;
use super::blueprint::Blueprint;
use super::handles::{Access, Bindings, Bound, Buffer, Job, MAX_BUFFERS, Routine, Task, Twin};
use super::program::Program;
use super::shares::Shares;
use super::team::{Answer, Team, Threads};
use super::words::Words;
use crate::error::{Error, Result};
use crate::gpu::{Adapter, Profile};
use crate::graph::Graph;

/// The largest buffer, in bytes: a browser gives a page four GiB of memory at most.
const MAX_BUFFER_BYTES: u64 = 1 << 30;

/// The device's own kind of buffer.
fn own(buffer: &Buffer) -> &Words {
    match buffer {
        Buffer::Cpu(words) => words,
        Buffer::Gpu(_) => unreachable!("a device is given its own buffers"),
    }
}

enum Command {
    Write(Words, usize, Vec<u8>),
    Copy([Words; 2], [usize; 2], usize),
    Clear(Words, usize, usize),
    Do(Job),
}

/// See the [module documentation](self).
pub struct Cpu {
    adapter: Adapter,
    team: Box<dyn Team>,
    queue: RefCell<VecDeque<Command>>,
    /// Whether somebody is emptying the queue, and who waits for them.
    busy: Cell<bool>,
    waiting: RefCell<Vec<oneshot::Sender<()>>>,
}

impl Cpu {
    /// The processor with a team to compute on it.
    pub fn new(team: Box<dyn Team>) -> Self {
        let workers = team.workers();
        let adapter = Adapter {
            vendor: String::new(),
            architecture: std::env::consts::ARCH.into(),
            description: format!("processor ({workers} at a time)"),
            is_fallback: true,
        };
        let (queue, waiting) = Default::default();
        Self { adapter, team, queue, busy: Cell::new(false), waiting }
    }

    /// The processor with so many threads; without a number, one a core.
    pub fn with_threads(threads: Option<usize>) -> Self {
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::new(Box::new(Threads(threads.unwrap_or_else(cores).max(1))))
    }

    fn push(&self, command: Command) {
        self.queue.borrow_mut().push_back(command);
    }

    /// Does what has been queued, in order. Whoever comes while somebody is at it waits for them: a network may be
    /// away on other workers, and nothing may overtake it.
    async fn drain(&self) -> Result<()> {
        while self.busy.get() {
            let (done, free) = oneshot::channel();
            self.waiting.borrow_mut().push(done);
            let _ = free.await;
        }
        self.busy.set(true);
        self.team.breathe().await;
        let result = self.work().await;
        if result.is_err() {
            self.queue.borrow_mut().clear();
        }
        self.busy.set(false);
        for waiting in self.waiting.borrow_mut().drain(..) {
            let _ = waiting.send(());
        }
        result
    }

    async fn work(&self) -> Result<()> {
        loop {
            let Some(command) = self.queue.borrow_mut().pop_front() else { return Ok(()) };
            match command {
                Command::Write(to, at, bytes) => {
                    bytemuck::cast_slice_mut(&mut to.write())[at..at + bytes.len()]
                        .copy_from_slice(&bytes);
                }
                Command::Copy([from, to], [from_at, to_at], words) => {
                    to.write()[to_at..to_at + words]
                        .copy_from_slice(&from.read()[from_at..from_at + words]);
                }
                Command::Clear(words, at, count) => words.write()[at..at + count].fill(0.0),
                Command::Do(Job::Routine(twin, bindings)) => call(twin, &bindings),
                Command::Do(Job::Network(crew, arena, params)) => crew.run(&arena, &params).await?,
            }
        }
    }
}

/// Calls a kernel with its buffers.
fn call(twin: Twin, bindings: &Bindings) {
    let Bindings::Cpu(bound) = bindings else { unreachable!("a device is given its own bindings") };
    let bound = bound.borrow();
    let mut held: [Option<RefMut<Vec<f32>>>; MAX_BUFFERS] = Default::default();
    for ((held, words), access) in held.iter_mut().zip(&bound.buffers).zip(bound.access) {
        *held = Some(match access {
            Access::Read => words.lend(),
            Access::Write => words.write(),
        });
    }
    let mut buffers: [&mut [f32]; MAX_BUFFERS] = Default::default();
    for (buffer, held) in buffers.iter_mut().zip(held.iter_mut().flatten()) {
        *buffer = held;
    }
    twin(&bound.dims, &mut buffers[..bound.buffers.len()]);
}

fn bound(buffers: &[&Buffer]) -> Vec<Words> {
    buffers.iter().map(|buffer| own(buffer).clone()).collect()
}

impl Backend for Cpu {
    fn adapter(&self) -> &Adapter {
        &self.adapter
    }

    fn workers(&self) -> usize {
        self.team.workers()
    }

    fn profile(&self) -> Profile {
        Profile::Cpu
    }

    fn max_buffer_bytes(&self) -> u64 {
        MAX_BUFFER_BYTES
    }

    fn storage(&self, what: &str, bytes: u64) -> Result<Buffer> {
        if bytes > MAX_BUFFER_BYTES {
            let mb = |bytes: u64| bytes.div_ceil(1 << 20);
            let (needed, most) = (mb(bytes), mb(MAX_BUFFER_BYTES));
            let message = format!("{what} need {needed} MiB, the processor is given {most} MiB");
            return Err(Error::Gpu(message));
        }
        Words::new(what, (bytes.div_ceil(4) as usize).max(4)).map(Buffer::Cpu)
    }

    fn write(&self, buffer: &Buffer, at: u64, bytes: &[u8]) {
        self.push(Command::Write(own(buffer).clone(), at as usize, bytes.to_vec()));
    }

    fn copy(&self, (from, from_at): (&Buffer, u64), (to, to_at): (&Buffer, u64), bytes: u64) {
        let words = |bytes: u64| bytes as usize / 4;
        let ends = [own(from).clone(), own(to).clone()];
        self.push(Command::Copy(ends, [from_at, to_at].map(words), words(bytes)));
    }

    fn clear(&self, buffer: &Buffer, at: u64, bytes: u64) {
        self.push(Command::Clear(own(buffer).clone(), at as usize / 4, bytes as usize / 4));
    }

    fn read<'a>(
        &'a self,
        buffer: &'a Buffer,
        first: u64,
        words: u64,
    ) -> Answer<'a, Result<Vec<f32>>> {
        Box::pin(async move {
            self.drain().await?;
            Ok(own(buffer).read()[first as usize..(first + words) as usize].to_vec())
        })
    }

    fn bind(&self, routine: &Routine, dims: &[u8], buffers: &[&Buffer]) -> Rc<Bindings> {
        let (dims, buffers) = (dims.to_vec(), bound(buffers));
        Rc::new(Bindings::Cpu(RefCell::new(Bound { dims, buffers, access: routine.access })))
    }

    fn set_dims(&self, bindings: &Bindings, dims: &[u8]) {
        if let Bindings::Cpu(bound) = bindings {
            bound.borrow_mut().dims = dims.to_vec();
        }
    }

    fn rebind(&self, bindings: &Bindings, buffers: &[&Buffer]) {
        if let Bindings::Cpu(to) = bindings {
            to.borrow_mut().buffers = bound(buffers);
        }
    }

    fn call(&self, routine: &Routine, bindings: &Rc<Bindings>, _threads: usize) -> Task {
        Task::Cpu(Job::Routine(routine.twin, bindings.clone()))
    }

    fn program(&self, network: &Blueprint, params: &Buffer) -> Result<Program> {
        let graph = network.graph;
        let shares = Rc::new(Shares::new(network)?);
        let arena = Words::new("what goes into the network", shares.words())?;
        let recipe = network.builder.as_ref().map(|builder| builder.recipe.clone());
        let plan = shares.plan();
        let [bytes, least] = [plan.vec4s, plan.lower_bound_vec4s].map(|vec4s| vec4s as u64 * 16);
        let crew = Rc::from(self.team.crew(shares.clone(), recipe)?);
        let job = Job::Network(crew, arena.clone(), own(params).clone());
        let workers = self.workers().min(shares.count()) as u64;
        Ok(Program {
            bytes: arena.bytes() + workers * bytes,
            lower_bound_bytes: arena.bytes() + workers * least,
            image_bytes: 0,
            arena: Buffer::Cpu(arena),
            addresses: shares.addresses(),
            gradients: graph.has_gradients().then_some(0),
            tasks: vec![Task::Cpu(job)],
            nodes: vec![0],
            flops: vec![graph.flops()],
            shares: Some(shares),
        })
    }

    fn warm_up<'a>(
        &'a self,
        _: Option<&'a Graph>,
        _: &'a [Routine],
        progress: &'a mut dyn FnMut(usize, usize, &str),
    ) -> Answer<'a, Result<()>> {
        progress(1, 1, "");
        Box::pin(std::future::ready(Ok(())))
    }

    fn submit(&self, tasks: &mut dyn Iterator<Item = &Task>) {
        for task in tasks {
            let Task::Cpu(job) = task else { unreachable!("a device is given its own tasks") };
            self.push(Command::Do(job.clone()));
        }
    }

    fn idle(&self) -> Answer<'_, Result<()>> {
        Box::pin(self.drain())
    }

    fn check(&self) -> Result<()> {
        Ok(())
    }

    fn lost(&self) -> Answer<'_, String> {
        Box::pin(std::future::pending())
    }
}
