//! AdamW and the moving average over flat buffers, for whatever has put its gradients into an arena.

use std::rc::Rc;

use super::dims::{LANES, OptimizerDims};
use super::draw::{Buckets, EVEN_SHARE};
use super::kernels::optimizer_routines;
use super::options::TrainerOptions;
use super::stage::Stage;
use super::state::PARTIALS;
use crate::error::{Error, Result};
use crate::run::{Backend, Bindings, Buffer};

/// torch.optim.AdamW's defaults.
const BETAS: [f64; 2] = [0.9, 0.999];
const EPSILON: f64 = 1e-8;

/// What an optimiser reads that others write, and what it changes.
pub(super) struct Operands<'a> {
    /// Holds gradients and losses.
    pub arena: &'a Buffer,
    /// Address of the gradients in it, laid out like the weights, in vec4 units.
    pub gradients: usize,
    /// Address of the losses in it, one vec4 a sample.
    pub loss: usize,
    /// Samples.
    pub batch: usize,
    /// `State` of shaders/shared/train_state.wgsl.
    pub state: &'a Buffer,
    /// The weights.
    pub weights: &'a Buffer,
    /// Their length in vec4 units.
    pub vec4s: usize,
    /// The stretches that are trained: address, length.
    pub ranges: &'a [[u32; 2]],
}

/// See the [module documentation](self).
pub(super) struct Optimizer {
    bindings: Rc<Bindings>,
    dims: OptimizerDims,
    /// First moments, second moments, moving average, one after another.
    pub moments: Buffer,
}

impl Optimizer {
    /// Moments begin at zero; the moving average is filled in by the caller.
    pub fn new(
        device: &dyn Backend,
        options: &TrainerOptions,
        buckets: &Buckets,
        operands: &Operands,
    ) -> Result<Self> {
        let total: u32 = operands.ranges.iter().map(|range| range[1]).sum();
        if total == 0 {
            return Err(Error::Input("nothing is left to train".into()));
        }
        let mut before = 0;
        let table: Vec<[u32; 2]> = (operands.ranges.iter())
            .map(|&[address, length]| {
                before += length;
                [address, before - length]
            })
            .collect();
        let ranges = device.storage("the trained ranges", table.len() as u64 * 8)?;
        device.write(&ranges, 0, bytemuck::cast_slice(&table));
        let moments = device.storage("the optimizer's moments", operands.vec4s as u64 * 48)?;
        let dims = OptimizerDims {
            total,
            ranges: table.len() as u32,
            vec4s: operands.vec4s as u32,
            gradients: operands.gradients as u32,
            loss: operands.loss as u32,
            batch: operands.batch as u32,
            buckets: buckets.count() as u32,
            timesteps: buckets.timesteps as u32,
            importance: u32::from(options.importance),
            warmup: options.warmup,
            steps: options.steps,
            lr: options.lr as f32,
            weight_decay: options.weight_decay as f32,
            clip: options.clip as f32,
            beta1: BETAS[0] as f32,
            beta2: BETAS[1] as f32,
            rate1: (1.0 - BETAS[0]) as f32,
            rate2: (1.0 - BETAS[1]) as f32,
            forget: (1.0 - options.ema) as f32,
            epsilon: EPSILON as f32,
            even_share: EVEN_SHARE as f32,
        };
        let buffers = [operands.arena, operands.state, operands.weights, &moments, &ranges];
        let [norm, ..] = optimizer_routines();
        let bindings = device.bind(&norm, bytemuck::bytes_of(&dims), &buffers);
        Ok(Self { bindings, dims, moments })
    }

    /// The peak learning rate.
    pub fn learning_rate(&self) -> f32 {
        self.dims.lr
    }

    /// Another peak learning rate from the next submit on.
    pub fn set_learning_rate(&mut self, device: &dyn Backend, lr: f64) {
        self.dims.lr = lr as f32;
        device.set_dims(&self.bindings, bytemuck::bytes_of(&self.dims));
    }

    /// The stage that finds the gradient's norm and decides what happens to the step.
    pub fn decide(&self, device: &dyn Backend) -> Stage {
        let [norm, finish, _] = optimizer_routines();
        let routines = [(norm, PARTIALS), (finish, LANES as usize)];
        Stage::routines(device, "decide", &self.bindings, &routines)
    }

