//! The kernels of the optimiser on the processor: twins of shaders/adamw.wgsl, over the same dimensions and buffers. A
//! call does the work of all threads.

use super::dims::{JUDGED_STEPS, OptimizerDims, RENEWED_EVERY, SMOOTHED_STEPS};
use super::draw::{Buckets, ENOUGH_LOSSES, WHOLE};
use super::rates::learning_rate;
use super::state::{NOT_FINITE, PARTIALS, RING, State};

/// When training is given up: the smoothed loss is above this many times that of answering zero, …
const HOPELESS: f32 = 4.0;
/// … or above this after having been below [`LEARNED`].
const LOST: f32 = 1.0;
const LEARNED: f32 = 0.5;
/// A fault; the other is [`NOT_FINITE`].
const BLOWN_UP: u32 = 2;

/// Arena, state, weights, moments, ranges.
struct Buffers<'a> {
    d: OptimizerDims,
    arena: &'a [f32],
    state: State<'a>,
    weights: &'a mut [f32],
    moments: &'a mut [f32],
    /// Address and number of vec4s before, of each trained stretch.
    ranges: &'a [[u32; 2]],
}

impl<'a> Buffers<'a> {
    fn new(dims: &[u8], buffers: &'a mut [&mut [f32]]) -> Self {
        let [arena, state, weights, moments, ranges] = buffers else {
            unreachable!("an optimiser binds five buffers")
        };
        let d: OptimizerDims = bytemuck::pod_read_unaligned(dims);
        let ranges = bytemuck::cast_slice(&ranges[..2 * d.ranges as usize]);
        Self { d, arena, state: State::new(state), weights, moments, ranges }
    }

    /// The trained stretches as (first word, number of words).
    fn stretches(d: &OptimizerDims, ranges: &[[u32; 2]]) -> impl Iterator<Item = (usize, usize)> {
        let ends = ranges[1..].iter().map(|range| range[1]).chain([d.total]);
        let words = |v: u32| v as usize * 4;
        let of = move |(&[at, before], end): (&[u32; 2], u32)| (words(at), words(end - before));
        ranges.iter().zip(ends).map(of)
    }
}

/// Squares of the gradient, a sum for every [`PARTIALS`]th vec4.
pub(super) fn gradient_norm(dims: &[u8], buffers: &mut [&mut [f32]]) {
    let b = Buffers::new(dims, buffers);
    let gradients = &b.arena[b.d.gradients as usize * 4..];
    b.state.sums.fill(0.0);
    let mut i = 0;
    for (first, words) in Buffers::stretches(&b.d, b.ranges) {
        for g in gradients[first..first + words].as_chunks::<4>().0 {
            b.state.sums[i % PARTIALS] += g[0] * g[0] + g[1] * g[1] + g[2] * g[2] + g[3] * g[3];
            i += 1;
        }
    }
}

/// What happens to the step under way, from its gradient's norm, its loss, and the loss of answering zero.
pub(super) fn train_finish(dims: &[u8], buffers: &mut [&mut [f32]]) {
    let mut b = Buffers::new(dims, buffers);
    let batch = b.d.batch as usize;
    let losses = b.arena[b.d.loss as usize * 4..].chunks(4).take(batch);
    let loss = losses.map(|loss| loss[0]).sum::<f32>() / batch as f32;
    let zero = b.state.batch[..batch].iter().map(|drawn| drawn.zero).sum::<f32>() / batch as f32;
    let norm = b.state.sums.iter().sum::<f32>().sqrt();
    decide(&b.d, &mut b.state, norm, loss, zero);
}

