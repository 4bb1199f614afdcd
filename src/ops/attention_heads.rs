//! What attention and its gradient have in common: what attends, and what their kernels are told
//! (shaders/shared/attention_heads.wgsl).

use super::lowering::Lowering;
use crate::gpu::{Counts, Dispatch, Kernel, Profile, WORKGROUP, dims, shader};
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
        samples: u32,
    }
}

/// Sizes of a head, in vec4s, that the tests validate kernels for.
const HEAD4S: [u32; 3] = [1, 2, 16];

/// Vec4s of tokens and of their sums that a thread may keep: more would not stay in registers anywhere.
const KEPT: u32 = 16;

/// Tokens of a thread whose heads have so many vec4s: in attention it keeps a query and a sum, in its gradient a key, a
/// value and two sums.
fn own(entry: &str, head4: u32) -> u32 {
    let kept = if entry == "attention" { 2 } else { 4 };
    (KEPT / (kept * head4)).clamp(1, 4)
}

/// The widest head, in vec4s, of which four keys and values fit the workgroup memory of the kernels that stage them.
const STAGED_HEAD4: u32 = 64;

/// `head4`: vec4s in a padded head.
fn kernel(profile: Profile, entry: &'static str, head4: u32) -> Kernel {
    let body = match entry {
        "attention" => shader!("attention"),
        "attention_staged" => shader!("attention_staged"),
        "attention_grad_queries" | "attention_grad_keys" => shader!("attention_grad"),
        _ => shader!("attention_grad_staged"),
    };
    let files = vec![
        shader!("shared/bindings"),
        profile.access(),
        shader!("shared/bound"),
        shader!("shared/attention_heads"),
        body,
    ];
    let mut constants = vec![("WORKGROUP", WORKGROUP), ("HEAD4", head4)];
    if !is_staged(entry) {
        constants.push(("OWN", own(entry, head4)));
    }
    Kernel { entry, files, constants, dims: Dims::FIELDS }
}

fn is_staged(entry: &str) -> bool {
    entry.ends_with("_staged")
}

/// A kernel in every variant that the tests validate.
pub(super) fn kernels(entry: &'static str) -> Vec<Kernel> {
    let of = |profile| HEAD4S.map(|head4| kernel(profile, entry, head4));
    Profile::ALL.map(of).concat()
}

/// A kernel for GPUs alone in every variant that the tests validate.
pub(super) fn staged_kernels(entry: &'static str) -> Vec<Kernel> {
    [1, 2, 5, STAGED_HEAD4].map(|head4| kernel(Profile::Gpu, entry, head4)).to_vec()
}

impl Attention {
    /// Whether what all threads walk over passes through workgroup memory.
    pub(super) fn is_staged(&self, profile: Profile) -> bool {
        profile == Profile::Gpu && self.padded_head_dim() as u32 / 4 <= STAGED_HEAD4
    }

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
            samples: shape.n as u32,
            ..Default::default()
        }
    }

    /// One thread a token of a head, or a few tokens.
    pub(super) fn dispatch(&self, entry: &'static str, to: &Lowering, dims: &Dims) -> Dispatch {
        let (n, head4) = (to.shape(self.qkv).n, self.padded_head_dim() as u32 / 4);
        let kernel = kernel(to.profile, entry, head4);
        let dispatch = if is_staged(entry) {
            let groups = dims.tokens.div_ceil(WORKGROUP) as usize;
            Dispatch::new(kernel, dims, [groups, self.heads, n])
        } else {
            let items = dims.tokens.div_ceil(own(entry, head4)) as usize * self.heads * n;
            Dispatch::over(kernel, dims, items, WORKGROUP)
        };
        dispatch.counted(|| self.counts(entry, n, dims.tokens as usize))
    }

    /// Of one walk over all tokens for each token, counted in the text of its kernel.
    fn counts(&self, entry: &str, n: usize, tokens: usize) -> Counts {
        let head4 = self.padded_head_dim() / 4;
        let threads = n * self.heads * tokens;
        let together = own(entry, head4 as u32) as usize;
        let walks = n * self.heads * tokens.div_ceil(together) * tokens;
        let (walk, loaded, stored, kept) = match entry {
            // q·k, and the sum of p·v, which is also rescaled.
            "attention" => {
                let kept = 8 * together + 8;
                (Counts::rounds(walks, 2 * head4, together * 12 * head4), head4, head4, kept)
            }
            // The same for four keys from workgroup memory, where sums are rescaled once for all four.
            "attention_staged" => (self.staged(n, tokens, [9, 2, 2]), head4, head4, 8 + 16),
            // q·k twice, dy·v, and the sum of ds·k.
            "attention_grad_queries" => {
                let sums = Counts::rounds(walks, 3 * head4, together * 16 * head4);
                (sums, 3 * head4, head4 + 1, 12 * together + 8)
            }
            // The same from workgroup memory, where the keys of a single tile are staged once.
            "attention_grad_queries_staged" => {
                let tiles = if tokens > 64.min(256 / head4 / 4 * 4) { 2 } else { 1 };
                (self.staged(n, tokens, [16, 4, 2 * tiles]), 3 * head4, head4 + 1, 12)
            }
            "attention_grad_keys_staged" => {
                (self.staged(n, tokens, [16, 4, 2]), 2 * head4, 2 * head4, 16)
            }
            // k·q, v·dy, and the sums of ds·q and p·dy.
            _ => {
                let sums = Counts::rounds(walks, 2 * head4 + 1, together * 16 * head4);
                (sums, 2 * head4, 2 * head4, 16 * together + 8)
            }
        };
        walk.moving(threads * loaded, threads * stored).keeping((kept * head4) as u64)
    }

    /// A walk through workgroup memory. For each token and four channels a thread makes so many multiply-adds and reads so
    /// many vec4s, and its workgroup loads so many.
    fn staged(&self, n: usize, tokens: usize, [multiply_adds, read, loaded]: [usize; 3]) -> Counts {
        let head4 = self.padded_head_dim() / 4;
        let workgroups = n * self.heads * tokens.div_ceil(WORKGROUP as usize);
        let steps = workgroups * WORKGROUP as usize * tokens.next_multiple_of(4) * head4;
        let workgroup_bytes = 16 * (steps * read) as u64;
        let sums = Counts::rounds(steps, 0, multiply_adds);
        Counts { workgroup_bytes, ..sums.moving(workgroups * tokens * head4 * loaded, 0) }
    }
}
