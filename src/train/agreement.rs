//! A training step's kernels on WebGPU against their twins on the processor: whole steps around a network that answers
//! every batch with the same losses and gradients.

use super::dims::{BatchDims, LANES, OptimizerDims};
use super::draw::{Buckets, EVEN_SHARE, threshold};
use super::kernels::{batch_routines, optimizer_routines};
use super::state::{self, PARTIALS, State};
use crate::run::side_by_side::{Bench, assert_near, scattered};

const ARENA: usize = 0;
const STATE: usize = 1;
const WEIGHTS: usize = 4;
const MOMENTS: usize = 5;

const NONE: u32 = u32::MAX;
/// Weights in vec4 units, of which more are trained than there are partial sums.
const VEC4S: usize = PARTIALS + 500;
/// Trained stretches (address, vec4s before) with gaps before, between and after.
const RANGES: [[u32; 2]; 3] = [[3, 0], [100, 90], [900, 490]];
const TOTAL: u32 = 490 + PARTIALS as u32 - 450;

/// What of a training differs from case to case.
#[derive(Clone, Copy)]
struct Case {
    batch: usize,
    channels: usize,
    pixels: usize,
    images: usize,
    buckets: Buckets,
    labels: bool,
    timestep: bool,
    second_noise: bool,
    importance: bool,
    warmup: u32,
    steps: u32,
    clip: f32,
    seed: u64,
}

/// Points with labels, drawn by importance from seven t above the lowest.
const POINTS: Case = Case {
    batch: 33,
    channels: 2,
    pixels: 1,
    images: 12,
    buckets: Buckets { first: 1, timesteps: 7 },
    labels: true,
    timestep: false,
    second_noise: false,
    importance: true,
    warmup: 4,
    steps: 90,
    clip: 0.7,
    seed: 9 << 32 | 5,
};

/// Pictures of an odd size in five channels, the naive objective, a constant rate, no clipping.
const PICTURES: Case = Case {
    batch: 3,
    channels: 5,
    pixels: 7,
    images: 4,
    buckets: Buckets { first: 0, timesteps: 120 },
    labels: false,
    timestep: true,
    second_noise: true,
    importance: false,
    warmup: 0,
    steps: 0,
    clip: 0.0,
    seed: 2,
};

struct Dims {
    batch: BatchDims,
    optimizer: OptimizerDims,
}

impl Case {
    /// Everything of the arena one behind another, gradients first.
    fn dims(&self) -> Dims {
        let [batch, c4] = [self.batch, self.channels.div_ceil(4)].map(|v| v as u32);
        let values = batch * self.pixels as u32 * c4;
        let sample = VEC4S as u32;
        let weight = sample + 2 * values;
        let Buckets { first, timesteps } = self.buckets;
        let labels = if self.labels { weight + 5 * batch } else { NONE };
        let batch = BatchDims {
            batch,
            channels: self.channels as u32,
            pixels: self.pixels as u32,
            c4,
            images: self.images as u32,
            sample,
            target_at: sample + values,
            weight,
            features: weight + batch,
            features_c4: 2,
            timestep: if self.timestep { weight + 3 * batch } else { NONE },
            label: labels,
            loss: weight + 4 * batch,
            first_t: first as u32,
            timesteps: timesteps as u32,
            buckets: self.buckets.count() as u32,
            null_label: 10.0,
            drop_below: threshold(0.3),
            second_noise: u32::from(self.second_noise),
            seed_low: self.seed as u32,
            seed_high: (self.seed >> 32) as u32,
        };
        let optimizer = OptimizerDims {
            total: TOTAL,
            ranges: RANGES.len() as u32,
            vec4s: VEC4S as u32,
            gradients: 0,
            loss: batch.loss,
            batch: batch.batch,
            buckets: batch.buckets,
            timesteps: batch.timesteps,
            importance: u32::from(self.importance),
            warmup: self.warmup,
            steps: self.steps,
            lr: 1e-3,
            weight_decay: 0.1,
            clip: self.clip,
            beta1: 0.9,
            beta2: 0.999,
            rate1: 0.1,
            rate2: 1e-3,
            forget: 0.01,
            epsilon: 1e-8,
            even_share: EVEN_SHARE as f32,
        };
        Dims { batch, optimizer }
    }

    fn benches(&self) -> [Bench; 2] {
        let d = self.dims().batch;
        let mut arena = scattered(1, (d.weight + 6 * d.batch) as usize * 4);
        // Losses are positive, as every sum of squares.
        for loss in &mut arena[d.loss as usize * 4..][..self.batch * 4] {
            *loss = 0.5 + 0.4 * *loss;
        }
        let last = self.buckets.first + self.buckets.timesteps;
        let mut table = scattered(2, last * (8 + 8));
        // Neither the weight of a pair nor the loss of answering zero is negative.
        table[..last * 8].chunks_mut(8).flat_map(|row| &mut row[6..]).for_each(|w| *w = w.abs());
        let mut words = state::beginning(&self.buckets);
        words.resize(state::bytes(self.batch) as usize / 4, 0);
        let labels = (0..self.images).map(|i| (i % 10) as f32);
        let values = scattered(3, self.images * self.channels * self.pixels);
        Bench::both(&[
            arena,
            words.into_iter().map(f32::from_bits).collect(),
            table,
            values.into_iter().chain(labels).collect(),
            scattered(4, VEC4S * 4),
            vec![0.0; VEC4S * 12],
            RANGES.iter().flatten().map(|&word| f32::from_bits(word)).collect(),
        ])
    }

