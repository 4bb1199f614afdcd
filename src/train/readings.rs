//! What can be read of a run while it goes on: losses, what each t costs, memory, parameters.

use super::trainer::Trainer;
use super::training_loop::TrainingLoop;
use super::{BUCKETS, Buckets, RING, state};
use crate::error::Result;

/// What a range of t costs.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct LossAtT {
    /// Middle of the range.
    pub t: f64,
    /// Mean loss of about the newest 64 samples there, the objective's weight included.
    pub mean: f32,
    /// Samples seen there.
    pub count: u32,
}

/// Bytes on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Memory {
    /// Activations and gradients, and the images that kernels read of them and of the weights.
    pub activations: u64,
    /// The model's weights, those in training, those it began with.
    pub weights: u64,
    /// Moments, moving average, the last good state.
    pub optimizer: u64,
    /// Data set and tables.
    pub data: u64,
    /// All of it.
    pub total: u64,
}

impl<E: 'static, L: 'static> TrainingLoop<E, L> {
    /// Losses of the newest steps, at most [`RING`], oldest first.
    pub async fn losses(&self) -> Result<Vec<f32>> {
        let (first, ring) = (state::LOSSES_AT, RING);
        let words = self.device.read(&self.state, 0, first + ring as u64).await?;
        let done = state::scalars(&words).step as usize;
        let losses = &words[first as usize..];
        Ok((done.saturating_sub(ring)..done).map(|step| losses[step % ring]).collect())
    }
}

impl Trainer {
    /// Losses of the newest steps, at most [`RING`], oldest first.
    pub async fn losses(&self) -> Result<Vec<f32>> {
        self.training.losses().await
    }

    /// What each range of t costs, lowest t first.
    pub async fn loss_by_t(&self) -> Result<Vec<LossAtT>> {
        let count = BUCKETS;
        let words = self
            .model
            .device
            .read(&self.training.state, state::STATISTICS_AT, 2 * count as u64)
            .await?;
        let at = |b: usize| LossAtT {
            t: (self.buckets.start(b) + self.buckets.start(b + 1) - 1) as f64 / 2.0,
            mean: words[count + b],
            count: words[b].to_bits(),
        };
        Ok((0..self.buckets.count()).map(at).collect())
    }

    /// Table of cumulative probabilities from which t is drawn (see [`super::draw`]).
    pub async fn probabilities(&self) -> Result<Vec<u32>> {
        let words =
            self.model.device.read(&self.training.state, state::ENDS_AT, BUCKETS as u64).await?;
        Ok(words.into_iter().map(f32::to_bits).collect())
    }

    /// The range of t and its buckets.
    pub fn buckets(&self) -> Buckets {
        self.buckets
    }

    /// Bytes on the device.
    pub fn memory(&self) -> Memory {
        let TrainingLoop { network, weights, snapshot, state, .. } = &self.training;
        let activations = network.program.bytes() + network.program.image_bytes();
        let optimizer = 3 * weights.bytes() + snapshot.bytes() + state.bytes();
        let weights = 3 * weights.bytes();
        let data = self.batches.borrow().bytes();
        let total = activations + weights + optimizer + data;
        Memory { activations, weights, optimizer, data, total }
    }
}
