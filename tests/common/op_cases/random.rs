//! Seeded cases for what PyTorch has no name for: epilogues, paddings, awkward sizes.

use super::Case;
use super::builder::Builder;
use chailou::graph::{Param, Shape};
use chailou::ops::{
    Activation, Affine, Attention, Conv2d, Embedding, Epilogue, GroupNorm, Linear, Resize, Slice,
};

/// Seeded cases without PyTorch's numbers: the f64 twin is the reference.
pub fn random() -> Vec<Case> {
    let mut all = Vec::new();
    for terms in 0..16 {
        all.push(sums(Some(Resize::Same), Shape::new(2, 5, 11, 7), 13, terms));
        all.push(sums(None, Shape::new(3, 5, 3, 6), 21, terms));
    }
    for resize in Resize::ALL {
        // One pixel wide, wider than a tile by one, more channels than a workgroup makes, odd sides.
        for (shape, co) in [
            (Shape::new(2, 2, 1, 3), 5),
            (Shape::new(1, 9, 17, 4), 8),
            (Shape::new(1, 4, 10, 12), 44),
            (Shape::new(3, 7, 7, 9), 6),
        ] {
            if resize == Resize::DownAsymmetric && shape.w == 1 {
                continue; // nothing would be left of it
            }
            all.push(sums(Some(resize), shape, co, 15));
        }
    }
    all.push(sums(None, Shape::new(2, 20, 31, 5), 9, 15)); // more rows than a workgroup takes
    for (shape, groups) in [
        (Shape::new(2, 3, 5, 6), 3), // 2 channels a group, the last workgroup takes one group
        (Shape::new(1, 9, 9, 9), 3), // 3
        (Shape::new(2, 4, 4, 5), 5), // 1
        (Shape::new(2, 10, 13, 40), 8), // 5
        (Shape::new(1, 1, 1, 12), 2), // 6, fewer elements than threads
    ] {
        all.extend([false, true].map(|scale_shift| group_norm(shape, groups, scale_shift)));
    }
    all.extend([false, true].map(affine));
    let mut b = Builder::new("embedding");
    let labels = b.input(Shape::vector(5, 1), vec![10.0, 0.0, 3.0, 3.0, 9.0]);
    let table = b.random(11 * 10);
    let table = b.param(Param::rows("table".into(), 11, 10), table);
    all.push(b.finish(Embedding { labels, table }));
    // More queries than a workgroup has threads, and scores so large that exp alone would overflow.
    let mut b = Builder::new("attention with large scores");
    let shape = Shape::new(2, 9, 11, 3 * 3 * 8);
    let values = b.random(shape.elements()).into_iter().map(|v| 6.0 * v).collect();
    let qkv = b.input(shape, values);
    let attention = b.finish(Attention { qkv, heads: 3, head_dim: 8 });
    // A score of 100 has an f32 error of 1e-5, which exp makes a relative one.
    all.push(Case { tolerance: 5e-4, ..attention });
    all
}

/// A convolution or (without `resize`) linear layer whose epilogue has the terms in the bits of `terms`.
fn sums(resize: Option<Resize>, x: Shape, co: usize, terms: u32) -> Case {
    let kind = resize.map_or("linear".into(), |resize| format!("conv {resize:?}"));
    let Shape { n, h, w, c } = x;
    let mut b = Builder::new(&format!("{kind} {n}x{h}x{w}x{c} to {co}, terms {terms:04b}"));
    let out = match resize {
        None | Some(Resize::Same) => (h, w),
        Some(Resize::Up) => (2 * h, 2 * w),
        Some(Resize::Down) => (h.div_ceil(2), w.div_ceil(2)),
        Some(Resize::DownAsymmetric) => (h / 2, w / 2),
    };
    let has = |term: u32| terms & term != 0;
    let x = b.random_input(x);
    let mut epilogue = Epilogue::default();
    if has(1) {
        let tensor = b.random_input(Shape::vector(n, co + 7));
        epilogue.per_sample = Some(Slice { tensor, offset: 4 });
    }
    if has(2) {
        epilogue.residual = Some(b.random_input(Shape::new(n, out.0, out.1, co)));
    }
    if has(4) {
        epilogue.scale = 0.625;
    }
    if has(8) {
        epilogue.activation = Activation::Silu;
    }
    let (weight, bias) = b.random_weights(co, c, if resize.is_some() { 3 } else { 1 });
    match resize {
        Some(resize) => b.finish(Conv2d { x, weight, bias, resize, epilogue }),
        None => b.finish(Linear { x, weight, bias, epilogue }),
    }
}

fn group_norm(shape: Shape, groups: usize, with_scale_shift: bool) -> Case {
    let Shape { n, h, w, c } = shape;
    let mut b =
        Builder::new(&format!("group norm {n}x{h}x{w}x{c} in {groups}, {with_scale_shift}"));
    // A mean far from 0 shows a careless variance.
    let values = b.random(shape.elements()).into_iter().map(|v| 2.0 * v + 9.0).collect();
    let x = b.input(shape, values);
    let padded = c.next_multiple_of(4);
    let scale_shift = with_scale_shift.then(|| {
        let tensor = b.random_input(Shape::vector(n, 2 * padded + 4));
        [0, padded + 4].map(|offset| Slice { tensor, offset })
    });
    let (gamma, beta) = (b.random(c), b.random(c));
    let gamma = b.param(Param::vector("gamma".into(), c), gamma);
    let beta = b.param(Param::vector("beta".into(), c), beta);
    let activation = if with_scale_shift { Activation::Identity } else { Activation::Silu };
    b.finish(GroupNorm { x, gamma, beta, groups, eps: 1e-5, scale_shift, activation })
}

fn affine(with_divisor: bool) -> Case {
    let mut b = Builder::new(if with_divisor { "affine with divisor" } else { "affine" });
    let x = b.random_input(Shape::new(3, 5, 7, 3));
    let divisor = with_divisor.then(|| b.input(Shape::vector(3, 1), vec![0.5, -3.0, 700.0]));
    b.finish(Affine { x, factor: 2.0, offset: -1.0, divisor })
}
