//! The blocks a U-Net is made of, as they are in diffusers, written into a [`Graph`].
//!
//! Names are checkpoint names. What diffusers does in several modules is one op here where a kernel
//! does it in one pass: norm + SiLU, convolution + time embedding + residual.

use super::config::{TimeScaleShift, UNetConfig};
use crate::error::Result;
use crate::graph::Graph;
use crate::nn::activated::activated;
use crate::ops::{
    Activation, Attention, AveragePool, Concat, Conv2d, Epilogue, GroupNorm, Linear, Resize,
    Upsample,
};
use crate::tensor::{Axis, Init, Layout, Param, ParamId, Part, Shape, Slice, TensorId};

/// What a residual block does to the size of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sampling {
    Same,
    Up,
    Down,
}

/// All `time_emb_proj` layers of the network as one linear layer: they all read the same vector, and
/// one dispatch of many rows costs little more than one of few.
pub(super) struct TimeProjections {
    tensor: TensorId,
    weight: ParamId,
    bias: ParamId,
}

pub(super) struct Builder<'a> {
    pub config: &'a UNetConfig,
    pub graph: Graph,
    /// Whether gradients will be taken: see [`Builder::linear_silu`].
    training: bool,
    time: Option<TimeProjections>,
}

fn reciprocal(scale: f64) -> f32 {
    (1.0 / scale) as f32
}

impl<'a> Builder<'a> {
    pub fn new(config: &'a UNetConfig, training: bool) -> Self {
        Self { config, graph: Graph::new(), training, time: None }
    }

    pub fn conv(
        &mut self,
        name: &str,
        x: TensorId,
        channels: usize,
        resize: Resize,
        epilogue: Epilogue,
    ) -> Result<TensorId> {
        let ci = self.graph.shape(x).c;
        let weight = self.graph.param(Param::conv(format!("{name}.weight"), channels, ci, 3));
        let bias = self.graph.param(Param::bias(format!("{name}.bias"), channels, 9 * ci));
        self.graph.push(name, Conv2d { x, weight, bias, resize, epilogue })
    }

    fn layer(&mut self, name: &str, x: TensorId, channels: usize, epilogue: Epilogue) -> Linear {
        let ci = self.graph.shape(x).c;
        let weight = self.graph.param(Param::linear(format!("{name}.weight"), channels, ci));
        let bias = self.graph.param(Param::bias(format!("{name}.bias"), channels, ci));
        Linear { x, weight, bias, epilogue }
    }

    pub fn linear(
        &mut self,
        name: &str,
        x: TensorId,
        channels: usize,
        epilogue: Epilogue,
    ) -> Result<TensorId> {
        let layer = self.layer(name, x, channels, epilogue);
        self.graph.push(name, layer)
    }

    /// A linear layer and SiLU, whose gradient needs what goes into it: with training that is kept.
    pub fn linear_silu(
        &mut self,
        name: &str,
        x: TensorId,
        channels: usize,
        residual: Option<TensorId>,
    ) -> Result<TensorId> {
        let epilogue = Epilogue { residual, ..Default::default() };
        if self.training {
            let layer = self.layer(name, x, channels, epilogue);
            return Ok(activated(&mut self.graph, name, layer)?.after);
        }
        let epilogue = Epilogue { activation: Activation::Silu, ..epilogue };
        self.linear(name, x, channels, epilogue)
    }

    pub fn group_norm(
        &mut self,
        name: &str,
        x: TensorId,
        groups: usize,
        scale_shift: Option<[Slice; 2]>,
        activation: Activation,
    ) -> Result<TensorId> {
        let c = self.graph.shape(x).c;
        let gamma =
            self.graph.param(Param::vector(format!("{name}.weight"), c, Init::Constant(1.0)));
        let beta = self.graph.param(Param::vector(format!("{name}.bias"), c, Init::Constant(0.0)));
        let eps = self.config.norm_eps as f32;
        let norm = GroupNorm { x, gamma, beta, groups, eps, scale_shift, activation };
        self.graph.push(name, norm)
    }

    /// Starts the joint projection; `emb` is SiLU(time embedding), `[n, 1, 1, E]`.
    pub fn start_time_projections(&mut self, emb: TensorId) -> Result<()> {
        let width = self.graph.shape(emb).c;
        let empty = |dims, layout| Param { parts: vec![], dims, layout };
        let weight = self.graph.param(empty([0, width, 1, 1], Layout::Tiles));
        let bias = self.graph.param(empty([0, 1, 1, 1], Layout::Vector));
        let linear = Linear { x: emb, weight, bias, epilogue: Epilogue::default() };
        let tensor = self.graph.push("time_emb_proj", linear)?;
        self.time = Some(TimeProjections { tensor, weight, bias });
        Ok(())
    }

    /// Widens the joint projection by the `time_emb_proj` of a residual block, which has `chunks`
    /// vectors of `channels`, and returns where they are.
    fn time_projection(&mut self, name: &str, channels: usize, chunks: usize) -> Vec<Slice> {
        let time = self.time.as_ref().expect("time projections are started before any block");
        let padded = channels.next_multiple_of(4);
        let graph = &mut self.graph;
        let [start, width, ..] = graph.param_info(time.weight).dims;
        let end = start + chunks * padded;
        let rows = Axis::padded(start, channels);
        let init = Init::Uniform { fan_in: width };
        let mut widen = |id: ParamId, suffix: &str, shape: Vec<usize>| {
            let name = format!("{name}.time_emb_proj.{suffix}");
            let param = graph.param_info_mut(id);
            param.parts.push(Part { name, shape, rows, columns: Axis::at(0), init });
            param.dims[0] = end;
        };
        widen(time.weight, "weight", vec![chunks * channels, width]);
        widen(time.bias, "bias", vec![chunks * channels]);
        graph.set_channels(time.tensor, end);
        (0..chunks).map(|i| Slice { tensor: time.tensor, offset: start + i * padded }).collect()
    }

