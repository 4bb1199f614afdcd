//! Who computes the shares of a batch: threads here, workers of the browser elsewhere.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use super::shares::{Shares, Worker};
use super::weights::{Prepared, Weights};
use super::words::Words;
use crate::error::Result;

/// What is answered when it has come so far.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// See the [module documentation](self).
pub trait Team {
    /// How many compute at a time.
    fn workers(&self) -> usize;

    /// Makes a network ready to run. `recipe` is what whoever shares no memory builds it from
    /// ([`super::Builder::recipe`]), where there is one.
    ///
    /// # Errors
    /// There is not that much memory, or a worker has failed.
    fn crew(&self, shares: Rc<Shares>, recipe: Option<Rc<str>>) -> Result<Box<dyn Crew>>;

    /// Lets who waits for this thread have it for a moment, before a piece of work.
    fn breathe(&self) -> Answer<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// Those who run one network.
pub trait Crew {
    /// Runs all shares: reads what goes in from the batch's arena and puts what comes out into it, with the gradients.
    fn run<'a>(&'a self, arena: &'a Words, params: &'a Words) -> Answer<'a, Result<()>>;
}

/// Threads of this process; one where there are none, as in a browser.
pub struct Threads(pub usize);

impl Team for Threads {
    fn workers(&self) -> usize {
        self.0
    }

    fn crew(&self, shares: Rc<Shares>, _: Option<Rc<str>>) -> Result<Box<dyn Crew>> {
        let count = self.0.clamp(1, shares.count());
        let workers = (0..count).map(|_| Worker::new(&shares)).collect::<Result<_>>()?;
        let prepared = RefCell::new(shares.prepared()?);
        Ok(Box::new(ThreadCrew { shares, workers: RefCell::new(workers), prepared }))
    }
}

struct ThreadCrew {
    shares: Rc<Shares>,
    workers: RefCell<Vec<Worker>>,
    prepared: RefCell<Prepared>,
}

impl ThreadCrew {
    fn run(&self, arena: &mut [f32], weights: Weights) {
        let shares = &*self.shares;
        let workers = &mut *self.workers.borrow_mut();
        let count = workers.len();
        for (i, worker) in workers.iter_mut().enumerate() {
            shares.gather(shares.of_worker(i, count), arena, &mut worker.inputs);
        }
        let (first, others) = workers.split_at_mut(1);
        std::thread::scope(|scope| {
            for (i, worker) in others.iter_mut().enumerate() {
                let range = shares.of_worker(i + 1, count);
                scope.spawn(move || worker.work(shares, range, weights));
            }
            first[0].work(shares, shares.of_worker(0, count), weights);
        });
        for (i, worker) in workers.iter().enumerate() {
            shares.scatter(shares.of_worker(i, count), &worker.outputs, arena);
        }
        if shares.gradients() > 0 {
            self.sum(workers, &mut arena[..shares.gradients()]);
        }
    }

    /// Adds up what the workers have of the gradients, and gives each its memory back.
    fn sum(&self, workers: &mut [Worker], total: &mut [f32]) {
        let (first, others) = workers.split_at_mut(1);
        let sums = &mut first[0].sums;
        for worker in &mut *others {
            worker.sums.take().into_iter().for_each(|block| sums.put(block));
        }
        sums.finish(total);
        for worker in others {
            worker.sums.borrow_from(sums);
        }
    }
}

impl Crew for ThreadCrew {
    fn run<'a>(&'a self, arena: &'a Words, params: &'a Words) -> Answer<'a, Result<()>> {
        let (values, mut prepared) = (params.read(), self.prepared.borrow_mut());
        let weights = prepared.update(&values, params.version());
        ThreadCrew::run(self, &mut arena.write(), weights);
        Box::pin(std::future::ready(Ok(())))
    }
}
