//! Who computes the shares of a batch: threads here, workers of the browser elsewhere.

use std::cell::RefCell;
use std::future::Future;
use std::ops::Range;
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
        let places = (0..count).map(|_| Place::new(&shares)).collect::<Result<_>>()?;
        let prepared = RefCell::new(shares.prepared()?);
        Ok(Box::new(ThreadCrew { shares, places: RefCell::new(places), prepared }))
    }
}

/// A worker with what it is handed and what it hands back.
struct Place {
    worker: Worker,
    inputs: Vec<f32>,
    outputs: Vec<f32>,
}

impl Place {
    fn new(shares: &Shares) -> Result<Self> {
        Ok(Self { worker: Worker::new(shares)?, inputs: Vec::new(), outputs: Vec::new() })
    }

    fn work(&mut self, shares: &Shares, range: Range<usize>, weights: Weights) {
        self.outputs.clear();
        self.worker.work(shares, range, weights, &self.inputs, &mut self.outputs);
    }
}

struct ThreadCrew {
    shares: Rc<Shares>,
    places: RefCell<Vec<Place>>,
    prepared: RefCell<Prepared>,
}

impl ThreadCrew {
    fn run(&self, arena: &mut [f32], weights: Weights) {
        let shares = &*self.shares;
        let places = &mut *self.places.borrow_mut();
        let count = places.len();
        for (i, place) in places.iter_mut().enumerate() {
            shares.gather(shares.of_worker(i, count), arena, &mut place.inputs);
        }
        let (first, others) = places.split_at_mut(1);
        std::thread::scope(|scope| {
            for (i, place) in others.iter_mut().enumerate() {
                let range = shares.of_worker(i + 1, count);
                scope.spawn(move || place.work(shares, range, weights));
            }
            first[0].work(shares, shares.of_worker(0, count), weights);
        });
        for (i, place) in places.iter().enumerate() {
            shares.scatter(shares.of_worker(i, count), &place.outputs, arena);
        }
        if shares.gradients() > 0 {
            self.sum(places, &mut arena[..shares.gradients()]);
        }
    }

    /// Adds up what the workers have of the gradients, and gives each its memory back.
    fn sum(&self, places: &mut [Place], total: &mut [f32]) {
        let (first, others) = places.split_at_mut(1);
        let sums = &mut first[0].worker.sums;
        for place in &mut *others {
            place.worker.sums.take().into_iter().for_each(|block| sums.put(block));
        }
        sums.finish(total);
        for place in others {
            place.worker.sums.borrow_from(sums);
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