    /// ResnetBlock2D: norm1 → SiLU → conv1 (+ time) → norm2 → SiLU → conv2, plus the input.
    pub fn resnet(
        &mut self,
        name: &str,
        x: TensorId,
        channels: usize,
        output_scale: f64,
        sampling: Sampling,
    ) -> Result<TensorId> {
        let groups = self.config.norm_num_groups;
        let silu = Activation::Silu;
        let mut h = self.group_norm(&format!("{name}.norm1"), x, groups, None, silu)?;
        let mut skip = x;
        let mut resize = Resize::Same;
        match sampling {
            Sampling::Same => {}
            Sampling::Up => {
                skip = self.graph.push(name, Upsample { x })?;
                resize = Resize::Up;
            }
            Sampling::Down => {
                skip = self.graph.push(name, AveragePool { x })?;
                h = self.graph.push(name, AveragePool { x: h })?;
            }
        }
        let scale_shift = self.config.resnet_time_scale_shift == TimeScaleShift::ScaleShift;
        let time = self.time_projection(name, channels, if scale_shift { 2 } else { 1 });
        let (per_sample, scale_shift) =
            if scale_shift { (None, Some([time[0], time[1]])) } else { (Some(time[0]), None) };
        let epilogue = Epilogue { per_sample, ..Default::default() };
        h = self.conv(&format!("{name}.conv1"), h, channels, resize, epilogue)?;
        h = self.group_norm(&format!("{name}.norm2"), h, groups, scale_shift, silu)?;
        if self.graph.shape(skip).c != channels {
            skip = self.shortcut(&format!("{name}.conv_shortcut"), skip, channels)?;
        }
        let epilogue = Epilogue {
            residual: Some(skip),
            scale: reciprocal(output_scale),
            ..Default::default()
        };
        self.conv(&format!("{name}.conv2"), h, channels, Resize::Same, epilogue)
    }

    /// A 1×1 convolution.
    fn shortcut(&mut self, name: &str, x: TensorId, channels: usize) -> Result<TensorId> {
        let ci = self.graph.shape(x).c;
        let weight = self.graph.param(Param::conv(format!("{name}.weight"), channels, ci, 1));
        let bias = self.graph.param(Param::bias(format!("{name}.bias"), channels, ci));
        self.graph.push(name, Linear { x, weight, bias, epilogue: Epilogue::default() })
    }

    /// Attention: norm → queries, keys, values → softmax(QKᵀ/√d)V → projection, plus the input.
    /// Without `groups` there is no norm.
    pub fn attention(
        &mut self,
        name: &str,
        x: TensorId,
        groups: Option<usize>,
        output_scale: f64,
    ) -> Result<TensorId> {
        let channels = self.graph.shape(x).c;
        let (heads, head_dim) = self.config.attention_heads(channels);
        let padded = heads * head_dim.next_multiple_of(4);
        let inner = heads * head_dim;
        let normed = match groups {
            Some(groups) => {
                let norm = format!("{name}.group_norm");
                self.group_norm(&norm, x, groups, None, Activation::Identity)?
            }
            None => x,
        };
        let part = |suffix: &str, i: usize, shape: Vec<usize>| Part {
            name: format!("{name}.{}.{suffix}", ["to_q", "to_k", "to_v"][i]),
            shape,
            rows: Axis::padded(i * padded, head_dim),
            columns: Axis::at(0),
            init: Init::Uniform { fan_in: channels },
        };
        let weight = self.graph.param(Param {
            parts: (0..3).map(|i| part("weight", i, vec![inner, channels])).collect(),
            dims: [3 * padded, channels, 1, 1],
            layout: Layout::Tiles,
        });
        let bias = self.graph.param(Param {
            parts: (0..3).map(|i| part("bias", i, vec![inner])).collect(),
            dims: [3 * padded, 1, 1, 1],
            layout: Layout::Vector,
        });
        let linear = Linear { x: normed, weight, bias, epilogue: Epilogue::default() };
        let qkv = self.graph.push(&format!("{name}.to_qkv"), linear)?;
        let mixed = self.graph.push(name, Attention { qkv, heads, head_dim })?;

        let out = format!("{name}.to_out.0");
        let weight = self.graph.param(Param {
            parts: vec![Part {
                name: format!("{out}.weight"),
                shape: vec![channels, inner],
                rows: Axis::at(0),
                columns: Axis::padded(0, head_dim),
                init: Init::Uniform { fan_in: inner },
            }],
            dims: [channels, padded, 1, 1],
            layout: Layout::Tiles,
        });
        let bias = self.graph.param(Param::bias(format!("{out}.bias"), channels, inner));
        let epilogue =
            Epilogue { residual: Some(x), scale: reciprocal(output_scale), ..Default::default() };
        self.graph.push(&out, Linear { x: mixed, weight, bias, epilogue })
    }

    /// Joins a skip connection behind the channels of x.
    pub fn concat(&mut self, name: &str, x: TensorId, skip: TensorId) -> Result<TensorId> {
        self.graph.push(name, Concat { a: x, b: skip })
    }

    pub fn input(&mut self, name: &str, shape: Shape) -> TensorId {
        self.graph.input(name, shape)
    }
}
