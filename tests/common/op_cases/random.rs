//! What PyTorch's cases leave out: combined epilogues, paddings, awkward sizes.

use super::Case;
use super::builder::{Builder, Operands};
use super::layers::{GROUPED, affine, awkward_convolutions, embedding, group_norm, sums};
use chailou::ops::{Activation, Attention, Resize};
use chailou::tensor::Shape;

/// Seeded cases without PyTorch's numbers: the f64 twin is the reference.
pub fn random() -> Vec<Case> {
    let given = Operands::Given;
    let mut all = Vec::new();
    for terms in 0..16 {
        all.push(sums(given, Some(Resize::Same), Shape::new(2, 5, 11, 7), 13, terms));
        all.push(sums(given, None, Shape::new(3, 5, 3, 6), 21, terms));
    }
    all.extend(awkward_convolutions(given, 15));
    all.push(sums(given, None, Shape::new(2, 20, 31, 5), 9, 15)); // more rows than a workgroup takes
    // So many pixels that a GPU gets tiles of 64 and of 128, and so few of so many channels that sums are split.
    for x in [Shape::new(3, 31, 45, 5), Shape::new(5, 41, 40, 9), Shape::new(1, 7, 7, 70)] {
        all.extend(Resize::ALL.map(|resize| sums(given, Some(resize), x, 9, 15)));
        all.push(sums(given, None, x, 9, 15));
    }
    // One more norm, whose pixels are more than the threads of a workgroup.
    for grouped in GROUPED.into_iter().chain([(Shape::new(2, 10, 13, 40), 8)]) {
        all.push(group_norm(given, grouped, 9.0, false, Activation::Silu));
        all.push(group_norm(given, grouped, 9.0, true, Activation::Identity));
    }
    all.extend([None, Some([0.5, -3.0, 700.0])].map(|divisor| affine(given, divisor)));
    all.push(embedding(given));
    // More queries than a workgroup has threads, and scores so large that exp alone would overflow.
    let mut b = Builder::new(given, "attention with large scores");
    let shape = Shape::new(2, 9, 11, 3 * 3 * 8);
    let values = b.random(shape.elements()).into_iter().map(|v| 6.0 * v).collect();
    let qkv = b.input(shape, values);
    let attention = b.finish(Attention { qkv, heads: 3, head_dim: 8 });
    // A score of 100 has an f32 error of 1e-5, which exp makes a relative one.
    all.push(Case { tolerance: 5e-4, ..attention });
    all
}
