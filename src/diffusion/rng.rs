//! Noise without state: Threefry2x32 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11) turns a key and
//! a counter into two random words, so any element of any step's noise is computed where and when it is needed.
//!
//! key = the seed's low and high word; counter = (element / 2, step·16 + stream). An element's number is its place in the
//! unpadded [B, C, H, W] tensor, so neither memory layout nor batch size changes an image's noise. The two words become
//! two normals by Box–Muller: the even element takes the cosine, the odd one the sine.
//!
//! shaders/shared/rng.wgsl is the same in f32; both cut the words to 24 bits, which f32 holds exactly, so they differ by
//! rounding only (|z| ≤ 5.8).

const ROTATIONS: [[u32; 4]; 2] = [[13, 15, 26, 6], [17, 29, 16, 24]];
const PARITY: u32 = 0x1BD1_1BDA;

/// What the noise is for; streams never share a number. At most 16, see the counter above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Stream {
    /// x_T, the start of a chain (step 0).
    Start = 0,
    /// z of a sampler's i-th step.
    Sampler = 1,
    /// z of the i-th step of a demolition.
    Demolish = 2,
    /// Choices of a procedural data set; the step is the number of the picture.
    Data = 3,
    /// Weights to begin training from; the step is the number of the tensor.
    Weights = 4,
    /// Which picture and which t a training sample is made from.
    TrainDraw = 8,
    /// The noise in a training sample.
    TrainNoise = 9,
    /// The second noise of the naive objective.
    TrainNoise2 = 10,
}

/// The key of a 64-bit seed.
pub fn key(seed: u64) -> [u32; 2] {
    [seed as u32, (seed >> 32) as u32]
}

/// Threefry2x32 with 20 rounds.
pub fn threefry2x32(key: [u32; 2], counter: [u32; 2]) -> [u32; 2] {
    let schedule = [key[0], key[1], PARITY ^ key[0] ^ key[1]];
    let mut x = [counter[0].wrapping_add(schedule[0]), counter[1].wrapping_add(schedule[1])];
    for group in 0..5 {
        for rotation in ROTATIONS[group % 2] {
            x[0] = x[0].wrapping_add(x[1]);
            x[1] = x[1].rotate_left(rotation) ^ x[0];
        }
        // Key injection after every fourth round.
        x[0] = x[0].wrapping_add(schedule[(group + 1) % 3]);
        x[1] = x[1].wrapping_add(schedule[(group + 2) % 3]).wrapping_add(group as u32 + 1);
    }
    x
}

/// Two independent standard normals: u₁ in (0, 1], u₂ in [0, 1), √(−2 ln u₁)·(cos 2πu₂, sin 2πu₂).
pub fn normal_pair(key: [u32; 2], counter: [u32; 2]) -> [f64; 2] {
    const UNIT: f64 = 1.0 / (1u32 << 24) as f64;
    let words = threefry2x32(key, counter);
    let u1 = f64::from((words[0] >> 8) + 1) * UNIT;
    let u2 = f64::from(words[1] >> 8) * UNIT;
    let radius = (-2.0 * u1.ln()).sqrt();
    let (sin, cos) = (std::f64::consts::TAU * u2).sin_cos();
    [radius * cos, radius * sin]
}

/// The standard normal of one element.
pub fn normal(seed: u64, stream: Stream, step: u32, element: u32) -> f64 {
    normal_pair(key(seed), counter(stream, step, element / 2))[(element % 2) as usize]
}

/// The standard normals of elements 0 … `count`−1, rounded to f32.
pub fn normals(seed: u64, stream: Stream, step: u32, count: usize) -> Vec<f32> {
    let pairs = (0..count.div_ceil(2) as u32)
        .flat_map(|pair| normal_pair(key(seed), counter(stream, step, pair)));
    pairs.take(count).map(|z| z as f32).collect()
}

fn counter(stream: Stream, step: u32, pair: u32) -> [u32; 2] {
    [pair, step.wrapping_mul(16).wrapping_add(stream as u32)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `kat_vectors` of Random123 1.14: threefry2x32, 20 rounds, as (counter, key, result).
    #[test]
    fn known_answers() {
        let vectors = [
            ([0, 0], [0, 0], [0x6b20_0159, 0x99ba_4efe]),
            ([u32::MAX; 2], [u32::MAX; 2], [0x1cb9_96fc, 0xbb00_2be7]),
            ([0x243f_6a88, 0x85a3_08d3], [0x1319_8a2e, 0x0370_7344], [0xc492_3a9c, 0x483d_f7a0]),
        ];
        for (counter, key, expected) in vectors {
            assert_eq!(threefry2x32(key, counter), expected, "counter {counter:x?}, key {key:x?}");
        }
    }

    #[test]
    fn one_element_is_the_same_alone_and_among_others() {
        let many = normals(7 << 40 | 3, Stream::Sampler, 12, 33);
        for (element, &z) in many.iter().enumerate() {
            assert_eq!(
                normal(7 << 40 | 3, Stream::Sampler, 12, element as u32) as f32,
                z,
                "element {element}"
            );
        }
    }
}
