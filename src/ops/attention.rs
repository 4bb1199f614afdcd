//! Multi-head self-attention over pixels (shaders/attention.wgsl, on a GPU attention_staged.wgsl; Vaswani et al.
//! 2017, eq. 1).
//!
//! qkv `[n, h, w, 3·heads·d']`, holding all query heads, all key heads, all value heads, each head
//! padded from d to d' (a multiple of 4) by zeros → y `[n, h, w, heads·d']`.

use super::attention_grad::AttentionGrad;
use super::attention_heads::{Attention, kernels, staged_kernels};
use super::attention_rows;
use super::lowering::Lowering;
use super::memory::Memory;
use super::operation::{Operation, Tape};
use super::simd::vectorize;
use super::values::Values;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel};
use crate::tensor::{Real, Shape, TensorId, Tensors};

impl Operation for Attention {
    const LABEL: &'static str = "attention";

    fn inputs(&self) -> Vec<TensorId> {
        vec![self.qkv]
    }

    fn output_shape(&self, tensors: &Tensors) -> Result<Shape> {
        let x = tensors.shape(self.qkv);
        let width = self.heads * self.padded_head_dim();
        if width == 0 || x.c != 3 * width {
            return Err(Error::shape("attention", Shape { c: 3 * width, ..x }, x));
        }
        Ok(Shape { c: width, ..x })
    }

    fn flops(&self, tensors: &Tensors, output: TensorId) -> u64 {
        let y = tensors.shape(output);
        let tokens = (y.h * y.w) as u64;
        4 * y.n as u64 * tokens * tokens * (self.heads * self.head_dim) as u64
    }

    fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let entry = if self.is_staged(to.profile) { "attention_staged" } else { "attention" };
        let dispatch = self.dispatch(entry, to, &self.dims(to, output));
        vec![dispatch.fetching([to.stretch(self.qkv)])]
    }

    fn run(&self, at: &Lowering, output: TensorId, memory: &mut Memory) {
        let shape = at.shape(output);
        let (y, rest, scratch) = memory.split(at.offset(output), shape.vec4s());
        let qkv = rest.at(at.offset(self.qkv), at.shape(self.qkv).vec4s());
        let size = [shape.n, shape.h * shape.w];
        vectorize(
            #[inline(always)]
            || attention_rows::attention(self, size, qkv, y, scratch),
        );
    }

    fn differentiate(&self, tape: &mut dyn Tape, y: TensorId, dy: TensorId) -> Result<()> {
        if !tape.wants(self.qkv) {
            return Ok(());
        }
        AttentionGrad::push(tape, *self, y, dy)
    }

    fn forward<F: Real>(&self, values: &Values<F>) -> Vec<F> {
        let shape = values.tensors.shape(self.qkv);
        let (tokens, d) = (shape.h * shape.w, self.padded_head_dim());
        let width = self.heads * d;
        let qkv = values.of(self.qkv);
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

    fn kernels() -> Vec<Kernel> {
        [kernels("attention"), staged_kernels("attention_staged")].concat()
    }
}