    /// The stage that changes the weights, the moments and the moving average.
    pub fn update(&self, device: &dyn Backend) -> Stage {
        let threads = self.dims.total as usize;
        let [.., adamw] = optimizer_routines();
        Stage::routines(device, "update", &self.bindings, &[(adamw, threads)])
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::run::Device;
    use crate::run::side_by_side::devices;
    use crate::tensor::TensorMap;
    use crate::train::stage::Step;
    use crate::train::state::{self, DrawDims, Scalars};

    const VEC4S: usize = 9;
    /// The weights in three stretches, with untrained ones before, between and after.
    const RANGES: [[u32; 2]; 3] = [[1, 2], [4, 1], [5, 3]];
    const LOSS: usize = VEC4S;
    const BATCH: usize = 3;

    struct Bench {
        device: Device,
        arena: Buffer,
        weights: Buffer,
        state: Buffer,
        optimizer: Optimizer,
        step: Step,
    }

    impl Bench {
        fn new(device: Device, options: &TrainerOptions, weights: &[f32]) -> Self {
            let buckets = Buckets { first: 0, timesteps: 100 };
            let make = |words: usize| device.storage("tested", words as u64 * 4).unwrap();
            let (arena, on_device) = (make((LOSS + BATCH) * 4), make(VEC4S * 4));
            let state = device.storage("tested", state::bytes(BATCH)).unwrap();
            device.write(&state, 0, bytemuck::cast_slice(&state::beginning(&buckets)));
            device.write(&on_device, 0, bytemuck::cast_slice(weights));
            let operands = Operands {
                arena: &arena,
                gradients: 0,
                loss: LOSS,
                batch: BATCH,
                state: &state,
                weights: &on_device,
                vec4s: VEC4S,
                ranges: &RANGES,
            };
            let optimizer = Optimizer::new(&*device, options, &buckets, &operands).unwrap();
            device.write(&optimizer.moments, VEC4S as u64 * 32, bytemuck::cast_slice(weights));
            let step = Step(vec![optimizer.decide(&*device), optimizer.update(&*device)]);
            Self { device, arena, weights: on_device, state, optimizer, step }
        }

        fn step(&self, gradients: &[f32], losses: [f32; BATCH]) -> Scalars {
            self.device.write(&self.arena, 0, bytemuck::cast_slice(gradients));
            let padded: Vec<f32> = losses.iter().flat_map(|&loss| [loss, 9.0, 9.0, 9.0]).collect();
            self.device.write(&self.arena, LOSS as u64 * 16, bytemuck::cast_slice(&padded));
            let draw = DrawDims { zero: 1.0, factor: 1.0, ..DrawDims::default() };
            let draws = [draw; BATCH];
            self.device.write(&self.state, state::BATCH_AT, bytemuck::cast_slice(&draws));
            self.device.submit(&mut self.step.tasks(0..self.step.len()));
            state::scalars(&self.read(&self.state, 0, state::SCALARS))
        }

        fn read(&self, buffer: &Buffer, first: usize, words: usize) -> Vec<f32> {
            pollster::block_on(self.device.read(buffer, first as u64, words as u64)).unwrap()
        }
    }

    /// Puts 24 values into the trained stretches; everything else gets `rest`.
    fn spread(values: &[f32], rest: f32) -> Vec<f32> {
        let mut all = vec![rest; VEC4S * 4];
        let mut values = values.iter();
        for [at, length] in RANGES {
            for word in &mut all[at as usize * 4..][..length as usize * 4] {
                *word = *values.next().unwrap();
            }
        }
        all
    }

    fn near(what: &str, got: &[f32], expected: &[f32], rtol: f32) {
        for (i, (a, b)) in got.iter().zip(expected).enumerate() {
            assert!((a - b).abs() <= 2e-8 + rtol * b.abs(), "{what}[{i}] is {a}, not {b}");
        }
    }

    fn settings() -> TrainerOptions {
        let json = include_str!("../../tests/golden/adamw.json");
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        let number = |key: &str| json[key].as_f64().unwrap();
        TrainerOptions {
            batch: BATCH,
            lr: number("lr"),
            warmup: number("warmup") as u32,
            steps: number("steps") as u32,
            weight_decay: number("weight_decay"),
            clip: number("clip"),
            ema: number("ema"),
            ..TrainerOptions::default()
        }
    }

    #[test]
    fn twelve_steps_are_pytorchs() {
        for device in devices() {
            let golden = include_bytes!("../../tests/golden/adamw.safetensors");
            let golden = TensorMap::from_safetensors(golden).unwrap();
            let get = |name: &str| golden.get(name).unwrap().data.as_slice();
            let bench = Bench::new(device.clone(), &settings(), &spread(get("weights"), 5.0));
            for (i, gradients) in get("gradients").chunks_exact(24).enumerate() {
                // What lies outside the stretches must neither count nor change.
                let got = bench.step(&spread(gradients, 1e3), [0.2, 0.3, 0.7 + i as f32]);
                assert_eq!((got.step, got.fault, got.go), (i as u32 + 1, 0, 1));
                near("loss", &[got.loss], &[(1.2 + i as f32) / 3.0], 1e-6);
                near("norm", &[got.norm], &[get("norm")[i]], 1e-5);
                near("lr", &[got.lr], &[get("lr")[i]], 1e-5);
                let weights = bench.read(&bench.weights, 0, VEC4S * 4);
                let average = bench.read(&bench.optimizer.moments, VEC4S * 8, VEC4S * 4);
                near("weights", &weights, &spread(get(&format!("weights.{i}")), 5.0), 2e-6);
                near("ema", &average, &spread(get(&format!("ema.{i}")), 5.0), 2e-6);
            }
            let ring = bench.read(&bench.state, state::LOSSES_AT as usize, 12);
            near("ring", &ring, &(0..12).map(|i| (1.2 + i as f32) / 3.0).collect::<Vec<_>>(), 1e-6);
        }
    }

    #[test]
    fn a_step_that_is_no_number_is_not_taken_and_nothing_after_it() {
        for device in devices() {
            for (gradient, loss) in
                [(f32::NAN, 1.0), (f32::INFINITY, 1.0), (1e30, 1.0), (1.0, f32::NAN)]
            {
                let bench = Bench::new(device.clone(), &settings(), &spread(&[1.0; 24], 5.0));
                bench.step(&spread(&[0.5; 24], 0.0), [1.0; BATCH]);
                let before = bench.read(&bench.weights, 0, VEC4S * 4);
                let mut bad = spread(&[0.5; 24], 0.0);
                bad[17] = gradient;
                let got = bench.step(&bad, [1.0, loss, 1.0]);
                assert_eq!(
                    (got.step, got.fault, got.fault_step, got.go),
                    (1, state::NOT_FINITE, 1, 0)
                );
                let got = bench.step(&spread(&[0.5; 24], 0.0), [1.0; BATCH]);
                assert_eq!((got.step, got.go), (1, 0), "the step after {gradient} and {loss}");
                assert_eq!(before, bench.read(&bench.weights, 0, VEC4S * 4));
            }
        }
    }

    /// The rule in the module's documentation, step by step in f64.
    #[test]
    fn training_is_given_up_by_the_rule() {
        for device in devices() {
            let growing: Vec<f64> = (0..60).map(|i| 0.9 + 0.25 * f64::from(i)).collect();
            let lost: Vec<f64> = (0..400).map(|i| if i < 100 { 0.1 } else { 1.2 }).collect();
            let noisy: Vec<f64> = (0..120).map(|i| if i % 3 == 0 { 2.5 } else { 0.2 }).collect();
            for (losses, gives_up) in [(growing, true), (lost, true), (noisy, false)] {
                let bench = Bench::new(device.clone(), &settings(), &spread(&[1.0; 24], 5.0));
                let (mut relative, mut best, mut expected) = (0.0, f64::MAX, None);
                for (i, &loss) in losses.iter().enumerate() {
                    relative += (loss - relative) / (i + 1).min(32) as f64;
                    if i >= 7 {
                        best = relative.min(best);
                        if relative > if best < 0.5 { 1.0 } else { 4.0 } {
                            expected = expected.or(Some(i as u32));
                        }
                    }
                }
                assert_eq!(expected.is_some(), gives_up);
                let mut last = Scalars::default();
                for loss in losses {
                    last = bench.step(&spread(&[0.1; 24], 0.0), [loss as f32; BATCH]);
                }
                assert_eq!((last.fault != 0).then_some(last.fault_step), expected);
            }
        }
    }
}
