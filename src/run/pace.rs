//! How much of a run of steps goes into one submit: long enough that submitting costs nothing, short enough that a page stays
//! alive beside it and that no system stops the device. A fast step goes in many at a time, a slow one in parts.

use std::cell::{Cell, RefCell};
use std::ops::Range;

/// A submit should keep the device busy about this long.
const SUBMIT_MS: f64 = 60.0;
/// Steps in a submit, at most.
const MAX_STEPS: usize = 64;
/// What a device is taken to do in a millisecond before it has shown, in floating-point operations: little.
const UNKNOWN_FLOPS: f64 = 2e6;
/// The least a dispatch is taken to cost, in milliseconds.
const DISPATCH_MS: f64 = 0.01;
/// One measurement lengthens an expectation by this factor at most: a stall is no measurement of the device.
const MOST_LONGER: f64 = 20.0;
/// And shortens it by this one: of two pieces in flight the second seems short when the end of the first was seen late.
const MOST_SHORTER: f64 = 0.5;

/// What to submit next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Submit {
    /// These dispatches of a step.
    pub range: Range<usize>,
    /// So many times: more than once only a whole step.
    pub times: usize,
    /// Steps that it ends.
    pub ends: usize,
}

impl Submit {
    /// Dispatches of the step under way that have been submitted then.
    pub fn then_at(&self) -> usize {
        if self.ends > 0 { 0 } else { self.range.end }
    }
}

/// See the [module documentation](self).
pub(crate) struct Pace {
    /// What each dispatch of a step is expected to take, in milliseconds.
    expected: RefCell<Vec<f64>>,
    /// Dispatches of which that has been measured; the others are expected to differ from a guess as these did.
    measured: Cell<usize>,
}

impl Pace {
    /// From the floating-point operations of each dispatch.
    pub fn new(flops: impl Iterator<Item = u64>) -> Self {
        let ms = flops.map(|flops| flops as f64 / UNKNOWN_FLOPS + DISPATCH_MS);
        Self { expected: RefCell::new(ms.collect()), measured: Cell::new(0) }
    }

    /// The next submit when `at` dispatches of a step have been submitted and `left` steps are to be finished.
    pub fn next(&self, at: usize, left: usize) -> Submit {
        let expected = self.expected.borrow();
        let (all, step) = (expected.len(), expected.iter().sum::<f64>());
        if at == 0 && step <= SUBMIT_MS {
            let times = ((SUBMIT_MS / step) as usize).clamp(1, MAX_STEPS).min(left);
            return Submit { range: 0..all, times, ends: times };
        }
        let mut sum = 0.0;
        let fits = expected[at..].iter().take_while(|ms| {
            sum += **ms;
            sum <= SUBMIT_MS
        });
        let end = at + fits.count().max(1);
        Submit { range: at..end, times: 1, ends: usize::from(end == all) }
    }

    /// Learns from what a submit took.
    pub fn learn(&self, submit: &Submit, ms: f64) {
        let mut expected = self.expected.borrow_mut();
        let sum: f64 = expected[submit.range.clone()].iter().sum();
        let change = ms / (sum * submit.times as f64);
        let scale = |expected: &mut [f64], most| {
            let change = change.clamp(MOST_SHORTER, most);
            expected.iter_mut().for_each(|ms| *ms *= change);
        };
        scale(&mut expected[submit.range.clone()], MOST_LONGER);
        if submit.range.end > self.measured.get() {
            self.measured.set(submit.range.end);
            scale(&mut expected[submit.range.end..], 1.0 / MOST_SHORTER);
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::run::in_flight::tests::Virtual;

    /// Runs steps on a device of a given speed, two submits in flight, each half a millisecond's work to
    /// make, and returns (submits, the longest, how long the device was idle).
    fn run(pace: &Pace, flops: &[u64], flops_per_ms: f64, steps: usize) -> (usize, f64, f64) {
        let ms: Vec<f64> = flops.iter().map(|&f| f as f64 / flops_per_ms).collect();
        let (mut at, mut left, mut submits, mut longest) = (0, steps, 0, 0f64);
        let device = Virtual::default();
        let mut in_flight = device.in_flight(2);
        while left > 0 || !in_flight.is_empty() {
            if left == 0 || in_flight.is_full() {
                let landed = pollster::block_on(in_flight.oldest()).unwrap();
                pace.learn(&landed.work, landed.ms);
                continue;
            }
            let submit = pace.next(at, left);
            assert_eq!(submit.range.start, at);
            assert_eq!(submit.ends, if submit.range.end == flops.len() { submit.times } else { 0 });
            at = submit.then_at();
            left -= submit.ends;
            let takes = ms[submit.range.clone()].iter().sum::<f64>() * submit.times as f64;
            device.pass(0.5);
            in_flight.push(submit, |_| device.submit(takes));
            submits += 1;
            longest = longest.max(takes);
        }
        assert_eq!(at, 0);
        (submits, longest, device.idle.get())
    }

    #[test]
    fn a_slow_step_is_split_and_a_fast_one_is_not() {
        let flops = [40_000_000u64; 500]; // 20 GFLOP: a U-Net
        let pace = Pace::new(flops.iter().copied());
        let (_, first, _) = run(&pace, &flops, 3e6, 1); // 3 GFLOP/s
        let (submits, longest, idle) = run(&pace, &flops, 3e6, 3);
        assert_eq!(idle, 0.5, "only before the first submit");
        assert!(first < 200.0 && longest < 90.0, "{first} {longest} ms");
        assert!(submits < 3 * 160, "{submits} submits for 20 s");

        let flops = [3_000_000u64; 100]; // a small network on a good device
        let pace = Pace::new(flops.iter().copied());
        run(&pace, &flops, 1e9, 30);
        assert_eq!(run(&pace, &flops, 1e9, 128).0, 2);
    }

    #[test]
    fn what_the_first_parts_took_tells_of_the_rest() {
        let flops = [40_000_000u64; 500];
        let pace = Pace::new(flops.iter().copied());
        let (submits, ..) = run(&pace, &flops, 2e9, 1); // 2 TFLOP/s: 10 ms a step
        assert!(submits <= 20, "{submits} submits for the first step");
    }

    #[test]
    fn one_dispatch_is_never_split() {
        let flops = [1u64 << 40, 1, 1];
        let pace = Pace::new(flops.iter().copied());
        assert_eq!(pace.next(0, 5), Submit { range: 0..1, times: 1, ends: 0 });
        assert_eq!(pace.next(1, 5), Submit { range: 1..3, times: 1, ends: 1 });
    }
}
