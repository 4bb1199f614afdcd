//! A batch cut into shares, each small enough that its activations stay in a processor's cache: which part of a batch a
//! share is, and what runs them one after another ([`Worker`]).
//!
//! How the batch is cut does not depend on who computes what, and gradients of shares are added in a fixed binary tree,
//! so a run has the same bits whatever the number of workers.

use std::ops::Range;

use super::blueprint::Blueprint;
use super::processor::Processor;
use super::weights::{Prepared, Weights};
use crate::error::Result;
use crate::graph::{Graph, Plan};
use crate::tensor::TensorId;

/// Pixels of a share, at least, where samples are smaller: a matrix product wants rows.
const SHARE_PIXELS: usize = 64;

/// Pictures of a share in training, at most: weights and gradients stream through the cache once a share, so that one
/// of a few pictures saves memory's time, but there must be shares for everybody.
const MAX_TRAINED: usize = 4;
/// Shares in training, at least, before a share gets a second picture.
const TRAINED_SHARES: usize = 8;

/// What goes into a network or comes out of it.
#[derive(Clone, Copy, Debug)]
struct End {
    id: TensorId,
    /// Where its first sample lies in the arena of the batch, in words.
    at: usize,
    /// Words of a sample.
    words: usize,
}

/// See the [module documentation](self).
pub struct Shares {
    batch: usize,
    size: usize,
    /// The graph of a share, and that of the last where it is smaller.
    graphs: Vec<Graph>,
    /// Where everything lies in each.
    plans: Vec<Plan>,
    inputs: Vec<End>,
    outputs: Vec<End>,
    /// Words of all gradients, which lie at the start of the batch's arena; 0 without a backward pass.
    gradients: usize,
    words: usize,
}

impl Shares {
    /// Cuts a network's batch.
    ///
    /// # Errors
    /// The network cannot be built for a share.
    pub fn new(network: &Blueprint) -> Result<Self> {
        let whole = network.graph;
        let slots = whole.slots.iter().filter(|slot| slot.gradient_of.is_none());
        let batch = slots.clone().filter(|s| s.pinned).map(|s| s.shape.n).max().unwrap_or(1);
        let pixels = slots.map(|s| s.shape.h * s.shape.w).max().unwrap_or(1);
        let (size, graphs) = match &network.builder {
            None => (batch, vec![whole.clone()]),
            Some(builder) => {
                let least = SHARE_PIXELS.div_ceil(pixels);
                let most = if whole.has_gradients() { batch / TRAINED_SHARES } else { 1 };
                let size = least.max(most.min(MAX_TRAINED)).clamp(1, batch);
                let first = if size == batch { whole.clone() } else { (builder.build)(size)? };
                let mut graphs = vec![first];
                if !batch.is_multiple_of(size) {
                    graphs.push((builder.build)(batch % size)?);
                }
                (size, graphs)
            }
        };
        let gradients = if whole.has_gradients() { whole.param_offsets().1 * 4 } else { 0 };
        let mut made = vec![false; whole.slots.len()];
        whole.nodes().iter().for_each(|node| made[node.output.0] = true);
        let mut words = gradients;
        let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
        for (i, slot) in whole.slots.iter().enumerate() {
            if slot.pinned && slot.gradient_of.is_none() {
                let end = End { id: TensorId(i), at: words, words: slot.shape.vec4s() * 4 / batch };
                if made[i] { &mut outputs } else { &mut inputs }.push(end);
                words += slot.shape.vec4s() * 4;
            }
        }
        let plans = graphs.iter().map(Plan::new).collect();
        Ok(Self { batch, size, graphs, plans, inputs, outputs, gradients, words })
    }

    /// Samples in all.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Number of shares.
    pub fn count(&self) -> usize {
        self.batch.div_ceil(self.size)
    }

    /// The shares of one of several workers: as many as each of the others has, or one more.
    pub fn of_worker(&self, worker: usize, workers: usize) -> Range<usize> {
        worker * self.count() / workers..(worker + 1) * self.count() / workers
    }

    /// Words of the batch's arena: gradients, then what goes in and comes out.
    pub fn words(&self) -> usize {
        self.words
    }

    /// Words of all gradients, at the start of the arena.
    pub fn gradients(&self) -> usize {
        self.gradients
    }

    /// Where tensors lie in the batch's arena, in vec4 units; those that lie between ends have no place.
    pub fn addresses(&self) -> Vec<usize> {
        let mut addresses = vec![0; self.graphs[0].slots.len()];
        for end in self.inputs.iter().chain(&self.outputs) {
            addresses[end.id.0] = end.at / 4;
        }
        addresses
    }

