//! The ways that a device goes by, and how they are kept for another time.

use super::adapter::Adapter;
use super::device::Gpu;
use super::ways::{Way, Ways};

impl Gpu {
    /// The way at a place; the rule where there is none.
    pub(crate) fn way(&self, place: usize) -> Way {
        let way = self.profile.ways().get(place).copied().unwrap_or_default();
        Way { buffers: way.buffers || self.reads_buffers, ..way }
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

    /// Goes by what was kept, if it was found by this version on this adapter, which it says. Lines that make no sense
    /// are ignored.
    pub fn recall_ways(&self, kept: &str) -> bool {
        let (adapter, lines) = kept.split_once('\n').unwrap_or((kept, ""));
        let here = adapter == self.adapter_of_ways();
        if here {
            self.set_ways(Ways::read(lines));
        }
        here
    }
}
