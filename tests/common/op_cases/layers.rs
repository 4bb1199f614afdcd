//! Cases at awkward sizes that both the forward tests and the gradient tests are made of: channels that are no
//! multiples of four, odd sides, every epilogue and padding.

use super::Case;
use super::builder::{Builder, Operands};
use chailou::ops::{Activation, Affine, Conv2d, Embedding, Epilogue, GroupNorm, Linear, Resize};
use chailou::tensor::{Param, Shape, Slice, TensorId};

/// Input and output channels of convolutions: one pixel wide, wider than a tile by one, more channels than a
/// workgroup makes, odd sides, and one of everything but samples.
pub const AWKWARD: [(Shape, usize); 6] = [
    (Shape::new(2, 2, 1, 3), 5),
    (Shape::new(1, 9, 17, 4), 8),
    (Shape::new(1, 4, 10, 12), 44),
    (Shape::new(3, 7, 7, 9), 6),
    (Shape::new(1, 5, 6, 37), 1),
    (Shape::new(33, 1, 1, 1), 1),
];

/// Inputs of group norms and their numbers of groups.
pub const GROUPED: [(Shape, usize); 8] = [
    (Shape::new(2, 3, 5, 6), 3), // 2 channels a group, the last workgroup takes one group
    (Shape::new(1, 9, 9, 9), 3), // 3
    (Shape::new(2, 4, 4, 5), 5), // 1
    (Shape::new(1, 1, 1, 12), 2), // 6, fewer elements than threads
    (Shape::new(2, 5, 3, 40), 8), // 5
    (Shape::new(3, 4, 6, 16), 4), // 4
    (Shape::new(2, 3, 3, 7), 1), // 7, one group
    (Shape::new(33, 3, 4, 1), 1),
];

/// The vectors of a slice with channels around it that nobody reads.
pub fn slice(b: &mut Builder, n: usize, c: usize) -> Slice {
    Slice { tensor: b.random_operand(Shape::vector(n, c + 7)), offset: 4 }
}

/// Of a convolution or (without `resize`) linear layer.
pub fn kind(resize: Option<Resize>) -> String {
    resize.map_or("linear".into(), |resize| format!("conv {resize:?}"))
}

/// A layer whose epilogue has the terms in the bits of `terms`.
pub fn sums(operands: Operands, resize: Option<Resize>, x: Shape, co: usize, terms: u32) -> Case {
    let Shape { n, h, w, c } = x;
    let name = format!("{} {n}x{h}x{w}x{c} to {co}, terms {terms:04b}", kind(resize));
    let mut b = Builder::new(operands, &name);
    let (out_h, out_w) = match resize {
        None | Some(Resize::Same) => (h, w),
        Some(Resize::Up) => (2 * h, 2 * w),
        Some(Resize::Down) => (h.div_ceil(2), w.div_ceil(2)),
        Some(Resize::DownAsymmetric) => (h / 2, w / 2),
    };
    let has = |term: u32| terms & term != 0;
    let x = b.random_operand(x);
    let mut epilogue = Epilogue::default();
    if has(1) {
        epilogue.per_sample = Some(slice(&mut b, n, co));
    }
    if has(2) {
        epilogue.residual = Some(b.random_operand(Shape::new(n, out_h, out_w, co)));
    }
    if has(4) {
        epilogue.scale = 0.625;
    }
    if has(8) {
        epilogue.activation = Activation::Silu;
    }
    layer(b, resize, x, c, co, epilogue)
}

/// The layer alone, with random weights.
pub fn layer(
    mut b: Builder,
    resize: Option<Resize>,
    x: TensorId,
    ci: usize,
    co: usize,
    epilogue: Epilogue,
) -> Case {
    let (weight, bias) = b.random_weights(co, ci, if resize.is_some() { 3 } else { 1 });
    match resize {
        Some(resize) => b.finish(Conv2d { x, weight, bias, resize, epilogue }),
        None => b.finish(Linear { x, weight, bias, epilogue }),
    }
}

/// A layer of every resizing at every awkward size, with all of `terms`.
pub fn awkward_convolutions(operands: Operands, terms: u32) -> Vec<Case> {
    let all = Resize::ALL.into_iter().flat_map(|resize| AWKWARD.map(|(x, co)| (resize, x, co)));
    // Of one column nothing would be left.
    let possible = all.filter(|(resize, x, _)| *resize != Resize::DownAsymmetric || x.w > 1);
    possible.map(|(resize, x, co)| sums(operands, Some(resize), x, co, terms)).collect()
}

/// A group norm of numbers about `mean`: far from 0 it shows a careless variance.
pub fn group_norm(
    operands: Operands,
    (shape, groups): (Shape, usize),
    mean: f32,
    with_scale_shift: bool,
    activation: Activation,
) -> Case {
    let Shape { n, h, w, c } = shape;
    let name =
        format!("group norm {n}x{h}x{w}x{c} in {groups}, {with_scale_shift}, {activation:?}");
    let mut b = Builder::new(operands, &name);
    let values = b.random(shape.elements()).into_iter().map(|v| 2.0 * v + mean).collect();
    let x = b.operand(shape, values, (1, 1));
    let padded = c.next_multiple_of(4);
    let scale_shift = with_scale_shift.then(|| {
        let tensor = b.random_operand(Shape::vector(n, 2 * padded + 4));
        [0, padded + 4].map(|offset| Slice { tensor, offset })
    });
    let (gamma, beta) = b.random_vectors("norm", c);
    b.finish(GroupNorm { x, gamma, beta, groups, eps: 1e-5, scale_shift, activation })
}

/// `divisor`: one a sample.
pub fn affine(operands: Operands, divisor: Option<[f32; 3]>) -> Case {
    let name = if divisor.is_some() { "affine with divisor" } else { "affine" };
    let mut b = Builder::new(operands, name);
    let x = b.random_operand(Shape::new(3, 5, 7, 3));
    let divisor = divisor.map(|values| b.input(Shape::vector(3, 1), values.to_vec()));
    b.finish(Affine { x, factor: 2.0, offset: -1.0, divisor })
}

/// Rows that are asked for twice, and never.
pub fn embedding(operands: Operands) -> Case {
    let mut b = Builder::new(operands, "embedding");
    let labels = b.input(Shape::vector(5, 1), vec![10.0, 0.0, 3.0, 3.0, 9.0]);
    let table = b.random(11 * 10);
    let table = b.param(Param::rows("table".into(), 11, 10), table);
    b.finish(Embedding { labels, table })
}
