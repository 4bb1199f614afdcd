//! Who computes the shares of a batch: threads here, workers of the browser elsewhere.

use std::cell::RefCell;
use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::rc::Rc;

use super::shares::{Shares, Worker};
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
        Ok(Box::new(ThreadCrew { shares, places: RefCell::new(places) }))
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

    fn work(&mut self, shares: &Shares, range: Range<usize>, params: &[f32]) {
        self.outputs.clear();
        self.worker.work(shares, range, params, &self.inputs, &mut self.outputs);
    }
}

struct ThreadCrew {
    shares: Rc<Shares>,
    places: RefCell<Vec<Place>>,
}

impl ThreadCrew {
    fn run(&self, arena: &mut [f32], params: &[f32]) {
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
                scope.spawn(move || place.work(shares, range, params));
            }
            first[0].work(shares, shares.of_worker(0, count), params);
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
        ThreadCrew::run(self, &mut arena.write(), &params.read());
        Box::pin(std::future::ready(Ok(())))
    }
}
