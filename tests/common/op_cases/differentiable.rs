//! The operations that can be differentiated, at awkward sizes: channels that are no multiples of four,
//! odd sides, heads that do not fill their padding, operands that are read twice.

use super::Case;
use super::builder::{Builder, Operands::Trained};
use super::layers::{
    GROUPED, affine, awkward_convolutions, embedding, group_norm, kind, layer, slice, sums,
};
use chailou::ops::{
    Activation, Attention, AveragePool, Concat, Conv2d, Epilogue, GroupNorm, Linear, Mse, MseGrad,
    Op, Resize, Silu, Sum, Upsample,
};
use chailou::tensor::{Shape, Slice};

pub fn differentiable() -> Vec<Case> {
    let mut all = Vec::new();
    for terms in 0..8 {
        all.push(sums(Trained, Some(Resize::Same), Shape::new(2, 3, 5, 6), 7, terms));
        all.push(sums(Trained, None, Shape::new(3, 2, 3, 5), 6, terms));
    }
    all.extend(awkward_convolutions(Trained, 7));
    for resize in Resize::ALL {
        // So many pixels that a weight's gradient is summed in parts.
        all.push(many_pixels(Some(resize), Shape::new(3, 22, 34, 5), 6));
    }
    for resize in [Some(Resize::Same), Some(Resize::Down), Some(Resize::DownAsymmetric), None] {
        for x in [Shape::new(3, 31, 45, 3), Shape::new(5, 41, 40, 1), Shape::new(1, 7, 7, 38)] {
            all.push(two_layers(resize, x));
        }
    }
    for resize in [Some(Resize::Same), Some(Resize::Down), None] {
        // Enough for the largest tiles, with vec4s and blocks of channels left over.
        all.push(two_layers(resize, Shape::new(2, 9, 9, 18)));
    }
    all.push(sums(Trained, None, Shape::vector(5, 21), 13, 7));
    all.push(many_pixels(None, Shape::new(2, 40, 31, 6), 9));
    all.push(read_twice());
    for grouped in GROUPED {
        for scale_shift in [false, true] {
            for activation in [Activation::Identity, Activation::Silu] {
                all.push(group_norm(Trained, grouped, 3.0, scale_shift, activation));
            }
        }
    }
    for (shape, heads, head_dim) in [
        (Shape::new(1, 5, 7, 0), 3, 6),
        (Shape::new(3, 5, 7, 0), 1, 10),
        (Shape::new(2, 9, 11, 0), 3, 8), // more queries than a workgroup has threads
        (Shape::new(1, 1, 7, 0), 5, 1),
        (Shape::new(1, 5, 7, 0), 1, 64),
        (Shape::new(2, 4, 4, 0), 2, 3),
        (Shape::new(33, 1, 2, 0), 1, 1),
        (Shape::new(2, 1, 1, 0), 2, 5), // one token: the weights cannot change anything but the values
    ] {
        all.push(attention(shape, heads, head_dim, 1.0));
    }
    // Scores so large that exp alone would overflow: of 35 weights one is nearly 1.
    all.push(Case { tolerance: 5e-4, ..attention(Shape::new(1, 5, 7, 0), 2, 6, 5.0) });
    all.extend([None, Some([0.5, -3.0, 7.0])].map(|divisor| affine(Trained, divisor)));
    for (a, b) in [(10, 3), (5, 6), (8, 4), (1, 1)] {
        all.push(concat(a, b));
    }
    for shape in [Shape::new(3, 6, 10, 5), Shape::new(1, 2, 2, 3)] {
        let Shape { h, w, c, .. } = shape;
        let mut b = Builder::new(Trained, &format!("upsample {h}x{w}x{c}"));
        let x = b.random_operand(shape);
        all.push(b.finish(Upsample { x }));
        let mut b = Builder::new(Trained, &format!("average pool {h}x{w}x{c}"));
        let x = b.random_operand(shape);
        all.push(b.finish(AveragePool { x }));
    }
    all.push(silu());
    all.extend([None, Some(Resize::Same)].map(activated_layers));
    let mut b = Builder::new(Trained, "sum");
    let (x, y) =
        (b.random_operand(Shape::new(2, 3, 4, 7)), b.random_operand(Shape::new(2, 3, 4, 7)));
    all.push(b.finish(Sum { a: x, b: y }));
    all.push(embedding(Trained));
    all.push(residual_block());
    all.push(mean_squared_error());
    all
}

/// The input is given, so that only weight, bias and the vectors per sample have gradients.
fn many_pixels(resize: Option<Resize>, x: Shape, co: usize) -> Case {
    let (n, c) = (x.n, x.c);
    let mut b = Builder::new(Trained, &format!("{} of many pixels", kind(resize)));
    let x = b.random_input(x);
    let per_sample = Some(slice(&mut b, n, co));
    let epilogue = Epilogue { per_sample, scale: 0.5, ..Default::default() };
    layer(b, resize, x, c, co, epilogue)
}

/// The gradient of the first layer is made from that of the second's input, whose tiles on a GPU are of every size, and
/// whose sums are split where pixels are few and channels many.
fn two_layers(resize: Option<Resize>, shape: Shape) -> Case {
    let Shape { n, h, w, c } = shape;
    let name = format!("{} after another layer, {n}x{h}x{w}x{c}", kind(resize));
    let mut b = Builder::new(Trained, &name);
    let x = b.random_input(shape);
    let (weight, bias) = b.random_named_weights("first", c + 2, c, 1);
    let x = b.push(Linear { x, weight, bias, epilogue: Epilogue::default() });
    layer(b, resize, x, c + 2, 2 * c + 1, Epilogue::default())
}

