//! Attention and its gradient on the processor, one head of one sample at a time. Keys and values of the head are
//! turned over first, so that the innermost loops run along the tokens, of which there are many, and not along the
//! channels of a head, of which there are few.

use super::attention_heads::Attention;
use super::exp::exp;
use super::rows::zeros;

/// Tokens are padded to a multiple of this with zeros: the innermost loops have no rest.
const LANES: usize = 8;

/// Where a head of a sample lies.
#[derive(Clone, Copy)]
struct Head {
    /// First word of the first token's query, and of its result.
    query: usize,
    result: usize,
    /// Words of all heads of a token.
    width: usize,
    /// d', words of a head.
    d: usize,
    tokens: usize,
    /// 1/√d.
    scale: f32,
}

impl Head {
    fn all(attention: &Attention, [n, tokens]: [usize; 2]) -> impl Iterator<Item = Self> {
        let (heads, d) = (attention.heads, attention.padded_head_dim());
        let (width, scale) = (heads * d, 1.0 / (attention.head_dim as f32).sqrt());
        (0..n * heads).map(move |i| {
            let (n, first) = (i / heads, i % heads * d);
            let (query, result) = (n * tokens * 3 * width + first, n * tokens * width + first);
            Self { query, result, width, d, tokens, scale }
        })
    }

    /// The queries (0), keys (1) or values (2) in a tensor laid out as qkv.
    fn of_role<'a>(&self, qkv: &'a [f32], role: usize) -> impl Iterator<Item = &'a [f32]> {
        let d = self.d;
        qkv[self.query + role * self.width..].chunks(3 * self.width).map(move |token| &token[..d])
    }

    /// Rows of a tensor laid out as the result.
    fn of_result<'a>(&self, y: &'a [f32]) -> impl Iterator<Item = &'a [f32]> {
        let d = self.d;
        y[self.result..].chunks(self.width).map(move |token| &token[..d])
    }

    fn padded(&self) -> usize {
        self.tokens.next_multiple_of(LANES)
    }

    /// Keys or values as `[d'][tokens]`.
    fn turn_over(&self, qkv: &[f32], role: usize, to: &mut [f32]) {
        for (token, vector) in (0..self.tokens).zip(self.of_role(qkv, role)) {
            for (row, &v) in to.chunks_exact_mut(self.padded()).zip(vector) {
                row[token] = v;
            }
        }
    }

    /// The reverse, of gradients.
    fn turn_back(&self, from: &[f32], role: usize, dqkv: &mut [f32]) {
        let first = self.query + role * self.width;
        for (token, vector) in (0..self.tokens).zip(dqkv[first..].chunks_mut(3 * self.width)) {
            for (v, row) in vector[..self.d].iter_mut().zip(from.chunks_exact(self.padded())) {
                *v = row[token];
            }
        }
    }

    /// softmax(scale·q·k) over the keys; zero in the padding.
    #[inline(always)]
    fn weights(&self, query: &[f32], keys: &[f32], p: &mut [f32]) {
        combine(query, keys, p);
        p[self.tokens..].fill(f32::MIN);
        let max = fold(p, f32::MIN, |max, s| if s > max { s } else { max });
        p.iter_mut().for_each(|p| *p = exp((*p - max) * self.scale));
        p[self.tokens..].fill(0.0);
        let sum = fold(p, 0.0, |sum, p| sum + p);
        p.iter_mut().for_each(|p| *p /= sum);
    }
}

/// All of some numbers put together, every eighth first.
#[inline(always)]
fn fold(all: &[f32], first: f32, with: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [first; LANES];
    for chunk in all.as_chunks::<LANES>().0 {
        lanes.iter_mut().zip(chunk).for_each(|(lane, &v)| *lane = with(*lane, v));
    }
    lanes.into_iter().fold(first, with)
}

/// Σ a·b, likewise.
#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    for (a, b) in a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}

