//! The chain's kernels on the processor: twins of shaders/chain.wgsl, over the same dimensions and buffers. A call does
//! the work of all threads.

use super::dims::{Dims, NONE, StepDims};
use crate::diffusion::{key, normal_pair};

/// Arena, frames, step table, time features, uploaded noise, state.
struct Buffers<'a> {
    d: Dims,
    arena: &'a mut [f32],
    frames: &'a mut [f32],
    table: &'a [StepDims],
    time_features: &'a [f32],
    noise: &'a [f32],
    state: &'a mut State,
}

/// `State` in shaders/chain.wgsl.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
struct State {
    next: u32,
    step: u32,
    fault: u32,
}

impl<'a> Buffers<'a> {
    fn new(dims: &[u8], buffers: &'a mut [&mut [f32]]) -> Self {
        let [arena, frames, table, time_features, noise, state] = buffers else {
            unreachable!("a chain binds six buffers")
        };
        let words = table.len() - table.len() % (size_of::<StepDims>() / 4);
        Self {
            d: bytemuck::pod_read_unaligned(dims),
            arena,
            frames,
            table: bytemuck::cast_slice(&table[..words]),
            time_features,
            noise,
            state: &mut bytemuck::cast_slice_mut(&mut state[..3])[0],
        }
    }

    fn elements(&self) -> usize {
        self.d.elements as usize
    }

    /// What lies in the ring of the evaluation `back` steps ago: `what` is 0 for x, 1 for x̂_0, 2 for ε̂.
    fn ring(&self, step: usize, back: usize, what: usize) -> usize {
        let slot = (step + self.d.memory as usize - back) % self.d.memory as usize;
        (5 + 4 * self.d.kept as usize + 3 * slot + what) * self.elements()
    }

    /// What the network says of an element: without guidance, and with it where there are two copies (Ho & Salimans
    /// 2022, eq. 6).
    fn model_outputs(&self, e: usize) -> [f32; 2] {
        let (pixels, channels) = (self.d.pixels as usize, self.d.channels as usize);
        let (pixel, c, n) = (e % pixels, e / pixels % channels, e / (pixels * channels));
        let output = |n: usize| {
            let at = self.d.output as usize + (n * pixels + pixel) * self.d.out_c4 as usize;
            self.arena[at * 4 + c]
        };
        match self.d.copies {
            0 => [0.0; 2],
            1 => [output(n); 2],
            _ => {
                let (with_class, without) = (output(n), output(self.d.batch as usize + n));
                [with_class, without + self.d.guidance * (with_class - without)]
            }
        }
    }

    /// What earlier evaluations add to the next x.
    fn past(&self, s: &StepDims, step: usize, e: usize) -> f32 {
        let at = |back, what| self.frames[self.ring(step, back, what) + e];
        let mut sum = s.prev_from_x0_1 * at(1, 1) + s.prev_from_x_1 * at(1, 0);
        sum += s.prev_from_eps_1 * at(1, 2);
        if s.memory == 2 {
            sum += s.prev_from_x0_2 * at(2, 1) + s.prev_from_x_2 * at(2, 0);
            sum += s.prev_from_eps_2 * at(2, 2);
        }
        sum
    }

    fn advance(&mut self, s: &StepDims, e: usize, z: f32, step: usize) {
        let (all, kept) = (self.elements(), self.d.kept as usize);
        let x = self.frames[e];
        let [plain, m] = self.model_outputs(e);
        let unguided = s.x0_from_x * x + s.x0_from_model * plain;
        let x0 = s.x0_from_x * x + s.x0_from_model * m;
        // What is no number stays none.
        let x0 = if x0 < -s.clip {
            -s.clip
        } else if x0 > s.clip {
            s.clip
        } else {
            x0
        };
        let eps = s.eps_from_x * x + s.eps_from_model * m + s.eps_from_x0 * x0;
        let mut prev =
            s.prev_from_x0 * x0 + s.prev_from_x * x + s.prev_from_eps * eps + s.sigma * z;
        if s.memory > 0 {
            prev += self.past(s, step, e);
        }
        if self.d.memory > 0 {
            for (what, value) in [x, x0, eps].into_iter().enumerate() {
                let at = self.ring(step, 0, what) + e;
                self.frames[at] = value;
            }
        }
        if !prev.is_finite() {
            self.state.fault = self.state.fault.min(step as u32);
        }
        self.frames[e] = prev;
        self.frames[all + e] = x0;
        self.frames[2 * all + e] = eps;
        self.frames[3 * all + e] = unguided;
        let every = self.d.keep_every as usize;
        let slot = |first: usize, frame: usize| (4 + first + frame / every) * all + e;
        if step.is_multiple_of(every) {
            self.frames[slot(kept + 1, step)] = x0;
            self.frames[slot(2 * kept + 1, step)] = eps;
            self.frames[slot(3 * kept + 1, step)] = unguided;
        }
        if (step + 1).is_multiple_of(every) {
            self.frames[slot(0, step + 1)] = prev;
        }
    }

