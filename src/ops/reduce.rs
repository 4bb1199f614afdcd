//! How a profile sums over the threads of a workgroup.

use crate::gpu::{Profile, shader};

/// How many threads share a sum in any profile, of which a kernel is compiled for each.
pub(super) fn all_lanes(profile: Profile) -> &'static [u32] {
    match profile {
        Profile::Gpu => &[64, 256],
        Profile::Cpu => &[1],
    }
}

/// How many threads share a sum of so many terms: on a card all that make it shorter than waiting for them takes.
pub(super) fn lanes(profile: Profile, terms: usize) -> u32 {
    match profile {
        Profile::Gpu if terms >= 512 => 256,
        Profile::Gpu => 64,
        Profile::Cpu => 1,
    }
}

/// The shader fragment.
pub(super) fn reduce(profile: Profile) -> &'static str {
    match profile {
        Profile::Gpu => shader!("shared/reduce"),
        Profile::Cpu => shader!("shared/reduce_none"),
    }
}

/// Words that threads read of each other's in a sum over a workgroup, in bytes: shaders/shared/reduce.wgsl.
pub(super) fn shared_bytes(lanes: u32) -> u64 {
    match u64::from(lanes) {
        1 => 0,
        lanes => 16 * lanes * (1 + if lanes > 64 { 16 } else { 8 }),
    }
}
