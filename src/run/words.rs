//! A buffer on the processor: words of this thread's memory, and whether they have changed.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::rc::Rc;

use crate::error::Result;
use crate::tensor::zeroed;

/// Memory of this thread, in words.
#[derive(Clone)]
pub struct Words(Rc<Inner>);

struct Inner {
    words: RefCell<Vec<f32>>,
    /// Counts what may have changed it.
    version: Cell<u64>,
}

impl Words {
    /// So many, filled with zeros.
    ///
    /// # Errors
    /// There is not that much memory; the message names `what`.
    pub fn new(what: &str, count: usize) -> Result<Self> {
        let words = RefCell::new(zeroed(what, count)?);
        Ok(Self(Rc::new(Inner { words, version: Cell::new(0) })))
    }

    /// Its length in bytes.
    pub fn bytes(&self) -> u64 {
        self.0.words.borrow().len() as u64 * 4
    }

    /// What it holds.
    pub fn read(&self) -> Ref<'_, Vec<f32>> {
        self.0.words.borrow()
    }

    /// What it holds, for changing.
    pub fn write(&self) -> RefMut<'_, Vec<f32>> {
        self.0.version.set(self.version() + 1);
        self.0.words.borrow_mut()
    }

    /// What it holds, for a routine that only reads but is handed everything alike.
    pub(super) fn lend(&self) -> RefMut<'_, Vec<f32>> {
        self.0.words.borrow_mut()
    }

    /// Another number whenever the contents may have changed.
    pub fn version(&self) -> u64 {
        self.0.version.get()
    }
}