    fn step(&self, bench: &Bench) {
        let Dims { batch, optimizer } = self.dims();
        let [draw, noise, statistics] = batch_routines();
        let [norm, finish, adamw] = optimizer_routines();
        let of_batch = |routine, threads| {
            bench.call(routine, bytemuck::bytes_of(&batch), &[ARENA, STATE, 2, 3], threads);
        };
        let of_optimizer = |routine, threads| {
            let buffers = [ARENA, STATE, WEIGHTS, MOMENTS, 6];
            bench.call(routine, bytemuck::bytes_of(&optimizer), &buffers, threads);
        };
        of_batch(&draw, self.batch);
        of_batch(&noise, self.batch * (self.pixels * batch.c4 as usize).max(2));
        of_optimizer(&norm, PARTIALS);
        of_optimizer(&finish, LANES as usize);
        of_optimizer(&adamw, TOTAL as usize);
        of_batch(&statistics, batch.buckets as usize);
    }

    fn assert_agrees(&self, what: &str, [gpu, cpu]: &[Bench; 2]) {
        for (name, buffer) in [("arena", ARENA), ("weights", WEIGHTS), ("moments", MOMENTS)] {
            assert_near(&format!("{what}: {name}"), &gpu.read(buffer), &cpu.read(buffer), 3e-6);
        }
        let (mut gpu, mut cpu) = (gpu.read(STATE), cpu.read(STATE));
        let (gpu, cpu) = (State::new(&mut gpu), State::new(&mut cpu));
        let whole =
            |s: &State| [s.scalars.step, s.scalars.fault, s.scalars.fault_step, s.scalars.go];
        assert_eq!(whole(&gpu), whole(&cpu), "{what}");
        let drawn =
            |s: &State| s.batch.iter().map(|d| [d.image, d.t, d.bucket]).collect::<Vec<_>>();
        assert_eq!(drawn(&gpu), drawn(&cpu), "{what}: what the batch is made from");
        assert_eq!(gpu.seen, cpu.seen, "{what}: losses seen");
        let near = |name: &str, a: &[f32], b: &[f32]| {
            assert_near(&format!("{what}: {name}"), a, b, 3e-6);
        };
        let floats = |s: &State| {
            let s = &*s.scalars;
            let (relative, best) = (s.relative, s.best.min(1e9));
            [
                s.loss,
                relative,
                best,
                s.norm,
                s.clip,
                s.lr * 1e3,
                s.forget,
                s.correction1,
                s.correction2,
            ]
        };
        near("scalars", &floats(&gpu), &floats(&cpu));
        near("losses by t", gpu.mean, cpu.mean);
        near("their squares", gpu.square, cpu.square);
        near("squares of the gradient", gpu.sums, cpu.sums);
        near("newest losses", gpu.ring, cpu.ring);
        let shares =
            |s: &State| s.ends.iter().map(|&end| end as f32 / 2f32.powi(31)).collect::<Vec<_>>();
        near("probabilities", &shares(&gpu), &shares(&cpu));
        let weighed =
            |s: &State| s.batch.iter().flat_map(|d| [d.factor, d.zero]).collect::<Vec<_>>();
        near("factors", &weighed(&gpu), &weighed(&cpu));
    }
}

#[test]
fn every_step_is_the_shaders() {
    for (name, case) in [("points", POINTS), ("pictures", PICTURES)] {
        let benches = case.benches();
        let mut beginning = benches[1].read(STATE);
        let even = State::new(&mut beginning).ends.to_vec();
        for step in 0..120 {
            benches.iter().for_each(|bench| case.step(bench));
            if step < 3 || step % 20 == 11 {
                case.assert_agrees(&format!("{name}, step {step}"), &benches);
            }
        }
        let mut end = benches[1].read(STATE);
        let end = State::new(&mut end);
        assert_eq!((end.scalars.step, end.scalars.fault), (120, 0));
        assert_eq!(end.ends != even, case.importance, "{name}: probabilities are renewed");
        // What is not trained is as it was.
        let (weights, first) = (benches[1].read(WEIGHTS), scattered(4, VEC4S * 4));
        let changed = (0..VEC4S).filter(|v| weights[v * 4..][..4] != first[v * 4..][..4]).count();
        assert_eq!(changed, TOTAL as usize, "{name}");
    }
}
