//! Which way of reading images an adapter is quicker at, or whether at reading buffers, found out by trying: software
//! adapters differ more than twofold, each version in its own way, and their names say nothing about it.

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
const PX: u32 = 7;
/// Rounds of the run whose answer is looked at.
const ROUNDS: u32 = 16;
/// Buffers have to be this much quicker: what a trial of milliseconds finds differs by a tenth from one time to the next, and
/// images that were passed over by chance cost a convolution a fifth.
const WORTH: f64 = 0.8;
/// Reads are dear where those of storage images take so much longer than sampling. SwiftShader's take 1.8 times as long;
/// lavapipe's half as long, and it compiles larger tiles for seconds, which an adapter that is about as quick at both might,
/// too.
const DEAR: f64 = 1.1;
/// Rounds are doubled until a run takes this long, in milliseconds: browsers' clocks have steps of 1.
const ENOUGH_MS: f64 = 8.0;

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
        constants: vec![("WORKGROUP", WORKGROUP), ("PX", PX), ("WINDOW", PX + 2)],
        dims: TrialDims::FIELDS,
    }
}

/// A way of reading, made ready.
struct Contender {
    way: ImageReads,
    buffers: bool,
    pipeline: wgpu::ComputePipeline,
    images: wgpu::BindGroup,
    /// Milliseconds of the shortest run.
    least: f64,
}

/// What all of them read and write.
struct Course {
    arena: wgpu::Buffer,
    params: wgpu::Buffer,
    uniform: wgpu::Buffer,
    bound: wgpu::BindGroup,
}

impl Gpu {
    /// The device reading images or buffers as it is quicker at and right.
    ///
    /// # Errors
    /// It was lost meanwhile.
    pub(super) async fn with_quicker_images(mut self) -> Result<Self> {
        let storage = wgpu::WgslLanguageFeatures::ReadOnlyAndReadWriteStorageTextures;
        let reads_storage = self.instance.wgsl_language_features().contains(storage);
        let values: Vec<f32> = (0..TEXELS * 4).map(|i| (i % 7) as f32).collect();
        let (course, expected) = (self.course(&values)?, expected(&values));
        let mut right = Vec::new();
        let ways = ImageReads::ALL.map(|way| (way, false)).into_iter();
        for (way, buffers) in ways.chain([(ImageReads::default(), true)]) {
            if way == ImageReads::Storage && !reads_storage {
                continue;
            }
            self.read_images(way, buffers);
            let contender = self.contender(&course)?;
            self.race(&course, &contender, ROUNDS).await?;
            let words = u64::from(THREADS) * 4;
            if self.read(&course.arena, u64::from(TEXELS) * 4, words).await? == expected {
                right.push(contender);
            }
        }
        let mut rounds = ROUNDS;
        while let Some(first) = right.first()
            && self.race(&course, first, rounds).await? < ENOUGH_MS
            && rounds < 1 << 12
        {
            rounds *= 2;
        }
        // In turns: what else the machine does comes to all alike.
        for _ in 0..3 {
            for contender in &mut right {
                let ms = self.race(&course, contender, rounds).await?;
                contender.least = contender.least.min(ms);
            }
        }
        let handicapped = |c: &Contender| if c.buffers { c.least / WORTH } else { c.least };
        let quickest = right.iter().min_by(|a, b| handicapped(a).total_cmp(&handicapped(b)));
        let (way, buffers) = quickest.map_or_else(Default::default, |c| (c.way, c.buffers));
        self.read_images(way, buffers);
        let least = |way| right.iter().find(|c| c.way == way && !c.buffers).map(|c| c.least);
        let [sampled, storage] = ImageReads::ALL.map(least);
        self.set_dear_reads(sampled.zip(storage).is_some_and(|(a, b)| b > DEAR * a));
        Ok(self)
    }

    fn course(&self, values: &[f32]) -> Result<Course> {
        let arena = self.storage("a trial", u64::from(TEXELS + THREADS) * 16)?;
        let params = self.storage("a trial", u64::from(TEXELS) * 16)?;
        for buffer in [&arena, &params] {
            self.queue.write_buffer(buffer, 0, bytemuck::cast_slice(values));
        }
        let uniform = self.uniform("a trial", 256);
        let bound = self.bind("a trial", &self.layout, &[&arena, &params, &uniform]);
        Ok(Course { arena, params, uniform, bound })
    }

    /// Of the way that the device goes by now.
    fn contender(&self, course: &Course) -> Result<Contender> {
        let (way, buffers) = (self.image_reads, self.reads_buffers);
        let image = Image::new(&self.device, way, "a trial", TEXELS as usize)?;
        let mut encoder = self.device.create_command_encoder(&Default::default());
        image.stage(&mut encoder, &course.params, 0..TEXELS);
        self.queue.submit([encoder.finish()]);
        let images = Image::bind(&self.device, &self.image_layout, &image, &image);
        let kernel = trial_kernel();
        let kernel = if buffers { kernel.reading_buffers() } else { kernel };
        let pipeline = self.pipeline(&kernel, &self.layout);
        Ok(Contender { way, buffers, pipeline, images, least: f64::INFINITY })
    }

    /// Milliseconds of so many rounds.
    async fn race(&self, course: &Course, contender: &Contender, rounds: u32) -> Result<f64> {
        let dims = TrialDims { rounds, texels: TEXELS };
        self.queue.write_buffer(&course.uniform, 0, bytemuck::bytes_of(&dims));
        let watch = Stopwatch::start();
        let mut encoder = self.device.create_command_encoder(&Default::default());
        let mut pass = encoder.begin_compute_pass(&Default::default());
        pass.set_pipeline(&contender.pipeline);
        pass.set_bind_group(0, &course.bound, &[0]);
        if !contender.buffers {
            pass.set_bind_group(1, &contender.images, &[]);
        }
        pass.dispatch_workgroups(THREADS / WORKGROUP, 1, 1);
        drop(pass);
        self.queue.submit([encoder.finish()]);
        self.idle().await?;
        Ok(watch.ms())
    }
}

/// What the kernel computes: whole numbers, so in any order.
fn expected(values: &[f32]) -> Vec<f32> {
    let vec4 = |at: u32| &values[4 * (at & (TEXELS - 1)) as usize..][..4];
    let of = |thread: u32| {
        let mut sum = [0.0; 4];
        for (i, k) in (0..ROUNDS).flat_map(|i| (0..3).map(move |k| (i, k))) {
            for (p, half) in (0..PX).flat_map(|p| [(p, 0), (p, 1)]) {
                let x = vec4(16 * (PX * thread + p + k) + i);
                for (column, x) in (0..).zip(x) {
                    for (sum, w) in sum.iter_mut().zip(vec4(24 * i + 8 * k + 4 * half + column)) {
                        *sum += (1 + half) as f32 * x * w;
                    }
                }
            }
        }
        sum
    };
    (0..THREADS).flat_map(of).collect()
}
