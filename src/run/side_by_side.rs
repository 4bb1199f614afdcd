//! For tests: the same routines over the same buffers on WebGPU and on the processor.

use std::rc::Rc;

use super::backend::Device;
use super::cpu::Cpu;
use super::handles::{Buffer, Routine};
use crate::gpu::Gpu;

/// A WebGPU device and the processor.
pub fn devices() -> [Device; 2] {
    let gpu = pollster::block_on(Gpu::open(None)).expect("a Vulkan adapter");
    [Rc::new(gpu), Rc::new(Cpu::with_threads(Some(1)))]
}

/// Buffers on a device.
pub struct Bench {
    device: Device,
    buffers: Vec<(Buffer, usize)>,
}

impl Bench {
    /// The same contents on each of [`devices`].
    pub fn both(contents: &[Vec<f32>]) -> [Self; 2] {
        devices().map(|device| {
            let upload = |words: &Vec<f32>| {
                let buffer = device.storage("tested", words.len() as u64 * 4).unwrap();
                device.write(&buffer, 0, bytemuck::cast_slice(words));
                (buffer, words.len())
            };
            let buffers = contents.iter().map(upload).collect();
            Self { device, buffers }
        })
    }

    /// Calls a routine over some of the buffers.
    pub fn call(&self, routine: &Routine, dims: &[u8], buffers: &[usize], threads: usize) {
        let buffers: Vec<&Buffer> = buffers.iter().map(|&i| &self.buffers[i].0).collect();
        let bindings = self.device.bind(routine, dims, &buffers);
        let task = self.device.call(routine, &bindings, threads);
        self.device.submit(&mut std::iter::once(&task));
    }

    /// What a buffer holds.
    pub fn read(&self, buffer: usize) -> Vec<f32> {
        let (buffer, words) = &self.buffers[buffer];
        pollster::block_on(self.device.read(buffer, 0, *words as u64)).unwrap()
    }
}

/// Numbers between −1 and 1 that follow no pattern.
pub fn scattered(seed: u32, count: usize) -> Vec<f32> {
    let number = |i| {
        let [word, _] = crate::diffusion::threefry2x32([seed, 0], [i, 0]);
        (word >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count as u32).map(number).collect()
}

/// |a − b| ≤ tolerance·(1 + |b|) everywhere.
#[track_caller]
pub fn assert_near(what: &str, a: &[f32], b: &[f32], tolerance: f32) {
    assert_eq!(a.len(), b.len(), "{what}");
    for (i, (a, b)) in a.iter().zip(b).enumerate() {
        let near = a == b || (a - b).abs() <= tolerance * (1.0 + b.abs());
        assert!(near, "{what}[{i}]: WebGPU has {a}, the processor {b}");
    }
}
