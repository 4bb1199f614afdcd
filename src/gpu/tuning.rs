//! What a device goes by and no result depends on: submits in flight, the size of dispatches, and the ways that trials have
//! found, which can be kept for another time.

use std::cell::Ref;

use super::adapter::Adapter;
use super::device::Gpu;
use super::ways::{Way, Ways};

impl Gpu {
    /// Submits of one chain or trainer that are to be under way at a time.
    pub fn in_flight(&self) -> usize {
        self.in_flight.get()
    }

    /// Another number of them: results do not depend on it.
    pub fn set_in_flight(&self, submits: usize) {
        self.in_flight.set(submits);
    }

    /// Floating-point operations of a dispatch, at most, where that can be had: programs cut their operations accordingly.
    pub fn most_flops(&self) -> u64 {
        self.most_flops.get()
    }

    /// Another bound: results do not depend on it.
    pub fn set_most_flops(&self, flops: u64) {
        self.most_flops.set(flops);
    }

    /// Whether kernels should read little ([`Way::dear_reads`]): results do not depend on it.
    pub fn set_dear_reads(&mut self, dear: bool) {
        self.dear_reads = dear;
    }

    /// What trials have found of it.
    pub fn ways(&self) -> Ref<'_, Ways> {
        self.ways.borrow()
    }

    /// What trials found of the same adapter before; programs made from now on go by it.
    pub fn set_ways(&self, ways: Ways) {
        *self.ways.borrow_mut() = ways;
    }

    /// Notes the outcome of a trial: the place of an operation's way.
    pub(crate) fn note_way(&self, operation: String, place: usize) {
        self.ways.borrow_mut().note(operation, place);
    }

    /// The way at a place; the rule where there is none.
    pub(crate) fn way(&self, place: usize) -> Way {
        let way = self.profile.ways().get(place).copied().unwrap_or_default();
        let buffers = way.buffers || self.reads_buffers;
        Way { buffers, dear_reads: self.dear_reads && !buffers, ..way }
    }

    /// The way of an operation, as far as it has been tried.
    pub(crate) fn way_of(&self, operation: impl FnOnce() -> String) -> Way {
        self.way(self.ways().of(operation))
    }

    /// What ways are kept for: another version may have other kernels, another driver compiles them differently.
    fn adapter_of_ways(&self) -> String {
        let Adapter { vendor, architecture, description, .. } = &self.adapter;
        let version = env!("CARGO_PKG_VERSION");
        format!("{version} {:?} {vendor} {architecture} {description}", self.profile)
    }

    /// What has been found so far, as a text to keep for [`Gpu::recall_ways`]: a line for the adapter, then place and
    /// name of each operation.
    pub fn kept_ways(&self) -> String {
        let mut kept = self.adapter_of_ways();
        for (operation, place) in self.ways().places() {
            kept.extend(["\n", &place.to_string(), " ", operation]);
        }
        kept
    }

    /// What was kept, if it was found by this version on this adapter. Lines that make no sense are ignored.
    pub fn ways_in(&self, kept: &str) -> Option<Ways> {
        let (adapter, lines) = kept.split_once('\n').unwrap_or((kept, ""));
        (adapter == self.adapter_of_ways()).then(|| Ways::read(lines))
    }

    /// Goes by [`Gpu::ways_in`], and says whether there was any.
    pub fn recall_ways(&self, kept: &str) -> bool {
        let ways = self.ways_in(kept);
        ways.map(|ways| self.set_ways(ways)).is_some()
    }
}