/// A convolution whose input is its residual too.
fn read_twice() -> Case {
    let mut b = Builder::new(Trained, "x plus a convolution of x");
    let x = b.random_operand(Shape::new(2, 5, 6, 7));
    let epilogue = Epilogue { residual: Some(x), scale: 0.75, ..Default::default() };
    layer(b, Some(Resize::Same), x, 7, 7, epilogue)
}

fn attention(shape: Shape, heads: usize, head_dim: usize, scale: f32) -> Case {
    let Shape { n, h, w, .. } = shape;
    let tokens = h * w;
    let mut b = Builder::new(
        Trained,
        &format!("attention {n}x{tokens}, {heads} heads of {head_dim}, scale {scale}"),
    );
    let padded = head_dim.next_multiple_of(4);
    let values = b.random(n * tokens * 3 * heads * head_dim);
    let values = values.into_iter().map(|v| scale * v).collect();
    let shape = Shape { c: 3 * heads * padded, ..shape };
    let qkv = b.operand(shape, values, (head_dim, padded));
    let case = b.finish(Attention { qkv, heads, head_dim });
    Case { runs: Some((head_dim, padded)), ..case }
}

/// Two tensors, one of which is read again.
fn concat(ca: usize, cb: usize) -> Case {
    let mut b = Builder::new(Trained, &format!("concat {ca} and {cb}"));
    let first = b.random_operand(Shape::new(2, 3, 5, ca));
    let second = b.random_operand(Shape::new(2, 3, 5, cb));
    let both = b.push(Concat { a: first, b: second });
    b.finish(Concat { a: both, b: second })
}

fn silu() -> Case {
    let mut b = Builder::new(Trained, "SiLU");
    let shape = Shape::new(2, 3, 5, 7);
    let mut values: Vec<f32> = b.random(shape.elements()).into_iter().map(|v| 3.0 * v).collect();
    values[..5].copy_from_slice(&[-100.0, -20.0, 0.0, 20.0, 100.0]);
    let x = b.operand(shape, values, (1, 1));
    b.finish(Silu { x })
}

/// A layer that stores SiLU of what it writes as well, and one that reads both, as in the network for points.
fn activated_layers(resize: Option<Resize>) -> Case {
    let mut b = Builder::new(Trained, &format!("{} and SiLU of it", kind(resize)));
    let shape = Shape::new(3, 3, 5, 6);
    let x = b.random_operand(shape);
    let (weight, bias) = b.random_named_weights("first", 6, 6, resize.map_or(1, |_| 3));
    let [before, after] = b.activated(shape, |activated| -> Op {
        let epilogue = Epilogue { activated: Some(activated), ..Default::default() };
        match resize {
            Some(resize) => Conv2d { x, weight, bias, resize, epilogue }.into(),
            None => Linear { x, weight, bias, epilogue }.into(),
        }
    });
    let epilogue = Epilogue { residual: Some(before), ..Default::default() };
    layer(b, None, after, 6, 6, epilogue)
}

/// Everything a U-Net does with its tensors: a skip, a time embedding that two layers read, a norm that is
/// computed again for its gradient, a branch that meets itself.
fn residual_block() -> Case {
    let mut b = Builder::new(Trained, "a residual block");
    let (n, h, w, c) = (2, 4, 6, 6);
    let x = b.random_operand(Shape::new(n, h, w, c));
    let time = b.random_operand(Shape::vector(n, 32));
    let time = b.push(Silu { x: time });
    let (weight, bias) = b.random_named_weights("time", 24, 32, 1);
    let time = b.push(Linear { x: time, weight, bias, epilogue: Epilogue::default() });
    let norm = |b: &mut Builder, x, c: usize, groups, name: &str| {
        let (gamma, beta) = b.random_vectors(name, c);
        let activation = Activation::Silu;
        b.push(GroupNorm { x, gamma, beta, groups, eps: 1e-5, scale_shift: None, activation })
    };
    let joined = b.push(Concat { a: x, b: x });
    let normed = norm(&mut b, joined, 2 * c, 3, "norm1");
    let (weight, bias) = b.random_named_weights("conv1", c, 2 * c, 3);
    let per_sample = Some(Slice { tensor: time, offset: 0 });
    let epilogue = Epilogue { per_sample, ..Default::default() };
    let resize = Resize::Same;
    let hidden = b.push(Conv2d { x: normed, weight, bias, resize, epilogue });
    let hidden = norm(&mut b, hidden, c, 2, "norm2");
    let (weight, bias) = b.random_named_weights("shortcut", c, 2 * c, 1);
    let short = b.push(Linear { x: joined, weight, bias, epilogue: Epilogue::default() });
    let (weight, bias) = b.random_named_weights("conv2", c, c, 3);
    let per_sample = Some(Slice { tensor: time, offset: 8 });
    let epilogue = Epilogue { per_sample, residual: Some(short), scale: 0.7, ..Default::default() };
    b.finish(Conv2d { x: hidden, weight, bias, resize, epilogue })
}

/// Each sample with a weight of its own, one of them 0.
fn mean_squared_error() -> Case {
    let mut b = Builder::new(Trained, "the mean squared error");
    let shape = Shape::new(3, 4, 5, 6);
    let prediction = b.random_operand(shape);
    let target = b.random_input(shape);
    let weight = b.input(Shape::vector(3, 1), vec![0.25, 0.0, 3.0]);
    let case = b.finish(Mse { prediction, target, weight });
    Case { slope: Some((prediction, MseGrad { prediction, target, weight })), ..case }
}
