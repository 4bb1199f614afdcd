//! What attention and its gradient have in common: what attends, and what their kernels are told
//! (shaders/shared/attention_heads.wgsl).

use super::lowering::Lowering;
use crate::gpu::{Counts, Dispatch, Kernel, WORKGROUP, dims, shader};
use crate::tensor::TensorId;

/// Multi-head self-attention, see `attention.rs`.
#[derive(Clone, Copy, Debug)]
pub struct Attention {
    /// Queries, keys and values.
    pub qkv: TensorId,
    /// Number of heads.
    pub heads: usize,
    /// d, the channels of a head without padding.
    pub head_dim: usize,
}

dims! {
    /// `Dims` in shaders/shared/attention_heads.wgsl.
    pub(super) struct Dims {
        tokens: u32,
        heads: u32,
        qkv: u32,
        y: u32,
        dy: u32,
        rows: u32,
        dqkv: u32,
        scale: f32,
    }
}

/// Sizes of a head, in vec4s, that the tests validate kernels for.
pub(super) const HEAD4S: [u32; 3] = [1, 2, 16];

/// The widest head, in vec4s, of which four keys and values fit attention_staged.wgsl's workgroup memory.
pub(super) const STAGED_HEAD4: u32 = 64;

/// `head4`: vec4s in a padded head.
pub(super) fn kernel(entry: &'static str, head4: u32) -> Kernel {
    let body = match entry {
        "attention" => shader!("attention"),
        "attention_staged" => shader!("attention_staged"),
        _ => shader!("attention_grad"),
    };
    Kernel {
        entry,
        files: vec![shader!("shared/bindings"), shader!("shared/attention_heads"), body],
        constants: vec![("WORKGROUP", WORKGROUP), ("HEAD4", head4)],
        dims: Dims::FIELDS,
    }
}

impl Attention {
    /// d', the channels of a head with padding.
    pub const fn padded_head_dim(&self) -> usize {
        self.head_dim.next_multiple_of(4)
    }

    /// What all kernels of attention and its gradient are told; `y` is the result.
    pub(super) fn dims(&self, to: &Lowering, y: TensorId) -> Dims {
        let shape = to.shape(y);
        Dims {
            tokens: (shape.h * shape.w) as u32,
            heads: self.heads as u32,
            qkv: to.offset(self.qkv),
            y: to.offset(y),
            scale: 1.0 / (self.head_dim as f32).sqrt(),
            ..Default::default()
        }
    }

    /// One thread a token of a head.
    pub(super) fn dispatch(&self, entry: &'static str, to: &Lowering, dims: &Dims) -> Dispatch {
        let (n, head4) = (to.shape(self.qkv).n, self.padded_head_dim() / 4);
        let groups = dims.tokens.div_ceil(WORKGROUP) as usize;
        Dispatch::new(kernel(entry, head4 as u32), dims, [groups, self.heads, n])
            .counted(|| self.counts(entry, n, dims.tokens as usize))
    }

    /// Of one walk over all tokens for each token, counted in the text of its kernel.
    fn counts(&self, entry: &str, n: usize, tokens: usize) -> Counts {
        let head4 = self.padded_head_dim() / 4;
        let threads = n * self.heads * tokens;
        let pairs = threads * tokens;
        let (walk, loaded, stored, kept) = match entry {
            // q·k, and the sum of p·v, which is also rescaled.
            "attention" => (Counts::rounds(pairs, 2 * head4, 12 * head4), head4, head4, 8),
            // The same for four keys from workgroup memory, where sums are rescaled once for all four.
            "attention_staged" => (self.staged(n, tokens), head4, head4, 8 + 16),
            // q·k twice, dy·v, and the sum of ds·k.
            "attention_grad_queries" => {
                (Counts::rounds(pairs, 4 * head4, 16 * head4), 3 * head4, head4 + 1, 12)
            }
            // k·q, v·dy, and the sums of ds·q and p·dy.
            _ => (Counts::rounds(pairs, 4 * head4 + 1, 16 * head4), 2 * head4, 2 * head4, 16),
        };
        walk.moving(threads * loaded, threads * stored).keeping((kept * head4) as u64)
    }

    /// The walk of attention_staged.wgsl; a workgroup loads every key and value once.
    fn staged(&self, n: usize, tokens: usize) -> Counts {
        let head4 = self.padded_head_dim() / 4;
        let workgroups = n * self.heads * tokens.div_ceil(WORKGROUP as usize);
        let steps = workgroups * WORKGROUP as usize * tokens.div_ceil(4);
        let workgroup_bytes = 16 * (steps * 8 * head4) as u64;
        let sums = Counts::rounds(steps, 0, (16 + 16 + 4) * head4);
        Counts { workgroup_bytes, ..sums.moving(workgroups * tokens * 2 * head4, 0) }
    }
}