fn decide(d: &OptimizerDims, state: &mut State, norm: f32, loss: f32, zero: f32) {
    let now = &mut *state.scalars;
    now.go = 0;
    if now.fault != 0 {
        return;
    }
    (now.loss, now.norm) = (loss, norm);
    let step = now.step;
    if !loss.is_finite() || !norm.is_finite() {
        (now.fault, now.fault_step) = (NOT_FINITE, step);
        return;
    }
    // Has the network become worse than none? Judged by the loss over that of answering zero to the same batch, so
    // that neither t nor its weight matters.
    let rate = (1.0 / (step + 1) as f32).max(1.0 / SMOOTHED_STEPS as f32);
    now.relative += rate * (loss / zero.max(1e-30) - now.relative);
    if step + 1 >= JUDGED_STEPS {
        now.best = now.best.min(now.relative);
        if now.relative > if now.best < LEARNED { LOST } else { HOPELESS } {
            (now.fault, now.fault_step) = (BLOWN_UP, step);
            return;
        }
    }
    // torch.nn.utils.clip_grad_norm_
    now.clip = if d.clip > 0.0 { (d.clip / (norm + 1e-6)).min(1.0) } else { 1.0 };
    now.lr = learning_rate(f64::from(d.lr), d.warmup, d.steps, step) as f32;
    now.forget = d.forget.max(9.0 / (10.0 + step as f32));
    now.correction1 = d.beta1 * now.correction1 + d.rate1;
    now.correction2 = d.beta2 * now.correction2 + d.rate2;
    now.step = step + 1;
    now.go = 1;
    if d.importance == 1 && step.is_multiple_of(RENEWED_EVERY) {
        renew_importance(d, state);
    }
    state.ring[step as usize % RING] = loss;
}

/// Probabilities of the buckets of t from what they cost so far.
fn renew_importance(d: &OptimizerDims, state: &mut State) {
    let buckets = Buckets { first: 0, timesteps: d.timesteps as usize };
    let count = d.buckets as usize;
    if state.seen[..count].iter().any(|&seen| seen < ENOUGH_LOSSES) {
        return;
    }
    let roots: Vec<f64> = state.square[..count].iter().map(|&s| f64::from(s).sqrt()).collect();
    let total: f64 = (0..count).map(|b| buckets.width(b) as f64 * roots[b]).sum();
    // All losses zero or too large to add: as it was.
    if !total.is_finite() || total <= 0.0 {
        return;
    }
    let ends = buckets.by_importance(&roots);
    state.ends[..count - 1].copy_from_slice(&ends[..count - 1]);
    debug_assert_eq!(state.ends[count - 1], WHOLE);
}

/// Loshchilov & Hutter 2019, algorithm 2, as torch.optim.AdamW has it: the decay is of the weights and by the learning
/// rate, ε stands outside the root. Then the moving average.
pub(super) fn adamw(dims: &[u8], buffers: &mut [&mut [f32]]) {
    let b = Buffers::new(dims, buffers);
    let (d, now) = (b.d, *b.state.scalars);
    if now.go == 0 {
        return;
    }
    let words = d.vec4s as usize * 4;
    let gradients = &b.arena[d.gradients as usize * 4..];
    let (first, rest) = b.moments.split_at_mut(words);
    let (second, average) = rest.split_at_mut(words);
    let keep = 1.0 - now.lr * d.weight_decay;
    let (root, rate) = (now.correction2.sqrt(), now.lr / now.correction1);
    for (at, count) in Buffers::stretches(&d, b.ranges) {
        let range = at..at + count;
        let gradients = &gradients[range.clone()];
        let [first, second, average] =
            [&mut *first, &mut *second, &mut *average].map(|of| &mut of[range.clone()]);
        let each = b.weights[range].iter_mut().zip(gradients).zip(first).zip(second).zip(average);
        for ((((w, &g), m), v), average) in each {
            let g = g * now.clip;
            *m += d.rate1 * (g - *m);
            *v = d.beta2 * *v + d.rate2 * g * g;
            *w = *w * keep - rate * (*m / (v.sqrt() / root + d.epsilon));
            *average += now.forget * (*w - *average);
        }
    }
}
