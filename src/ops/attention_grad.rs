//! Gradient of self-attention (shaders/attention_grad.wgsl, on a GPU attention_grad_staged.wgsl): of queries, keys and
//! values together.
//!
//! With p = softmax(s), s = scale·q·k, and D = dy·y: dv_j = Σ_i p_ij·dy_i, ds_ij = p_ij·(dy_i·v_j − D_i),
//! dq_i = scale·Σ_j ds_ij·k_j, dk_j = scale·Σ_i ds_ij·q_i (Dao et al. 2022, "FlashAttention", appendix
//! B.4). One kernel walks over keys for each query and leaves each query's log-sum-exp and D; the other
//! walks over queries for each key. Nothing of the size tokens² is stored.

use super::attention_heads::{Attention, Dims, kernels, staged_kernels};
use super::attention_rows;
use super::lowering::Lowering;
use super::memory::Memory;
use super::operation::{Operation, Tape};
use super::simd::vectorize;
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel};
use crate::tensor::{Real, Shape, TensorId, Tensors};

/// The walk over keys for each query, then the one over queries for each key.
const ENTRIES: [&str; 2] = ["attention_grad_queries", "attention_grad_keys"];
/// The same through workgroup memory.
const STAGED: [&str; 2] = ["attention_grad_queries_staged", "attention_grad_keys_staged"];

/// See the [module documentation](self).
#[derive(Clone, Copy, Debug)]
pub struct AttentionGrad {
    attention: Attention,
    y: TensorId,
    dy: TensorId,
    /// Log-sum-exp and D of each query of each head, a vec4 each.
    rows: TensorId,
}

impl AttentionGrad {
    /// Appends it to a backward pass; `y` is the output of `attention`.
    pub(super) fn push(
        tape: &mut dyn Tape,
        attention: Attention,
        y: TensorId,
        dy: TensorId,
    ) -> Result<()> {
        let shape = tape.shape(y);
        let of_queries = Shape { c: 4 * attention.heads, ..shape };
        let rows = tape.scratch("log-sum-exp of attention", of_queries);
        let dqkv = tape.push("attention", Self { attention, y, dy, rows })?;
        tape.pass_on(attention.qkv, dqkv)
    }
}

impl Operation for AttentionGrad {
    const LABEL: &'static str = "attention gradient";

    fn inputs(&self) -> Vec<TensorId> {
        vec![self.attention.qkv, self.y, self.dy, self.rows]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let (y, dy) = (tensors.shape(self.y), tensors.shape(self.dy));
        if y != dy {
            return Err(Error::shape("gradient of attention", y, dy));
        }
        Ok(tensors.shape(self.attention.qkv))
    }

    fn flops(&self, tensors: &Tensors, _: TensorId) -> u64 {
        let y = tensors.shape(self.y);
        let tokens = (y.h * y.w) as u64;
        let width = (self.attention.heads * self.attention.head_dim) as u64;
        // Scores three times, dy·v twice, and three products that are summed.
        16 * y.n as u64 * tokens * tokens * width
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let dims = Dims {
            dy: to.offset(self.dy),
            rows: to.offset(self.rows),
            dqkv: to.offset(output),
            ..self.attention.dims(to, self.y)
        };
        let read = self.inputs();
        let dispatch = |entry| {
            let dispatch = self.attention.dispatch(entry, to, &dims);
            dispatch.fetching(to.stretches(&read))
        };
        let entries = if self.attention.is_staged(to.profile) { STAGED } else { ENTRIES };
        entries.map(dispatch).to_vec()
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let shape = at.shape(self.dy);
        let (dqkv, rest, scratch) = memory.split(at.offset(output), at.shape(output).vec4s());
        let qkv = rest.at(at.offset(self.attention.qkv), at.shape(self.attention.qkv).vec4s());
        let (size, dy) = ([shape.n, shape.h * shape.w], rest.at(at.offset(self.dy), shape.vec4s()));
        vectorize(
            #[inline(always)]
            || attention_rows::gradient(&self.attention, size, qkv, dy, dqkv, scratch),
        );
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let Attention { qkv, heads, head_dim } = self.attention;
        let shape = values.tensors.shape(qkv);
        let (tokens, d) = (shape.h * shape.w, self.attention.padded_head_dim());
        let width = heads * d;
        let (qkv, dy) = (values.of(qkv), values.of(self.dy));
        let zero = F::of(0.0);
        let scale = F::of(1.0 / (head_dim as f64).sqrt());
        let at = |n: usize, token: usize, role: usize, head: usize| {
            (n * tokens + token) * 3 * width + role * width + head * d
        };
        let dot = |a: &[F], b: &[F]| a.iter().zip(b).fold(zero, |sum, (&a, &b)| sum + a * b);
        let mut grad = vec![zero; qkv.len()];
        let mut add = |at: usize, factor: F, values: &[F]| {
            for (sum, &v) in grad[at..].iter_mut().zip(values) {
                *sum = *sum + factor * v;
            }
        };
        for i in 0..shape.n * heads * tokens {
            let (n, head, query) = (i / (heads * tokens), i / tokens % heads, i % tokens);
            let vector = |token, role| &qkv[at(n, token, role, head)..][..d];
            let gradient = &dy[(n * tokens + query) * width + head * d..][..d];
            let q = vector(query, 0);
            let scores: Vec<F> = (0..tokens).map(|key| dot(q, vector(key, 1)) * scale).collect();
            let max = scores.iter().fold(scores[0], |m, &s| if s > m { s } else { m });
            let sum = scores.iter().fold(zero, |sum, &s| sum + (s - max).exp());
            let p: Vec<F> = scores.iter().map(|&s| (s - max).exp() / sum).collect();
            let dp: Vec<F> = (0..tokens).map(|key| dot(gradient, vector(key, 2))).collect();
            let mean = dot(&p, &dp);
            for key in 0..tokens {
                let ds = p[key] * (dp[key] - mean) * scale;
                add(at(n, query, 0, head), ds, vector(key, 1));
                add(at(n, key, 1, head), ds, q);
                add(at(n, key, 2, head), p[key], gradient);
            }
        }
        grad
    }

    fn kernels() -> Vec<Kernel> {
        [ENTRIES.map(kernels).concat(), STAGED.map(staged_kernels).concat()].concat()
    }
}
