//! 3×3 convolution (shaders/conv3x3.wgsl, conv3x3_stride2.wgsl, conv3x3_tile.wgsl); its gradients are in
//! `conv_input_grad.rs` and `conv_weight_grad.rs`.
//!
//! x `[n, h, w, ci]`, weight `[co, ci, 3, 3]`, bias `[co]` → y `[n, h', w', co]`.

use super::conv_input_grad::Conv2dInputGrad;
use super::conv_weight_grad::Conv2dWeightGrad;
use super::epilogue::{Epilogue, EpilogueDims};
use super::{Upsample, WORKGROUP};
use crate::cpu::{Real, Run};
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Lowering, Profile, dims, shader};
use crate::graph::{Graph, ParamId, Shape, Tape, TensorId};

/// How the convolution changes the size of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resize {
    /// Stride 1, padding 1.
    Same,
    /// Nearest-neighbour enlargement by 2, then stride 1, padding 1.
    Up,
    /// Stride 2, padding 1 on all sides.
    Down,
    /// Stride 2, padding 1 on the right and below only (`downsample_padding: 0` in diffusers).
    DownAsymmetric,
}

impl Resize {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Same, Self::Up, Self::Down, Self::DownAsymmetric];

    pub(super) fn output(self, h: usize, w: usize) -> (usize, usize) {
        match self {
            Self::Same => (h, w),
            Self::Up => (2 * h, 2 * w),
            Self::Down => (h.div_ceil(2), w.div_ceil(2)),
            Self::DownAsymmetric => (h / 2, w / 2),
        }
    }

    /// Rows above and columns left of the picture.
    pub(super) fn pad(self) -> usize {
        if self == Self::DownAsymmetric { 0 } else { 1 }
    }

    pub(super) fn stride(self) -> usize {
        if matches!(self, Self::Down | Self::DownAsymmetric) { 2 } else { 1 }
    }
}

/// See the [module documentation](self).
#[derive(Clone, Copy, Debug)]
pub struct Conv2d {
    /// Input.
    pub x: TensorId,
    /// Weight `[co, ci, 3, 3]`.
    pub weight: ParamId,
    /// Bias `[co]`.
    pub bias: ParamId,
    /// Stride, padding, enlargement.
    pub resize: Resize,
    /// What happens to the sums.
    pub epilogue: Epilogue,
}

dims! {
    /// `Dims` in shaders/conv_dims.wgsl.
    pub(super) struct Dims {
        epilogue: EpilogueDims,
        in_h: u32,
        in_w: u32,
        in_c4: u32,
        out_h: u32,
        out_w: u32,
        tiles_x: u32,
        tiles: u32,
        upsample: u32,
        pad: u32,
        x: u32,
        weight: u32,
    }
}

/// Which of the two ways the weights are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    Forward,
    InputGradient,
}

impl Pass {
    pub(super) fn weights(self) -> &'static str {
        match self {
            Self::Forward => shader!("weights"),
            Self::InputGradient => shader!("weights_transposed"),
        }
    }
}

pub(super) fn kernel(profile: Profile, stride: usize, pass: Pass) -> Kernel {
    let (entry, body) = match (stride, profile, pass) {
        (2, _, Pass::Forward) => ("conv3x3_stride2", shader!("conv3x3_stride2")),
        (2, _, Pass::InputGradient) => ("conv3x3_stride2_grad", shader!("conv3x3_stride2_grad")),
        (_, Profile::Cpu, _) => ("conv3x3", shader!("conv3x3")),
        (_, Profile::Gpu, _) => ("conv3x3_tile", shader!("conv3x3_tile")),
    };
    let mut files =
        vec![shader!("bindings"), shader!("silu"), shader!("epilogue"), shader!("conv_dims")];
    if stride == 2 {
        files.push(shader!("stride2_load"));
    }
    files.extend([pass.weights(), body]);
    let mut constants = vec![("KERNEL", 3)];
    if entry != "conv3x3_tile" {
        constants.push(("WORKGROUP", WORKGROUP));
    }
    Kernel { entry, files, constants, dims: Dims::FIELDS }
}

/// The dispatch of a convolution kernel that writes a tensor of shape y.
pub(super) fn dispatch(kernel: Kernel, dims: &Dims, y: Shape) -> Dispatch {
    let groups = if kernel.entry == "conv3x3_tile" {
        [y.n * y.h.div_ceil(8) * y.w.div_ceil(8), y.c.div_ceil(32), 1]
    } else {
        [(dims.tiles as usize).div_ceil(WORKGROUP as usize), y.c.div_ceil(8), 1]
    };
    Dispatch::new(kernel, dims, groups)
}

