//! How much of training goes into one submit: long enough that submitting costs nothing, short enough that a page stays
//! alive beside it and that no system stops the device. A fast step goes in many at a time, a slow one in parts.

use std::cell::RefCell;
use std::ops::Range;

use crate::gpu::{SUBMIT_MS, steps_in_submit};

/// What a device is taken to do in a millisecond before it has shown, in floating-point operations: little.
const UNKNOWN_FLOPS: f64 = 2e6;
/// The least a dispatch is taken to cost, in milliseconds.
const DISPATCH_MS: f64 = 0.01;
/// One measurement changes an expectation by this factor at most: a stall is no measurement of the device.
const MAX_CHANGE: f64 = 20.0;

/// What to submit next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Submit {
    /// That many whole steps.
    Steps(usize),
    /// These dispatches of the step under way.
    Part(Range<usize>),
}

/// See the [module documentation](self).
pub(super) struct Pace {
    /// What each dispatch of a step is expected to take, in milliseconds.
    expected: RefCell<Vec<f64>>,
}

impl Pace {
    /// From the floating-point operations of each dispatch.
    pub fn new(flops: impl Iterator<Item = u64>) -> Self {
        let ms = flops.map(|flops| flops as f64 / UNKNOWN_FLOPS + DISPATCH_MS);
        Self { expected: RefCell::new(ms.collect()) }
    }

    /// The next submit when `at` dispatches of a step are done and `left` steps are to be finished.
    pub fn next(&self, at: usize, left: usize) -> Submit {
        let expected = self.expected.borrow();
        let step: f64 = expected.iter().sum();
        if at == 0 && step <= SUBMIT_MS {
            return Submit::Steps(steps_in_submit(step).min(left));
        }
        let mut sum = 0.0;
        let fits = expected[at..].iter().take_while(|ms| {
            sum += **ms;
            sum <= SUBMIT_MS
        });
        let count = fits.count().max(1);
        Submit::Part(at..at + count)
    }

    /// Learns from what a submit took.
    pub fn learn(&self, submit: &Submit, ms: f64) {
        let mut expected = self.expected.borrow_mut();
        let (range, repeats) = match submit {
            Submit::Steps(count) => (0..expected.len(), *count),
            Submit::Part(range) => (range.clone(), 1),
        };
        let sum: f64 = expected[range.clone()].iter().sum();
        let change = (ms.max(0.01) / (sum * repeats as f64)).clamp(1.0 / MAX_CHANGE, MAX_CHANGE);
        expected[range].iter_mut().for_each(|ms| *ms *= change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs steps on a device of a given speed and returns (submits, the longest).
    fn run(pace: &Pace, flops: &[u64], flops_per_ms: f64, steps: usize) -> (usize, f64) {
        let ms: Vec<f64> = flops.iter().map(|&f| f as f64 / flops_per_ms).collect();
        let (mut at, mut left, mut submits, mut longest) = (0, steps, 0, 0f64);
        while left > 0 {
            let submit = pace.next(at, left);
            let took = match &submit {
                Submit::Steps(count) => {
                    left -= count;
                    ms.iter().sum::<f64>() * *count as f64
                }
                Submit::Part(range) => {
                    assert_eq!(range.start, at);
                    at = range.end % flops.len();
                    left -= usize::from(at == 0);
                    ms[range.clone()].iter().sum()
                }
            };
            pace.learn(&submit, took);
            submits += 1;
            longest = longest.max(took);
        }
        assert_eq!(at, 0);
        (submits, longest)
    }

    #[test]
    fn a_slow_step_is_split_and_a_fast_one_is_not() {
        let flops = [40_000_000u64; 500]; // 20 GFLOP: a U-Net
        let pace = Pace::new(flops.iter().copied());
        let (_, first) = run(&pace, &flops, 3e6, 1); // 3 GFLOP/s
        let (submits, longest) = run(&pace, &flops, 3e6, 3);
        assert!(first < 200.0 && longest < 90.0, "{first} {longest} ms");
        assert!(submits < 3 * 160, "{submits} submits for 20 s");

        let flops = [3_000_000u64; 100]; // a small network on a good device
        let pace = Pace::new(flops.iter().copied());
        run(&pace, &flops, 1e9, 30);
        assert_eq!(run(&pace, &flops, 1e9, 128).0, 2);
    }

    #[test]
    fn one_dispatch_is_never_split() {
        let flops = [1u64 << 40, 1, 1];
        let pace = Pace::new(flops.iter().copied());
        assert_eq!(pace.next(0, 5), Submit::Part(0..1));
        assert_eq!(pace.next(1, 5), Submit::Part(1..3));
    }
}