    /// The graph of a share.
    pub fn graph(&self, share: usize) -> &Graph {
        let last = self.samples(share).len() < self.size;
        &self.graphs[usize::from(last)]
    }

    /// Where everything lies in the graph of a whole share.
    pub fn plan(&self) -> &Plan {
        &self.plans[0]
    }

    /// Room for the weights as products read them.
    ///
    /// # Errors
    /// There is not that much memory.
    pub fn prepared(&self) -> Result<Prepared> {
        Prepared::new(&self.graphs[0])
    }

    fn samples(&self, share: usize) -> Range<usize> {
        share * self.size..((share + 1) * self.size).min(self.batch)
    }

    /// Takes from the batch's arena what goes into some shares, one share after another.
    pub fn gather(&self, shares: Range<usize>, arena: &[f32], into: &mut Vec<f32>) {
        into.clear();
        for share in shares {
            let samples = self.samples(share);
            for end in &self.inputs {
                let first = end.at + samples.start * end.words;
                into.extend_from_slice(&arena[first..first + samples.len() * end.words]);
            }
        }
    }

    /// Puts what has come out of some shares into the batch's arena.
    pub fn scatter(&self, shares: Range<usize>, outputs: &[f32], arena: &mut [f32]) {
        let mut from = 0;
        for share in shares {
            let samples = self.samples(share);
            for end in &self.outputs {
                let (first, words) =
                    (end.at + samples.start * end.words, samples.len() * end.words);
                arena[first..first + words].copy_from_slice(&outputs[from..from + words]);
                from += words;
            }
        }
    }

    /// Words that come out of some shares.
    pub fn output_words(&self, shares: Range<usize>) -> usize {
        let samples: usize = shares.map(|share| self.samples(share).len()).sum();
        samples * self.outputs.iter().map(|end| end.words).sum::<usize>()
    }
}

/// Runs shares, one after another, in one thread.
pub struct Worker {
    processors: Vec<Processor>,
    /// What goes into the shares of a run, as [`Shares::gather`] has it.
    pub inputs: Vec<f32>,
    /// What has come out of them, for [`Shares::scatter`].
    pub outputs: Vec<f32>,
    /// Gradients of what has been run.
    pub sums: Sums,
}

impl Worker {
    /// Makes the memory of a share's run.
    ///
    /// # Errors
    /// There is not that much memory.
    pub fn new(shares: &Shares) -> Result<Self> {
        let both = shares.graphs.iter().zip(&shares.plans);
        let processors = both.map(|(graph, plan)| Processor::new(graph, plan));
        let processors = processors.collect::<Result<_>>()?;
        let (inputs, outputs, sums) = Default::default();
        Ok(Self { processors, inputs, outputs, sums })
    }

    /// Runs some shares from [`Worker::inputs`] to [`Worker::outputs`], and adds to [`Worker::sums`].
    pub fn work(&mut self, shares: &Shares, range: Range<usize>, weights: Weights) {
        let (mut inputs, outputs) = (&self.inputs[..], &mut self.outputs);
        outputs.clear();
        for share in range {
            let samples = shares.samples(share).len();
            let graph = shares.graph(share);
            let processor = &mut self.processors[usize::from(samples < shares.size)];
            for end in &shares.inputs {
                let (own, rest) = inputs.split_at(samples * end.words);
                processor.tensor_mut(graph, end.id).copy_from_slice(own);
                inputs = rest;
            }
            processor.run(graph, weights, 0..graph.nodes().len());
            for end in &shares.outputs {
                outputs.extend_from_slice(processor.tensor(graph, end.id));
            }
            if shares.gradients > 0 {
                // The loss of a share is a mean over the share.
                let weight = samples as f32 / shares.batch as f32;
                self.sums.add(share, weight, processor.gradients(shares.gradients));
            }
        }
    }
}

/// A sum of the gradients of 2^level shares, from share index·2^level on.
pub struct Block {
    /// See above.
    pub level: u32,
    /// See above.
    pub index: usize,
    /// The sum.
    pub values: Vec<f32>,
}

/// Gradients on their way to one sum: whenever both halves of a block are there they become one. So the order of
/// additions follows from the numbers of the shares alone.
#[derive(Default)]
pub struct Sums {
    blocks: Vec<Block>,
    spare: Vec<Vec<f32>>,
}

