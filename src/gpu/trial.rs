//! Which way of reading images an adapter is quicker at, found out by trying both: software adapters differ more than
//! twofold, each version in its own way, and their names say nothing about it.

use super::device::Gpu;
use super::images::{Image, ImageReads};
use super::kernel::{Kernel, WORKGROUP};
use super::text::{dims, shader};
use crate::clock::Stopwatch;
use crate::error::Result;

dims! {
    /// `Dims` in shaders/image_trial.wgsl.
    struct TrialDims {
        rounds: u32,
        texels: u32,
    }
}

const THREADS: u32 = 2048;
const TEXELS: u32 = 1024;
const ROUNDS: u32 = 384;

/// The trial's kernel.
pub fn trial_kernel() -> Kernel {
    Kernel {
        entry: "image_trial",
        files: vec![
            shader!("shared/bindings"),
            ImageReads::default().wgsl(),
            shader!("shared/bound"),
            shader!("image_trial"),
        ],
        constants: vec![("WORKGROUP", WORKGROUP)],
        dims: TrialDims::FIELDS,
    }
}

impl Gpu {
    /// The device reading images as it is quicker at and right.
    ///
    /// # Errors
    /// It was lost meanwhile.
    pub(super) async fn with_quicker_images(mut self) -> Result<Self> {
        let storage = wgpu::WgslLanguageFeatures::ReadOnlyAndReadWriteStorageTextures;
        let reads_storage = self.instance.wgsl_language_features().contains(storage);
        let values: Vec<f32> = (0..TEXELS * 4).map(|i| (i % 509) as f32).collect();
        let expected = expected(&values);
        let mut best = (f64::INFINITY, ImageReads::default());
        for way in ImageReads::ALL {
            if way == ImageReads::Storage && !reads_storage {
                continue;
            }
            self.read_images(way);
            if let Some(ms) = self.try_images(&values, &expected).await?
                && ms < best.0
            {
                best = (ms, way);
            }
        }
        self.read_images(best.1);
        Ok(self)
    }

    /// Milliseconds of the trial; none where its answer is wrong.
    async fn try_images(&self, values: &[f32], expected: &[f32]) -> Result<Option<f64>> {
        let arena = self.storage("a trial", u64::from(THREADS) * 16)?;
        let params = self.storage("a trial", u64::from(TEXELS) * 16)?;
        let uniform = self.uniform("a trial", 256);
        let dims = TrialDims { rounds: ROUNDS, texels: TEXELS };
        self.queue.write_buffer(&params, 0, bytemuck::cast_slice(values));
        self.queue.write_buffer(&uniform, 0, bytemuck::bytes_of(&dims));
        let image = Image::new(&self.device, self.image_reads, "a trial", TEXELS as usize)?;
        let mut encoder = self.device.create_command_encoder(&Default::default());
        image.stage(&mut encoder, &params, 0..TEXELS);
        self.queue.submit([encoder.finish()]);
        let buffers = self.bind("a trial", &self.layout, &[&arena, &params, &uniform]);
        let images = Image::bind(&self.device, &self.image_layout, &image, &image);
        let pipeline = self.pipeline(&trial_kernel(), &self.layout);
        let mut least = f64::INFINITY;
        // The first is compiled.
        for _ in 0..3 {
            let watch = Stopwatch::start();
            let mut encoder = self.device.create_command_encoder(&Default::default());
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_pipeline(&pipeline);
            pass.set_bind_group(0, &buffers, &[0]);
            pass.set_bind_group(1, &images, &[]);
            pass.dispatch_workgroups(THREADS / WORKGROUP, 1, 1);
            drop(pass);
            self.queue.submit([encoder.finish()]);
            self.idle().await?;
            least = least.min(watch.ms());
        }
        let sums = self.read(&arena, 0, u64::from(THREADS) * 4).await?;
        Ok((sums == expected).then_some(least))
    }
}

/// What the kernel computes; the sums are whole numbers, so in any order.
fn expected(values: &[f32]) -> Vec<f32> {
    let of = |thread: u32| {
        let (mut at, mut sum) = (thread, [0.0; 4]);
        for _ in 0..ROUNDS {
            at = (at * 5 + 1) & (TEXELS - 1);
            for (sum, v) in sum.iter_mut().zip(&values[at as usize * 4..]) {
                *sum += 2.0 * v;
            }
        }
        sum
    };
    (0..THREADS).flat_map(of).collect()
}
