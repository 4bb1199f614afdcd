//! The seam between what is computed and what computes it: everything that models, chains and trainers ask of a device.
//! Two things answer: a WebGPU device (`webgpu.rs`) and the processor (`cpu.rs`).

use std::rc::Rc;

use super::blueprint::Blueprint;
use super::handles::{Bindings, Buffer, Routine, Task};
use super::program::Program;
use super::team::Answer;
use crate::error::Result;
use crate::gpu::{Adapter, Gpu, Profile};
use crate::graph::Graph;

/// A device, whichever it is. Not for sharing between threads.
pub type Device = Rc<dyn Backend>;

/// See the [module documentation](self). Work is queued in the order of the calls; only [`Backend::read`] and
/// [`Backend::idle`] wait, for what has been queued before they are called.
pub trait Backend {
    /// What it runs on.
    fn adapter(&self) -> &Adapter;

    /// Threads or workers that compute; 0 where that is the adapter's business.
    fn workers(&self) -> usize {
        0
    }

    /// The WebGPU device, where it is one: what draws needs it.
    fn gpu(&self) -> Option<&Gpu> {
        None
    }

    /// The kernels it gets, where it runs shaders.
    fn profile(&self) -> Profile;

    /// The largest buffer it allows, in bytes.
    fn max_buffer_bytes(&self) -> u64;

    /// A buffer filled with zeros.
    ///
    /// # Errors
    /// It would be larger than the device allows; the message names `what`.
    fn storage(&self, what: &str, bytes: u64) -> Result<Buffer>;

    /// Writes into a buffer from byte `at` on.
    fn write(&self, buffer: &Buffer, at: u64, bytes: &[u8]);

    /// Copies between two buffers, in bytes.
    fn copy(&self, from: (&Buffer, u64), to: (&Buffer, u64), bytes: u64);

    /// Fills a part of a buffer with zeros.
    fn clear(&self, buffer: &Buffer, at: u64, bytes: u64);

    /// Reads `words` f32 from a buffer, starting at word `first`.
    fn read<'a>(
        &'a self,
        buffer: &'a Buffer,
        first: u64,
        words: u64,
    ) -> Answer<'a, Result<Vec<f32>>>;

    /// Binds the buffers that some routines share, in the order of their [`Routine::access`], and their dimensions.
    fn bind(&self, routine: &Routine, dims: &[u8], buffers: &[&Buffer]) -> Rc<Bindings>;

    /// Other dimensions from the next submit on.
    fn set_dims(&self, bindings: &Bindings, dims: &[u8]);

    /// Other buffers from the next submit on.
    fn rebind(&self, bindings: &Bindings, buffers: &[&Buffer]);

    /// A call of a routine, over so many threads where it is a shader.
    fn call(&self, routine: &Routine, bindings: &Rc<Bindings>, threads: usize) -> Task;

    /// Makes a network ready to run at the weights in `params`.
    ///
    /// # Errors
    /// The activations are larger than the device allows.
    fn program(&self, network: &Blueprint, params: &Buffer) -> Result<Program>;

    /// Compiles what a graph and the routines need, telling `progress` (done, total, what) before each.
    ///
    /// # Errors
    /// A driver refuses one; the message names it.
    fn warm_up<'a>(
        &'a self,
        graph: Option<&'a Graph>,
        routines: &'a [Routine],
        progress: &'a mut dyn FnMut(usize, usize, &str),
    ) -> Answer<'a, Result<()>>;

    /// Pieces of work to have under way at a time: where one runs by itself, a second waits behind it.
    fn in_flight(&self) -> usize {
        1
    }

    /// Queues tasks as one piece of work.
    fn submit(&self, tasks: &mut dyn Iterator<Item = &Task>);

    /// Waits until everything queued so far has been done.
    fn idle(&self) -> Answer<'_, Result<()>>;

    /// The first error reported outside any call, or the device's loss.
    ///
    /// # Errors
    /// That.
    fn check(&self) -> Result<()>;

    /// Resolves with the reason when the device is lost, for everybody who asks.
    fn lost(&self) -> Answer<'_, String>;
}
