//! How a profile sums over the threads of a workgroup.

use crate::gpu::{Dispatch, Kernel, Profile, WORKGROUP, shader};

/// How many threads share a sum in any profile; a kernel is compiled for each.
pub(super) fn all_lanes(profile: Profile) -> &'static [u32] {
    match profile {
        Profile::Gpu => &[1, 64, 256],
        Profile::Cpu => &[1],
    }
}

/// How many threads share a sum of so many terms: on a card as many as make it shorter than waiting for them takes.
pub(super) fn lanes(profile: Profile, terms: usize) -> u32 {
    match (profile, terms) {
        (Profile::Cpu, _) | (_, ..8) => 1,
        (_, ..512) => 64,
        _ => 256,
    }
}

/// Threads in a workgroup whose threads share sums.
pub(super) fn workgroup(lanes: u32) -> u32 {
    WORKGROUP.max(lanes)
}

/// A kernel with so many threads for each of so many sums.
pub(super) fn over(kernel: Kernel, dims: &impl bytemuck::Pod, sums: usize, lanes: u32) -> Dispatch {
    Dispatch::over(kernel, dims, sums * lanes as usize, workgroup(lanes))
}

/// The shader fragment.
pub(super) fn reduce(lanes: u32) -> &'static str {
    match lanes {
        1 => shader!("shared/reduce_none"),
        _ => shader!("shared/reduce"),
    }
}

/// Bytes that threads read of what others have left, in a sum over a workgroup.
pub(super) fn shared_bytes(lanes: u32) -> u64 {
    match u64::from(lanes) {
        1 => 0,
        lanes => 16 * lanes * (1 + if lanes > 64 { 16 } else { 8 }),
    }
}
