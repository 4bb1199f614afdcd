//! The kernels that make a batch, on the processor: twins of shaders/train_batch.wgsl, over the same dimensions and
//! buffers. A call does the work of all threads.

use super::dims::BatchDims;
use super::draw::{BUCKETS, Buckets, draw};
use super::state::{DrawDims, State, WINDOW};
use crate::diffusion::{Stream, key, normal_pair};

const NONE: u32 = u32::MAX;

/// Arena, state, table over t, data.
struct Buffers<'a> {
    d: BatchDims,
    arena: &'a mut [f32],
    state: State<'a>,
    table: &'a [f32],
    data: &'a [f32],
}

impl<'a> Buffers<'a> {
    fn new(dims: &[u8], buffers: &'a mut [&mut [f32]]) -> Self {
        let [arena, state, table, data] = buffers else {
            unreachable!("a batch binds four buffers")
        };
        let d = bytemuck::pod_read_unaligned(dims);
        Self { d, arena, state: State::new(state), table, data }
    }

    fn buckets(&self) -> Buckets {
        Buckets { first: self.d.first_t as usize, timesteps: self.d.timesteps as usize }
    }

    fn seed(&self) -> u64 {
        u64::from(self.d.seed_low) | u64::from(self.d.seed_high) << 32
    }

    /// A vec4 of which only the first number means something.
    fn put(&mut self, at: u32, value: f32) {
        self.arena[at as usize * 4..at as usize * 4 + 4].copy_from_slice(&[value, 0.0, 0.0, 0.0]);
    }

    /// The normals of a sample's elements, of `stream` in the step under way.
    fn normals(&self, n: usize, stream: Stream, into: &mut [f32]) {
        let key = key(self.seed());
        let counter = self.state.scalars.step.wrapping_mul(16).wrapping_add(stream as u32);
        let mut e = n * into.len();
        let mut left = into;
        while !left.is_empty() {
            let pair = normal_pair(key, [e as u32 / 2, counter]);
            let taken = (2 - e % 2).min(left.len());
            for (to, z) in left.iter_mut().zip(&pair[e % 2..]) {
                *to = *z as f32;
            }
            left = &mut left[taken..];
            e += taken;
        }
    }
}

/// Decides on picture, t and label of each sample.
pub(super) fn train_draw(dims: &[u8], buffers: &mut [&mut [f32]]) {
    let mut b = Buffers::new(dims, buffers);
    let d = b.d;
    let (buckets, seed, step) = (b.buckets(), b.seed(), b.state.scalars.step);
    for n in 0..d.batch {
        let drawn = draw(seed, step, n, &buckets, b.state.ends, d.images as usize, d.drop_below);
        let factor = drawn.factor as f32;
        let row = &b.table[drawn.t as usize * 8..][..8];
        let (weight, zero) = (row[6], row[7]);
        b.state.batch[n as usize] = DrawDims {
            image: drawn.image,
            t: drawn.t,
            bucket: drawn.bucket,
            factor,
            zero: factor * zero,
        };
        b.put(d.weight + n, factor * weight);
        if d.timestep != NONE {
            b.put(d.timestep + n, drawn.t as f32);
        }
        if d.label != NONE {
            let labels = (d.images * d.channels * d.pixels) as usize;
            let label = b.data[labels + drawn.image as usize];
            b.put(d.label + n, if drawn.dropped { d.null_label } else { label });
        }
    }
}

/// Mixes x_t and the target of each sample and feeds them to the network, with the features of t.
pub(super) fn train_noise(dims: &[u8], buffers: &mut [&mut [f32]]) {
    let b = Buffers::new(dims, buffers);
    let d = b.d;
    let (pixels, channels, stride) = (d.pixels as usize, d.channels as usize, d.c4 as usize * 4);
    let (mut eps, mut eps2) = (vec![0.0; pixels * channels], vec![0.0; pixels * channels]);
    let features = (d.first_t + d.timesteps) as usize * 8;
    let width = d.features_c4 as usize * 4;
    for n in 0..d.batch as usize {
        let drawn = b.state.batch[n];
        let t = drawn.t as usize;
        let to = d.features as usize * 4 + n * width;
        b.arena[to..to + width].copy_from_slice(&b.table[features + t * width..][..width]);
        b.normals(n, Stream::TrainNoise, &mut eps);
        if d.second_noise == 1 {
            b.normals(n, Stream::TrainNoise2, &mut eps2);
        }
        let [a, by_eps, by_eps2, goal, goal_eps, goal_eps2] =
            std::array::from_fn(|i| b.table[t * 8 + i]);
        let x_0 = &b.data[drawn.image as usize * channels * pixels..][..channels * pixels];
        let [sample, target] =
            [d.sample, d.target_at].map(|at| at as usize * 4 + n * pixels * stride);
        for pixel in 0..pixels {
            for c in 0..stride {
                let to = pixel * stride + c;
                let [x, y] = if c < channels {
                    let e = c * pixels + pixel;
                    let (x_0, eps, eps2) = (x_0[e], eps[e], eps2[e]);
                    [
                        a * x_0 + by_eps * eps + by_eps2 * eps2,
                        goal * x_0 + goal_eps * eps + goal_eps2 * eps2,
                    ]
                } else {
                    [0.0; 2]
                };
                b.arena[sample + to] = x;
                b.arena[target + to] = y;
            }
        }
    }
}

/// Files what each t cost: moving averages of the losses of each bucket's samples and of their squares.
pub(super) fn train_statistics(dims: &[u8], buffers: &mut [&mut [f32]]) {
    let b = Buffers::new(dims, buffers);
    if b.state.scalars.go == 0 {
        return;
    }
    let State { seen, mean, square, batch, .. } = b.state;
    for (n, drawn) in batch[..b.d.batch as usize].iter().enumerate() {
        let loss = b.arena[(b.d.loss as usize + n) * 4] / drawn.factor;
        let bucket = drawn.bucket as usize;
        if bucket >= (b.d.buckets as usize).min(BUCKETS) {
            continue;
        }
        seen[bucket] += 1;
        let rate = (1.0 / seen[bucket] as f32).max(1.0 / WINDOW);
        mean[bucket] += rate * (loss - mean[bucket]);
        square[bucket] += rate * (loss * loss - square[bucket]);
    }
}
