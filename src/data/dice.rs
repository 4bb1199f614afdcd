//! The random choices of everything in `data`: one item (a picture, a point, a copy) has a sequence of
//! its own, so item 7 is the same whether ten items are made or a million.

use crate::diffusion::{Stream, key, normal_pair, threefry2x32};

/// The random choices of one item, in the order in which they are asked for.
pub(super) struct Dice {
    key: [u32; 2],
    item: u32,
    rolls: u32,
}

impl Dice {
    pub fn new(seed: u64, item: u32) -> Self {
        Self { key: key(seed), item, rolls: 0 }
    }

    fn counter(&mut self) -> [u32; 2] {
        self.rolls += 1;
        [self.rolls - 1, self.item.wrapping_mul(16).wrapping_add(Stream::Data as u32)]
    }

    /// Uniform in [0, 1).
    pub fn roll(&mut self) -> f64 {
        let counter = self.counter();
        f64::from(threefry2x32(self.key, counter)[0] >> 8) / f64::from(1u32 << 24)
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.roll()
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.roll() * n as f64) as usize
    }

    /// Two independent standard normals.
    pub fn normals(&mut self) -> [f64; 2] {
        let counter = self.counter();
        normal_pair(self.key, counter)
    }
}
