//! How a profile sums over the threads of a workgroup.

use crate::gpu::{Profile, WORKGROUP, shader};

/// The shader fragment, and how many threads share a sum.
pub(super) fn lanes(profile: Profile) -> (&'static str, u32) {
    match profile {
        Profile::Gpu => (shader!("shared/reduce"), WORKGROUP),
        Profile::Cpu => (shader!("shared/reduce_none"), 1),
    }
}
