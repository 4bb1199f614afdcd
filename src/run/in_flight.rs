//! Two pieces of work on a device at a time: while one runs the next waits behind it, so the device never waits for whoever
//! hands out work. What a piece has taken is then the time between two completions.

use std::collections::VecDeque;

use super::team::Answer;
use crate::clock::Stopwatch;
use crate::error::Result;

/// A piece of work that the device has finished.
#[derive(Debug)]
pub(crate) struct Landed<T, A> {
    /// What it was.
    pub work: T,
    /// What was waited for.
    pub answer: A,
    /// Milliseconds that the device had for it.
    pub ms: f64,
}

struct Piece<'a, T, A> {
    work: T,
    submitted: f64,
    answer: Answer<'a, Result<A>>,
}

/// See the [module documentation](self).
pub(crate) struct InFlight<'a, T, A> {
    most: usize,
    pieces: VecDeque<Piece<'a, T, A>>,
    now: Box<dyn Fn() -> f64 + 'a>,
    /// When the newest completion was seen.
    completed: f64,
}

impl<'a, T, A> InFlight<'a, T, A> {
    /// At most so many pieces ([`super::Backend::in_flight`]).
    pub fn new(most: usize) -> Self {
        let watch = Stopwatch::start();
        Self::by_clock(most, Box::new(move || watch.ms()))
    }

    fn by_clock(most: usize, now: Box<dyn Fn() -> f64 + 'a>) -> Self {
        Self { most, pieces: VecDeque::new(), now, completed: 0.0 }
    }

    pub fn is_full(&self) -> bool {
        self.pieces.len() >= self.most
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Work, and what submits it and is answered when it is done. Some drivers compute before they come back from that.
    pub fn push(&mut self, work: T, submit: impl FnOnce(&T) -> Answer<'a, Result<A>>) {
        debug_assert!(!self.is_full());
        let submitted = (self.now)();
        let answer = submit(&work);
        self.pieces.push_back(Piece { work, submitted, answer });
    }

    /// Waits for the oldest piece.
    ///
    /// # Panics
    /// There is none.
    pub async fn oldest(&mut self) -> Result<Landed<T, A>> {
        let Piece { work, submitted, answer } =
            self.pieces.pop_front().expect("something to wait for");
        let answer = answer.await?;
        let began = submitted.max(self.completed);
        self.completed = (self.now)();
        Ok(Landed { work, answer, ms: self.completed - began })
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) mod tests {
    use std::cell::Cell;

    use super::*;

    /// A device whose time only passes when somebody waits for it or works beside it.
    #[derive(Default)]
    pub(crate) struct Virtual {
        now: Cell<f64>,
        free: Cell<f64>,
        pub idle: Cell<f64>,
    }

    impl Virtual {
        pub fn in_flight<'a, T>(&'a self, most: usize) -> InFlight<'a, T, ()> {
            InFlight::by_clock(most, Box::new(|| self.now.get()))
        }

        /// Something else takes so long.
        pub fn pass(&self, ms: f64) {
            self.now.set(self.now.get() + ms);
        }

        /// Queues work that takes so long.
        pub fn submit(&self, ms: f64) -> Answer<'_, Result<()>> {
            let begins = self.free.get().max(self.now.get());
            self.idle.set(self.idle.get() + begins - self.free.get());
            self.free.set(begins + ms);
            Box::pin(async move {
                self.now.set(self.now.get().max(begins + ms));
                Ok(())
            })
        }
    }

    /// Twenty pieces that take 5 to 24 ms, 2 ms between a completion and the next submit: what each was found to take.
    fn found(device: &Virtual, most: usize) -> Vec<f64> {
        let mut in_flight = device.in_flight(most);
        let (mut found, mut next) = (Vec::new(), 5);
        while found.len() < 20 {
            if next < 25 && !in_flight.is_full() {
                device.pass(2.0);
                in_flight.push(next, |&ms| device.submit(f64::from(ms)));
                next += 1;
            } else {
                let landed = pollster::block_on(in_flight.oldest()).unwrap();
                assert_eq!(landed.work as usize, 5 + found.len());
                found.push(landed.ms);
            }
        }
        assert!(in_flight.is_empty());
        found
    }

    #[test]
    fn with_two_in_flight_a_device_is_only_idle_before_the_first() {
        let expected: Vec<f64> = (5..25).map(f64::from).collect();
        for (most, idle) in [(1, 40.0), (2, 2.0)] {
            let device = Virtual::default();
            assert_eq!(found(&device, most), expected, "{most} in flight");
            assert_eq!(device.idle.get(), idle, "{most} in flight");
        }
    }

    #[test]
    fn a_completion_seen_late_adds_to_one_piece_what_the_next_lacks() {
        let device = Virtual::default();
        let mut in_flight = device.in_flight(2);
        for _ in 0..2 {
            in_flight.push((), |()| device.submit(10.0));
        }
        device.pass(15.0);
        let mut found = || pollster::block_on(in_flight.oldest()).unwrap().ms;
        assert_eq!([found(), found()], [15.0, 5.0]);
    }
}
