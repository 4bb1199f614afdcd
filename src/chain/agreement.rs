//! The chain's kernels on WebGPU against their twins on the processor, with whatever coefficients and layouts there are.

use super::dims::{Dims, NONE, StepDims};
use super::kernels::routines;
use crate::run::side_by_side::{Bench, assert_near, scattered};

const STEPS: usize = 5;
const ARENA: usize = 0;
const FRAMES: usize = 1;
const STATE: usize = 5;

/// What of a chain differs from case to case.
#[derive(Clone, Copy)]
struct Case {
    channels: usize,
    pixels: usize,
    batch: usize,
    copies: usize,
    memory: usize,
    keep_every: usize,
    uploaded: bool,
    timestep: bool,
    seed: u64,
    first_pair: u32,
}

/// One picture of seven pixels, nothing remembered, generated noise.
const PLAIN: Case = Case {
    channels: 1,
    pixels: 7,
    batch: 1,
    copies: 1,
    memory: 0,
    keep_every: 1,
    uploaded: false,
    timestep: false,
    seed: 3,
    first_pair: 0,
};

impl Case {
    fn elements(&self) -> usize {
        self.channels * self.pixels * self.batch
    }

    /// Input, features, t and output, one behind another from address 1 on.
    fn dims(&self) -> Dims {
        let rows = self.copies * self.batch;
        let c4 = self.channels.div_ceil(4);
        let features = 1 + rows * self.pixels * c4;
        let timestep = features + rows * 2;
        Dims {
            elements: self.elements() as u32,
            pixels: self.pixels as u32,
            channels: self.channels as u32,
            batch: self.batch as u32,
            copies: self.copies as u32,
            keep_every: self.keep_every as u32,
            kept: STEPS.div_ceil(self.keep_every) as u32,
            sample: 1,
            features: features as u32,
            features_c4: if rows == 0 { 1 } else { 2 },
            timestep: if self.timestep { timestep as u32 } else { NONE },
            output: (timestep + rows) as u32,
            in_c4: c4 as u32,
            out_c4: c4 as u32,
            guidance: 2.5,
            seed_low: self.seed as u32,
            seed_high: (self.seed >> 32) as u32,
            stream: 1,
            uploaded_noise: u32::from(self.uploaded),
            first_pair: self.first_pair,
            memory: self.memory as u32,
        }
    }

    /// Every second step clips, every third adds no noise; each looks back as far as it may.
    fn table(&self) -> Vec<f32> {
        let step = |i: usize| {
            let c = scattered(40 + i as u32, 15);
            StepDims {
                x0_from_x: c[0],
                x0_from_model: c[1],
                eps_from_x: c[2],
                eps_from_model: c[3],
                eps_from_x0: c[4],
                clip: if i.is_multiple_of(2) { 0.4 } else { 3e38 },
                prev_from_x0: c[5],
                prev_from_x: c[6],
                prev_from_eps: c[7],
                sigma: if i % 3 == 1 { 0.0 } else { c[8] },
                timestep: (900 - 100 * i) as f32,
                memory: self.memory.min(i) as u32,
                prev_from_x0_1: c[9],
                prev_from_x_1: c[10],
                prev_from_eps_1: c[11],
                prev_from_x0_2: c[12],
                prev_from_x_2: c[13],
                prev_from_eps_2: c[14],
            }
        };
        let table: Vec<StepDims> = (0..STEPS).map(step).collect();
        bytemuck::cast_slice(&table).to_vec()
    }

    /// Draws x_T and takes every step with one and the same answer of a network.
    fn run(&self, answer: impl Fn(usize) -> Option<f32>) -> [Bench; 2] {
        let dims = self.dims();
        let kept = STEPS.div_ceil(self.keep_every);
        let arena_vec4s = dims.output as usize + self.copies * self.batch * self.pixels * 2 + 1;
        let mut arena = scattered(1, arena_vec4s * 4);
        for (i, word) in arena[dims.output as usize * 4..].iter_mut().enumerate() {
            *word = answer(i).unwrap_or(*word);
        }
        let benches = Bench::both(&[
            arena,
            scattered(2, self.elements() * (4 * kept + 3 * self.memory + 5)),
            self.table(),
            // A walk without network has no time features.
            scattered(3, if self.copies == 0 { 4 } else { STEPS * 8 }),
            scattered(4, if self.uploaded { self.elements() } else { 1 }),
            [0, 0, NONE].map(f32::from_bits).to_vec(),
        ]);
        let each = (dims.pixels * dims.in_c4).max(dims.features_c4) as usize;
        let fed = (self.copies * self.batch * each).max(1);
        let pairs = self.elements().div_ceil(2);
        let [begin, step, start] = routines();
        for bench in &benches {
            let call = |routine, threads| {
                bench.call(routine, bytemuck::bytes_of(&dims), &[0, 1, 2, 3, 4, 5], threads);
            };
            call(&start, pairs);
            for _ in 0..STEPS {
                call(&begin, fed);
                call(&step, pairs);
            }
        }
        benches
    }
}

#[test]
fn every_step_is_the_shaders() {
    let colour = Case { channels: 3, pixels: 10, batch: 2, ..PLAIN };
    let wide = Case { channels: 5, pixels: 3, batch: 3, timestep: true, ..PLAIN };
    let cases = [
        ("an odd number of elements", PLAIN),
        ("given noise", Case { uploaded: true, ..PLAIN }),
        ("given noise, pads", Case { uploaded: true, ..colour }),
        ("pads, t itself", wide),
        ("guidance", Case { copies: 2, ..wide }),
        ("no network", Case { copies: 0, ..colour }),
        ("one step back", Case { memory: 1, ..colour }),
        ("two steps back", Case { memory: 2, copies: 2, ..wide }),
        ("every other frame", Case { keep_every: 2, memory: 2, ..colour }),
        ("every fourth frame", Case { keep_every: 4, ..wide }),
        ("a long seed, later pictures", Case { seed: 5 << 33 | 9, first_pair: 1001, ..colour }),
    ];
    for (what, case) in cases {
        let [gpu, cpu] = case.run(|_| None);
        for (name, buffer) in [("arena", ARENA), ("frames", FRAMES)] {
            assert_near(&format!("{what}: {name}"), &gpu.read(buffer), &cpu.read(buffer), 5e-6);
        }
        let words =
            |bench: &Bench| bench.read(STATE).iter().map(|w| w.to_bits()).collect::<Vec<_>>();
        assert_eq!(words(&cpu), [STEPS as u32, STEPS as u32 - 1, NONE], "{what}");
        assert_eq!(words(&gpu), words(&cpu), "{what}");
    }
}

#[test]
fn what_is_no_number_is_found_at_the_same_step() {
    for value in [f32::INFINITY, f32::NAN] {
        let case = Case { channels: 3, pixels: 10, batch: 2, ..PLAIN };
        let [gpu, cpu] = case.run(|i| (i == 17).then_some(value));
        let faults = [gpu, cpu].map(|bench| bench.read(STATE)[2].to_bits());
        assert_eq!(faults, [0; 2], "{value}");
        // The second channel of a picture of one has a pad there, which no chain reads.
        let [gpu, cpu] = PLAIN.run(|i| (i == 17).then_some(value));
        let faults = [gpu, cpu].map(|bench| bench.read(STATE)[2].to_bits());
        assert_eq!(faults, [NONE; 2], "{value} in a pad");
    }
}
