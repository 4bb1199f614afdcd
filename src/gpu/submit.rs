//! How much work goes into one submit, for chains and training alike.

/// A submit should keep the device busy about this long: long enough that submitting costs nothing,
/// short enough that a page stays alive beside it.
pub(crate) const SUBMIT_MS: f64 = 60.0;
/// Steps in a submit, at most.
const MAX_STEPS: usize = 64;

/// How many steps that take `ms` each make up a submit; at least one.
pub(crate) fn steps_in_submit(ms: f64) -> usize {
    ((SUBMIT_MS / ms.max(0.01)) as usize).clamp(1, MAX_STEPS)
}
