//! Which picture and which t each training pair gets: the f64 twin of `train_draw` (shaders/train_batch.wgsl).
//!
//! Everything is drawn from integers. t comes in two draws, first one of at most [`BUCKETS`] equal ranges of t by a
//! table of cumulative probabilities in 2³¹sts, then a t of that range; so all t are equally likely until importance
//! sampling changes the table. A whole number below n is ⌊word·n/2³²⌋: no n is off by more than n/2³² of its share.

use crate::diffusion::{Stream, key, threefry2x32};

/// Ranges of t that statistics are kept for, at most.
pub const BUCKETS: usize = 50;

/// Losses a bucket must have seen before importance sampling begins (Nichol & Dhariwal 2021, section 3.3: ten of each t).
pub const ENOUGH_LOSSES: u32 = 10;

/// Share of all draws that importance sampling spreads evenly: no bucket is ever forgotten. Larger than Nichol and
/// Dhariwal's 0.001, because weights are 1/p and a rare t with a heavy weight is what makes the loss jump.
pub const EVEN_SHARE: f64 = 0.1;

/// 1 in the table of cumulative probabilities.
pub(super) const WHOLE: u32 = 1 << 31;

/// The range of t, cut into buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Buckets {
    /// The lowest t.
    pub first: usize,
    /// Number of t, at least 1.
    pub timesteps: usize,
}

impl Buckets {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.timesteps.min(BUCKETS)
    }

    /// The lowest t of bucket `b`; of `count()`, one past the highest.
    pub fn start(&self, b: usize) -> usize {
        self.first + b * self.timesteps / self.count()
    }

    /// The bucket of t.
    pub fn of(&self, t: usize) -> usize {
        ((t - self.first + 1) * self.count() - 1) / self.timesteps
    }

    /// Number of t in bucket `b`.
    pub fn width(&self, b: usize) -> usize {
        self.start(b + 1) - self.start(b)
    }

    /// The table of cumulative probabilities in which every t is equally likely, [`BUCKETS`] long.
    pub fn even(&self) -> Vec<u32> {
        let end = |b: usize| {
            let below = self.start(b + 1) - self.first;
            (u64::from(WHOLE) * below as u64 / self.timesteps as u64) as u32
        };
        (0..BUCKETS).map(|b| if b < self.count() { end(b) } else { WHOLE }).collect()
    }

    /// The table in which a bucket's share is proportional to `roots[b]` = √E[L²] times its width (Nichol & Dhariwal
    /// 2021, eq. 18), but for [`EVEN_SHARE`].
    pub fn by_importance(&self, roots: &[f64]) -> Vec<u32> {
        let width = |b: usize| self.width(b) as f64;
        let total: f64 = (0..self.count()).map(|b| width(b) * roots[b]).sum();
        let mut sum = 0.0;
        let mut ends = vec![WHOLE; BUCKETS];
        for (b, end) in ends.iter_mut().enumerate().take(self.count() - 1) {
            let even = EVEN_SHARE * width(b) / self.timesteps as f64;
            sum += even + (1.0 - EVEN_SHARE) * width(b) * roots[b] / total;
            *end = (f64::from(WHOLE) * sum) as u32;
        }
        ends
    }
}

/// What one sample of a batch is made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Draw {
    /// Number of the picture.
    pub image: u32,
    /// Timestep, from 0.
    pub t: u32,
    /// Bucket of t.
    pub bucket: u32,
    /// 1/(p·n): what the loss is multiplied with, so that uneven draws leave its expectation alone.
    pub factor: f64,
    /// Whether the label is withheld.
    pub dropped: bool,
}

/// ⌊word·n/2³²⌋.
fn below(word: u32, n: usize) -> u32 {
    ((u64::from(word) * n as u64) >> 32) as u32
}

/// Probabilities as a threshold for a random word.
pub fn threshold(probability: f64) -> u32 {
    (probability * 4_294_967_296.0) as u32
}

