//! Which kernels an adapter gets.

use super::images::ImageReads;
use super::text::shader;

/// Which shapes of kernel suit an adapter: see ARCHITECTURE.md, "Two kernel profiles".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Tiled in workgroup memory.
    Gpu,
    /// Register tiles without workgroup memory, for adapters that compute on a CPU.
    Cpu,
}

impl Profile {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Gpu, Self::Cpu];

    /// Floating-point operations of a dispatch, at most, where that can be had: what takes longer than 100 ms keeps a page
    /// from its turn, and what takes seconds some systems stop. SwiftShader computes 5·10⁹ a second, a slow card 10¹¹.
    pub(super) const fn most_flops(self) -> u64 {
        match self {
            Self::Cpu => 500_000_000,
            Self::Gpu => 10_000_000_000,
        }
    }

    /// How many pixels a thread takes that makes a vec4 of each: on a CPU adapter several, which has no hurry to share out
    /// work, but divides lane by lane for what a thread has to do.
    pub(crate) fn run(self) -> u32 {
        match self {
            Self::Cpu => 8,
            Self::Gpu => 1,
        }
    }

    /// How many threads so many pixels make.
    pub(crate) fn runs(self, pixels: usize) -> usize {
        pixels.div_ceil(self.run() as usize)
    }

    /// How its kernels read parameters and activations: the fragment that has `weight` and `fetch`.
    pub(crate) fn access(self) -> &'static str {
        match self {
            Self::Gpu => shader!("shared/buffers"),
            Self::Cpu => ImageReads::default().wgsl(),
        }
    }
}
