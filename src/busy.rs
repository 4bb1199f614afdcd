//! Work that must not overlap with itself: a chain's step, a trainer's calls.

use std::cell::Cell;

use crate::error::{Error, Result};

/// Whether a piece of work is under way.
#[derive(Debug, Default)]
pub(crate) struct Busy(Cell<bool>);

/// Holds the work until dropped, however that comes about: the end, an error, a call given up half-way.
pub(crate) struct Held<'a>(&'a Cell<bool>);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Busy {
    /// Begins the work.
    ///
    /// # Errors
    /// It is under way already, which `sentence` says.
    pub fn begin(&self, sentence: &str) -> Result<Held<'_>> {
        if self.0.replace(true) {
            return Err(Error::Input(sentence.into()));
        }
        Ok(Held(&self.0))
    }
}