/// The draw of one sample of one step; a label is withheld where its random word lies below `drop_below`
/// ([`threshold`]).
pub fn draw(
    seed: u64,
    step: u32,
    sample: u32,
    buckets: &Buckets,
    ends: &[u32],
    images: usize,
    drop_below: u32,
) -> Draw {
    let stream = step.wrapping_mul(16).wrapping_add(Stream::TrainDraw as u32);
    let [of_bucket, of_t] = threefry2x32(key(seed), [2 * sample, stream]);
    let [of_image, of_label] = threefry2x32(key(seed), [2 * sample + 1, stream]);
    let b = ends[..buckets.count() - 1].partition_point(|&end| end <= of_bucket >> 1);
    let share = ends[b] - if b == 0 { 0 } else { ends[b - 1] };
    let p = f64::from(share) / f64::from(WHOLE);
    Draw {
        image: below(of_image, images),
        t: buckets.start(b) as u32 + below(of_t, buckets.width(b)),
        bucket: b as u32,
        factor: buckets.width(b) as f64 / buckets.timesteps as f64 / p,
        dropped: of_label < drop_below,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_cover_every_t_once() {
        for (first, timesteps) in [(0, 1000), (1, 999), (0, 7), (0, 50), (3, 51), (0, 1)] {
            let buckets = Buckets { first, timesteps };
            assert_eq!(buckets.start(0), first);
            assert_eq!(buckets.start(buckets.count()), first + timesteps);
            assert!((0..buckets.count()).all(|b| buckets.width(b) > 0), "{buckets:?}");
            assert_eq!(buckets.even()[buckets.count() - 1], WHOLE);
            for t in first..first + timesteps {
                let b = buckets.of(t);
                assert!(buckets.start(b) <= t && t < buckets.start(b + 1), "{t} in bucket {b}");
            }
        }
    }

    /// Every t, every picture and every label as often as it should be, within four standard deviations.
    #[test]
    fn draws_are_uniform() {
        let buckets = Buckets { first: 1, timesteps: 120 };
        let (images, dropout) = (37, 0.2);
        let (mut ts, mut pictures, mut dropped) = ([0u32; 121], [0u32; 37], 0u32);
        let n = 60_000;
        for i in 0..n {
            let d =
                draw(11, i / 500, i % 500, &buckets, &buckets.even(), images, threshold(dropout));
            ts[d.t as usize] += 1;
            pictures[d.image as usize] += 1;
            dropped += u32::from(d.dropped);
            assert!((d.factor - 1.0).abs() < 1e-6, "an even draw weighs {}", d.factor);
            let b = d.bucket as usize;
            assert!((buckets.start(b)..buckets.start(b + 1)).contains(&(d.t as usize)));
        }
        assert_eq!(ts[0], 0, "t below the first");
        let fits = |count: u32, p: f64| {
            let (mean, deviation) = (f64::from(n) * p, (f64::from(n) * p * (1.0 - p)).sqrt());
            (f64::from(count) - mean).abs() < 4.5 * deviation
        };
        assert!(ts[1..].iter().all(|&count| fits(count, 1.0 / 120.0)), "{ts:?}");
        assert!(pictures.iter().all(|&count| fits(count, 1.0 / 37.0)), "{pictures:?}");
        assert!(fits(dropped, dropout), "{dropped} of {n} labels dropped");
    }

    /// Uneven draws, weighed by their factor, have the even expectation.
    #[test]
    fn importance_sampling_leaves_expectations_alone() {
        let buckets = Buckets { first: 0, timesteps: 1000 };
        let roots: Vec<f64> = (0..BUCKETS).map(|b| 0.02 + 1.0 / (1.0 + b as f64)).collect();
        let ends = buckets.by_importance(&roots);
        assert!(ends.windows(2).all(|pair| pair[0] < pair[1]), "{ends:?}");
        let loss = |t: u32| 1.0 / (1.0 + f64::from(t) / 20.0);
        let exact: f64 = (0..1000).map(loss).sum::<f64>() / 1000.0;
        let n = 100_000;
        let (mut mean, mut early) = (0.0, 0);
        for i in 0..n {
            let d = draw(5, i / 512, i % 512, &buckets, &ends, 10, 0);
            mean += d.factor * loss(d.t) / f64::from(n);
            early += u32::from(d.t < 100);
        }
        assert!((mean - exact).abs() < 0.01 * exact, "{mean} is not {exact}");
        assert!(early > n / 4, "only {early} of {n} draws go where the loss is large");
    }
}