impl Sums {
    /// Adds `weight` · `gradient` of a share.
    pub fn add(&mut self, share: usize, weight: f32, gradient: &[f32]) {
        let left = |block: &Block| block.level == 0 && block.index + 1 == share;
        if !share.is_multiple_of(2)
            && let Some(at) = self.blocks.iter().position(left)
        {
            let Block { mut values, .. } = self.blocks.swap_remove(at);
            let each = values.iter_mut().zip(gradient);
            each.for_each(|(sum, v)| *sum += weight * v);
            return self.put(Block { level: 1, index: share / 2, values });
        }
        let mut values = self.memory();
        values.clear();
        values.extend(gradient.iter().map(|v| weight * v));
        self.put(Block { level: 0, index: share, values });
    }

    /// Adds a sum that somebody else has made.
    pub fn put(&mut self, mut block: Block) {
        let sibling = |a: &Block, b: &Block| a.level == b.level && a.index == b.index ^ 1;
        while let Some(at) = self.blocks.iter().position(|other| sibling(other, &block)) {
            let other = self.blocks.swap_remove(at);
            let (mut left, right) =
                if block.index.is_multiple_of(2) { (block, other) } else { (other, block) };
            add(&mut left.values, &right.values);
            self.spare.push(right.values);
            block = Block { level: left.level + 1, index: left.index / 2, values: left.values };
        }
        self.blocks.push(block);
    }

    /// The blocks there are, for somebody else to go on with; nothing is left.
    pub fn take(&mut self) -> Vec<Block> {
        std::mem::take(&mut self.blocks)
    }

    /// Takes back from another what it took with [`Sums::take`]: memory for the next run.
    pub fn borrow_from(&mut self, other: &mut Self) {
        while self.spare.len() < other.spare.len() {
            self.spare.extend(other.spare.pop());
        }
    }

    /// Memory for a block.
    pub fn memory(&mut self) -> Vec<f32> {
        self.spare.pop().unwrap_or_default()
    }

    /// Gives memory back.
    pub fn reuse(&mut self, values: Vec<f32>) {
        self.spare.push(values);
    }

    /// The sum of all blocks, from the lowest share on, into `total`; nothing is left.
    pub fn finish(&mut self, total: &mut [f32]) {
        self.blocks.sort_unstable_by_key(|block| block.index << block.level);
        for (i, block) in self.blocks.drain(..).enumerate() {
            match i {
                0 => total.copy_from_slice(&block.values),
                _ => add(total, &block.values),
            }
            self.spare.push(block.values);
        }
    }
}

fn add(to: &mut [f32], more: &[f32]) {
    to.iter_mut().zip(more).for_each(|(to, more)| *to += more);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers whose sum depends on the order of its additions.
    fn gradient(share: usize) -> [f32; 2] {
        let x = (share as f32 + 1.0).sin();
        [x * 10f32.powi(share as i32 % 7), x / 3.0]
    }

    fn total(shares: usize, workers: usize) -> [u32; 2] {
        let mut all = Sums::default();
        for worker in (0..workers).rev() {
            let mut own = Sums::default();
            let range = worker * shares / workers..(worker + 1) * shares / workers;
            range.for_each(|share| own.add(share, 0.3, &gradient(share)));
            own.take().into_iter().for_each(|block| all.put(block));
        }
        let mut total = [0.0; 2];
        all.finish(&mut total);
        total.map(f32::to_bits)
    }

    #[test]
    fn a_sum_has_the_same_bits_whoever_adds_it_up() {
        for shares in 1..=33 {
            let alone = total(shares, 1);
            let exact: f64 = (0..shares).map(|i| 0.3 * f64::from(gradient(i)[1])).sum();
            assert!((f64::from(f32::from_bits(alone[1])) - exact).abs() < 1e-5);
            for workers in 2..=8.min(shares) {
                assert_eq!(total(shares, workers), alone, "{shares} shares, {workers} workers");
            }
        }
    }

    #[test]
    fn memory_goes_back_to_who_lent_it() {
        let (mut all, mut own) = (Sums::default(), Sums::default());
        for _ in 0..3 {
            (0..5).for_each(|share| own.add(share, 1.0, &gradient(share)));
            (5..8).for_each(|share| all.add(share, 1.0, &gradient(share)));
            own.take().into_iter().for_each(|block| all.put(block));
            all.finish(&mut [0.0; 2]);
            own.borrow_from(&mut all);
        }
        assert!(all.spare.len() + own.spare.len() <= 8, "memory is made anew at every step");
    }
}