    fn key(&self) -> [u32; 2] {
        key(u64::from(self.d.seed_low) | u64::from(self.d.seed_high) << 32)
    }
}

/// Feeds the network: x of every copy, the features of t, t itself.
pub(super) fn chain_begin(dims: &[u8], buffers: &mut [&mut [f32]]) {
    let b = Buffers::new(dims, buffers);
    let d = &b.d;
    let step = b.state.next as usize;
    b.state.step = step as u32;
    let rows = (d.copies * d.batch) as usize;
    if rows == 0 {
        return; // a walk without network
    }
    let (pixels, channels) = (d.pixels as usize, d.channels as usize);
    let width = d.features_c4 as usize * 4;
    let features = &b.time_features[step * width..(step + 1) * width];
    for row in 0..rows {
        let at = d.features as usize * 4 + row * width;
        b.arena[at..at + width].copy_from_slice(features);
        if d.timestep != NONE {
            let at = (d.timestep as usize + row) * 4;
            b.arena[at..at + 4].copy_from_slice(&[b.table[step].timestep, 0.0, 0.0, 0.0]);
        }
        let stride = d.in_c4 as usize * 4;
        let first = d.sample as usize * 4 + row * pixels * stride;
        let image = row % d.batch as usize * channels * pixels;
        for (pixel, to) in
            b.arena[first..first + pixels * stride].chunks_exact_mut(stride).enumerate()
        {
            to.fill(0.0);
            for (c, to) in to[..channels].iter_mut().enumerate() {
                *to = b.frames[image + c * pixels + pixel];
            }
        }
    }
}

/// Does what follows from the network's answer.
pub(super) fn chain_step(dims: &[u8], buffers: &mut [&mut [f32]]) {
    let mut b = Buffers::new(dims, buffers);
    let step = b.state.step as usize;
    b.state.next = step as u32 + 1;
    let s = b.table[step];
    let (key, all) = (b.key(), b.elements());
    for first in (0..all).step_by(2) {
        let last = (first + 1).min(all - 1);
        let z = match (s.sigma != 0.0, b.d.uploaded_noise == 1) {
            (false, _) => [0.0; 2],
            (true, true) => [b.noise[first], b.noise[last]],
            (true, false) => {
                let counter = [b.d.first_pair + first as u32 / 2, step as u32 * 16 + b.d.stream];
                normal_pair(key, counter).map(|z| z as f32)
            }
        };
        b.advance(&s, first, z[0], step);
        if first + 1 < all {
            b.advance(&s, first + 1, z[1], step);
        }
    }
}

/// x_T from the generator, into frame 0.
pub(super) fn chain_start(dims: &[u8], buffers: &mut [&mut [f32]]) {
    let b = Buffers::new(dims, buffers);
    let (key, all) = (b.key(), b.elements());
    let (x, kept) = b.frames.split_at_mut(4 * all);
    let pairs = x[..all].chunks_mut(2).zip(kept[..all].chunks_mut(2));
    for (i, (x, kept)) in pairs.enumerate() {
        let z = normal_pair(key, [b.d.first_pair + i as u32, 0]).map(|z| z as f32);
        x.copy_from_slice(&z[..x.len()]);
        kept.copy_from_slice(x);
    }
}
