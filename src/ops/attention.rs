//! Multi-head self-attention over pixels (shaders/attention.wgsl; Vaswani et al. 2017, eq. 1).
//!
//! qkv `[n, h, w, 3·heads·d']`, holding all query heads, all key heads, all value heads, each head
//! padded from d to d' (a multiple of 4) by zeros → y `[n, h, w, heads·d']`.

use super::WORKGROUP;
use super::attention_grad::AttentionGrad;
use crate::cpu::{Real, Run};
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Lowering, dims, shader};
use crate::graph::{Graph, ParamId, Shape, Tape, TensorId};

/// See the [module documentation](self).
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
    /// `Dims` in shaders/attention_heads.wgsl.
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

/// `head4`: vec4s in a padded head.
pub(super) fn kernel(entry: &'static str, head4: u32) -> Kernel {
    let body = match entry {
        "attention" => shader!("attention"),
        _ => shader!("attention_grad"),
    };
    Kernel {
        entry,
        files: vec![shader!("bindings"), shader!("attention_heads"), body],
        constants: vec![("WORKGROUP", WORKGROUP), ("HEAD4", head4)],
        dims: Dims::FIELDS,
    }
}

impl Attention {
    /// d', the channels of a head with padding.
    pub const fn padded_head_dim(&self) -> usize {
        self.head_dim.next_multiple_of(4)
    }

    pub(super) fn inputs(&self) -> Vec<TensorId> {
        vec![self.qkv]
    }

    pub(super) fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    pub(super) fn output_shape(&self, graph: &Graph) -> Result<Shape> {
        let x = graph.shape(self.qkv);
        let width = self.heads * self.padded_head_dim();
        if width == 0 || x.c != 3 * width {
            return Err(Error::shape("attention", Shape { c: 3 * width, ..x }, x));
        }
        Ok(Shape { c: width, ..x })
    }

    pub(super) fn flops(&self, graph: &Graph, output: TensorId) -> u64 {
        let y = graph.shape(output);
        let tokens = (y.h * y.w) as u64;
        4 * y.n as u64 * tokens * tokens * (self.heads * self.head_dim) as u64
    }

    pub(super) fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        vec![self.dispatch("attention", to, &self.dims(to, output))]
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
        let kernel = kernel(entry, self.padded_head_dim() as u32 / 4);
        let groups = dims.tokens.div_ceil(WORKGROUP) as usize;
        Dispatch::new(kernel, dims, [groups, self.heads, to.shape(self.qkv).n])
    }

    pub(crate) fn differentiate(&self, tape: &mut Tape, y: TensorId, dy: TensorId) -> Result<()> {
        if !tape.wants(self.qkv) {
            return Ok(());
        }
        AttentionGrad::push(tape, *self, y, dy)
    }

    pub(super) fn forward<F: Real>(&self, run: &Run<F>) -> Vec<F> {
        let shape = run.graph.shape(self.qkv);
        let (tokens, d) = (shape.h * shape.w, self.padded_head_dim());
        let width = self.heads * d;
        let qkv = run.value(self.qkv);
        let scale = F::of(1.0 / (self.head_dim as f64).sqrt());
        let vector = |n: usize, token: usize, role: usize, head: usize| {
            &qkv[(n * tokens + token) * 3 * width + role * width + head * d..][..d]
        };
        let mut y = vec![F::of(0.0); shape.pixels() * width];
        for (out_at, out) in y.chunks_exact_mut(d).enumerate() {
            let (n, token, head) =
                (out_at / self.heads / tokens, out_at / self.heads % tokens, out_at % self.heads);
            let query = vector(n, token, 0, head);
            let score = |key: usize| {
                let products = query.iter().zip(vector(n, key, 1, head)).map(|(&q, &k)| q * k);
                products.fold(F::of(0.0), |sum, p| sum + p) * scale
            };
            let scores: Vec<F> = (0..tokens).map(score).collect();
            let max = scores.iter().fold(scores[0], |m, &s| if s > m { s } else { m });
            let sum = scores.iter().fold(F::of(0.0), |sum, &s| sum + (s - max).exp());
            for (key, &s) in scores.iter().enumerate() {
                let p = (s - max).exp() / sum;
                for (o, &v) in out.iter_mut().zip(vector(n, key, 2, head)) {
                    *o = *o + p * v;
                }
            }
        }
        y
    }
}