/// Σ_c factors\[c\]·rows\[c\], in registers for some tokens at a time.
#[inline(always)]
fn combine(factors: &[f32], rows: &[f32], to: &mut [f32]) {
    let padded = to.len();
    for (i, to) in to.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let mut sums = [0.0; LANES];
        for (factor, row) in factors.iter().zip(rows.chunks_exact(padded)) {
            let row = &row.as_chunks::<LANES>().0[i];
            sums.iter_mut().zip(row).for_each(|(sum, v)| *sum += factor * v);
        }
        *to = sums;
    }
}

/// Adds factors\[c\]·row to each rows\[c\].
#[inline(always)]
fn spread(factors: &[f32], row: &[f32], rows: &mut [f32]) {
    for (factor, to) in factors.iter().zip(rows.chunks_exact_mut(row.len())) {
        to.iter_mut().zip(row).for_each(|(to, v)| *to += factor * v);
    }
}

/// The next `len` words of a scratch that is dealt out.
fn take<'a>(scratch: &mut &'a mut [f32], len: usize) -> &'a mut [f32] {
    let (taken, rest) = std::mem::take(scratch).split_at_mut(len);
    *scratch = rest;
    taken
}

/// y of `size`, samples and tokens.
#[inline(always)]
pub(super) fn attention(
    attention: &Attention,
    size: [usize; 2],
    qkv: &[f32],
    y: &mut [f32],
    scratch: &mut Vec<f32>,
) {
    for head in Head::all(attention, size) {
        let padded = head.padded();
        let mut room = zeros(scratch, (2 * head.d + 1) * padded);
        let [keys, values] = [1, 2].map(|role| {
            let to = take(&mut room, head.d * padded);
            head.turn_over(qkv, role, to);
            to
        });
        let queries = head.of_role(qkv, 0);
        for (query, y) in queries.zip(y[head.result..].chunks_mut(head.width)).take(head.tokens) {
            head.weights(query, keys, room);
            for (y, values) in y[..head.d].iter_mut().zip(values.chunks_exact(padded)) {
                *y = dot(room, values);
            }
        }
    }
}

/// Gradient of qkv, `size` as above: with D = Σ_j p_j·(dy·v_j) and ds_j = scale·p_j·(dy·v_j − D), query i gives
/// dq = Σ_j ds_j·k_j, and to each key ds_j·q, to each value p_j·dy.
#[inline(always)]
pub(super) fn gradient(
    attention: &Attention,
    size: [usize; 2],
    qkv: &[f32],
    dy: &[f32],
    dqkv: &mut [f32],
    scratch: &mut Vec<f32>,
) {
    for head in Head::all(attention, size) {
        let padded = head.padded();
        let mut room = zeros(scratch, (4 * head.d + 2) * padded);
        let [keys, values, d_keys, d_values] = [(); 4].map(|()| take(&mut room, head.d * padded));
        let (p, slopes) = room.split_at_mut(padded);
        head.turn_over(qkv, 1, keys);
        head.turn_over(qkv, 2, values);
        let queries = head.of_role(qkv, 0).zip(head.of_result(dy));
        let d_queries = dqkv[head.query..].chunks_mut(3 * head.width);
        for ((query, dy), d_query) in queries.zip(d_queries).take(head.tokens) {
            head.weights(query, keys, p);
            combine(dy, values, slopes);
            let mean = dot(p, slopes);
            for (slope, p) in slopes.iter_mut().zip(&*p) {
                *slope = head.scale * p * (*slope - mean);
            }
            for (dq, keys) in d_query[..head.d].iter_mut().zip(keys.chunks_exact(padded)) {
                *dq = dot(slopes, keys);
            }
            spread(query, slopes, d_keys);
            spread(dy, p, d_values);
        }
        head.turn_back(d_keys, 1, dqkv);
        head.turn_back(d_values, 2, dqkv);
    }
}