impl Conv2d {
    pub(super) fn inputs(&self) -> Vec<TensorId> {
        [self.x].into_iter().chain(self.epilogue.inputs()).collect()
    }

    pub(super) fn params(&self) -> Vec<ParamId> {
        vec![self.weight, self.bias]
    }

    pub(super) fn output_shape(&self, graph: &Graph) -> Result<Shape> {
        let x = graph.shape(self.x);
        let [co, ci, kh, kw] = graph.param_info(self.weight).dims;
        if ci != x.c || (kh, kw) != (3, 3) {
            return Err(Error::shape("conv", [co, x.c, 3, 3], [co, ci, kh, kw]));
        }
        let (h, w) = self.resize.output(x.h, x.w);
        let shape = Shape::new(x.n, h, w, co);
        self.epilogue.check(graph, "conv", shape)?;
        Ok(shape)
    }

    pub(super) fn flops(&self, graph: &Graph, output: TensorId) -> u64 {
        2 * 9 * (graph.shape(output).elements() * graph.shape(self.x).c) as u64
    }

    pub(super) fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
        let (x, y) = (to.shape(self.x), to.shape(output));
        let tiles_x = y.w.div_ceil(8);
        let tiles = y.n * y.h * tiles_x;
        let dims = Dims {
            epilogue: self.epilogue.lower(to, self.bias, output),
            in_h: x.h as u32,
            in_w: x.w as u32,
            in_c4: x.c4() as u32,
            out_h: y.h as u32,
            out_w: y.w as u32,
            tiles_x: tiles_x as u32,
            tiles: tiles as u32,
            upsample: u32::from(self.resize == Resize::Up),
            pad: self.resize.pad() as u32,
            x: to.offset(self.x),
            weight: to.param(self.weight),
        };
        let kernel = kernel(to.profile, self.resize.stride(), Pass::Forward);
        vec![dispatch(kernel, &dims, y)]
    }

    pub(crate) fn differentiate(&self, tape: &mut Tape, dy: TensorId) -> Result<()> {
        let dz = self.epilogue.differentiate(tape, self.bias, dy)?;
        if tape.trains(self.weight) {
            let x = tape.saved(self.x)?;
            Conv2dWeightGrad::push(tape, x, dz, self.weight, self.resize)?;
        }
        if !tape.wants(self.x) {
            return Ok(());
        }
        let shape = tape.shape(self.x);
        let (weight, resize) = (self.weight, self.resize);
        if resize == Resize::Up {
            // Through the enlarged picture, which nobody stored and nobody needs.
            let large = Shape { h: 2 * shape.h, w: 2 * shape.w, ..shape };
            let grad =
                Conv2dInputGrad { dy: dz, weight, resize: Resize::Same, shape: large, add: None };
            let name = tape.graph.tensor_name(self.x).to_string();
            let dy = tape.push(&name, grad)?;
            return Upsample { x: self.x }.differentiate(tape, dy);
        }
        tape.accumulate(self.x, |add| Conv2dInputGrad { dy: dz, weight, resize, shape, add })
    }

    pub(super) fn forward<F: Real>(&self, run: &Run<F>) -> Vec<F> {
        let x_shape = run.graph.shape(self.x);
        let [co, ci, ..] = run.graph.param_info(self.weight).dims;
        let (h, w) = self.resize.output(x_shape.h, x_shape.w);
        let shape = Shape::new(x_shape.n, h, w, co);
        let (x, weight) = (run.value(self.x), run.param(self.weight));
        let (stride, pad) = (self.resize.stride(), self.resize.pad());
        let zoom = if self.resize == Resize::Up { 2 } else { 1 };
        let mut y = vec![F::of(0.0); shape.elements()];
        for (pixel, sums) in y.chunks_exact_mut(co).enumerate() {
            let (n, oy, ox) = (pixel / (h * w), pixel / w % h, pixel % w);
            for (ky, kx) in (0..9).map(|tap| (tap / 3, tap % 3)) {
                let (vy, vx) = (oy * stride + ky, ox * stride + kx);
                let inside = (pad..x_shape.h * zoom + pad).contains(&vy)
                    && (pad..x_shape.w * zoom + pad).contains(&vx);
                if !inside {
                    continue;
                }
                let (iy, ix) = ((vy - pad) / zoom, (vx - pad) / zoom);
                let input = &x[((n * x_shape.h + iy) * x_shape.w + ix) * ci..][..ci];
                for (o, sum) in sums.iter_mut().enumerate() {
                    for (i, &value) in input.iter().enumerate() {
                        *sum = *sum + weight[((o * ci + i) * 3 + ky) * 3 + kx] * value;
                    }
                }
            }
        }
        self.epilogue.apply(run, self.bias, shape, &mut y);
        y
    }
}
