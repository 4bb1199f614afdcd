//! `config.json` of diffusers' UNet2DModel: every key, its default, and what each really does to the network.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::json::Object;
use crate::nn::config::CONFIG_FILE;
use crate::nn::denoiser::ClassConditioning;

/// A level of the way down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DownBlockType {
    /// Residual blocks, then a strided convolution.
    #[serde(rename = "DownBlock2D", alias = "UNetResDownBlock2D")]
    Down,
    /// Residual blocks each followed by attention, then `downsample_type`.
    #[serde(rename = "AttnDownBlock2D", alias = "UNetResAttnDownBlock2D")]
    AttnDown,
    /// Residual blocks, then one that pools.
    #[serde(rename = "ResnetDownsampleBlock2D", alias = "UNetResResnetDownsampleBlock2D")]
    ResnetDown,
}

/// A level of the way up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UpBlockType {
    /// Residual blocks, then nearest upsampling and a convolution.
    #[serde(rename = "UpBlock2D", alias = "UNetResUpBlock2D")]
    Up,
    /// Residual blocks each followed by attention, then `upsample_type`.
    #[serde(rename = "AttnUpBlock2D", alias = "UNetResAttnUpBlock2D")]
    AttnUp,
    /// Residual blocks, then one that upsamples.
    #[serde(rename = "ResnetUpsampleBlock2D", alias = "UNetResResnetUpsampleBlock2D")]
    ResnetUp,
}

/// The middle of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MidBlockType {
    /// Residual block, attention unless `add_attention` is false, residual block.
    #[serde(rename = "UNetMidBlock2D")]
    UNetMid,
}

/// How t becomes a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeEmbeddingType {
    /// Sinusoids of fixed frequencies (`freq_shift`, `flip_sin_to_cos`).
    Positional,
    /// Sinusoids of ln t at the frequencies in `time_proj.weight`, always (sin, cos); the output is divided by t.
    Fourier,
    /// A row of `time_proj.weight` for each of `num_train_timesteps`.
    Learned,
}

/// `class_embed_type`, apart from the table that `num_class_embeds` alone asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClassEmbedType {
    /// The label goes through a time embedding of its own.
    Timestep,
    /// The label *is* the embedding, [B, time_embed_dim].
    Identity,
}

/// How an attention level changes resolution (`downsample_type`, `upsample_type`); the plain levels always use `Conv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResampleType {
    /// Convolution of stride 2; on the way up, nearest upsampling and a convolution.
    Conv,
    /// A residual block that pools or upsamples inside.
    Resnet,
}

/// How the time embedding enters a residual block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeScaleShift {
    /// Added before the second norm.
    Default,
    /// Scales and shifts after the second norm.
    ScaleShift,
}

/// The activation of the residual blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Activation {
    /// x·sigmoid(x).
    #[serde(rename = "silu", alias = "swish", alias = "SiLU")]
    Silu,
}

/// The image size a model was trained at; one number in the file when square.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "RawSize", into = "RawSize")]
pub struct SampleSize {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a whole number or [height, width]")]
enum RawSize {
    Square(usize),
    Rectangle([usize; 2]),
}

impl From<RawSize> for SampleSize {
    fn from(raw: RawSize) -> Self {
        let [height, width] = match raw {
            RawSize::Square(size) => [size; 2],
            RawSize::Rectangle(sizes) => sizes,
        };
        Self { height, width }
    }
}

impl From<SampleSize> for RawSize {
    fn from(size: SampleSize) -> Self {
        if size.height == size.width {
            Self::Square(size.height)
        } else {
            Self::Rectangle([size.height, size.width])
        }
    }
}

/// The keys of `config.json`; names, meanings and defaults are diffusers'. Serializes to the same JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UNetConfig {
    /// Always `UNet2DModel`.
    #[serde(rename = "_class_name")]
    class: ClassName,
    /// Image size of the training set; a hint, the network takes any size that divides.
    pub sample_size: Option<SampleSize>,
    /// Channels of x_t.
    pub in_channels: usize,
    /// Channels of the output.
    pub out_channels: usize,
    /// Feed the network 2x − 1.
    pub center_input_sample: bool,
    /// How t becomes a vector.
    pub time_embedding_type: TimeEmbeddingType,
    /// Width of the time embedding, 4·`block_out_channels[0]` when null.
    pub time_embedding_dim: Option<usize>,
    /// The sinusoids' exponents are i/(half − `freq_shift`).
    pub freq_shift: f64,
    /// (cos, sin) instead of (sin, cos); positional embedding only.
    pub flip_sin_to_cos: bool,
    /// Levels down, finest first.
    pub down_block_types: Vec<DownBlockType>,
    /// The middle, null for none.
    pub mid_block_type: Option<MidBlockType>,
    /// Levels up, coarsest first.
    pub up_block_types: Vec<UpBlockType>,
    /// Channels of each level, finest first.
    pub block_out_channels: Vec<usize>,
    /// Residual blocks of a level on the way down; one more on the way up.
    pub layers_per_block: usize,
    /// The middle's blocks divide their sum by this.
    pub mid_block_scale_factor: f64,
    /// Padding of the strided convolutions: 1 on every side, or 0, which pads right and bottom only.
    pub downsample_padding: usize,
    /// How attention levels go down.
    pub downsample_type: ResampleType,
    /// How attention levels go up.
    pub upsample_type: ResampleType,
    /// Training only; nothing here drops anything.
    pub dropout: f64,
    /// Activation of the residual blocks.
    pub act_fn: Activation,
    /// Channels of an attention head, all of them when null.
    pub attention_head_dim: Option<usize>,
    /// Groups of every group norm but the middle's attention.
    pub norm_num_groups: usize,
    /// Groups of the middle's attention; see [`UNetConfig::mid_attention_groups`] for null.
    pub attn_norm_num_groups: Option<usize>,
    /// ε of every group norm.
    pub norm_eps: f64,
    /// How the time embedding enters a residual block.
    pub resnet_time_scale_shift: TimeScaleShift,
    /// Whether the middle has attention.
    pub add_attention: bool,
    /// How a class label is embedded.
    pub class_embed_type: Option<ClassEmbedType>,
    /// Rows of the class table.
    pub num_class_embeds: Option<usize>,
    /// The row that stands for "no class". diffusers has no such key: without it every row is a class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub null_class: Option<usize>,
    /// Rows of a learned time embedding.
    pub num_train_timesteps: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum ClassName {
    UNet2DModel,
}

impl UNetConfig {
    /// Its `_class_name`.
    pub const CLASS: &'static str = "UNet2DModel";

    /// Reads and validates `config.json`. The keys that decide the network's shape must be there; other absent keys take
    /// diffusers' defaults. Keys of other names are ignored, as diffusers does.
    pub fn from_json(text: &str) -> Result<Self> {
        let json = Object::parse(CONFIG_FILE, text)?;
        let config = Self {
            class: json.required("_class_name")?,
            sample_size: json.or("sample_size", None)?,
            in_channels: json.required("in_channels")?,
            out_channels: json.required("out_channels")?,
            center_input_sample: json.or("center_input_sample", false)?,
            time_embedding_type: json.or("time_embedding_type", TimeEmbeddingType::Positional)?,
            time_embedding_dim: json.or("time_embedding_dim", None)?,
            freq_shift: json.or("freq_shift", 0.0)?,
            flip_sin_to_cos: json.or("flip_sin_to_cos", true)?,
            down_block_types: json.required("down_block_types")?,
            mid_block_type: json.or("mid_block_type", Some(MidBlockType::UNetMid))?,
            up_block_types: json.required("up_block_types")?,
            block_out_channels: json.required("block_out_channels")?,
            layers_per_block: json.required("layers_per_block")?,
            mid_block_scale_factor: json.or("mid_block_scale_factor", 1.0)?,
            downsample_padding: json.or("downsample_padding", 1)?,
            downsample_type: json
                .or("downsample_type", Some(ResampleType::Conv))?
                .unwrap_or(ResampleType::Conv),
            upsample_type: json
                .or("upsample_type", Some(ResampleType::Conv))?
                .unwrap_or(ResampleType::Conv),
            dropout: json.or("dropout", 0.0)?,
            act_fn: json.or("act_fn", Activation::Silu)?,
            attention_head_dim: json.or("attention_head_dim", Some(8))?,
            norm_num_groups: json.or("norm_num_groups", 32)?,
            attn_norm_num_groups: json.or("attn_norm_num_groups", None)?,
            norm_eps: json.or("norm_eps", 1e-5)?,
            resnet_time_scale_shift: json.or("resnet_time_scale_shift", TimeScaleShift::Default)?,
            add_attention: json.or("add_attention", true)?,
            class_embed_type: json.or("class_embed_type", None)?,
            num_class_embeds: json.or("num_class_embeds", None)?,
            null_class: json.or("null_class", None)?,
            num_train_timesteps: json.or("num_train_timesteps", None)?,
        };
        config.validate()?;
        Ok(config)
    }

    /// Number of levels; each but the last halves the image.
    pub fn levels(&self) -> usize {
        self.block_out_channels.len()
    }

    /// Width of the time embedding after its two linear layers.
    pub fn time_embed_dim(&self) -> usize {
        // diffusers writes `time_embedding_dim or …`, which takes 0 for null.
        self.time_embedding_dim.filter(|&dim| dim > 0).unwrap_or(4 * self.block_out_channels[0])
    }

    /// Width of what goes into those layers.
    pub fn time_input_dim(&self) -> usize {
        match self.time_embedding_type {
            TimeEmbeddingType::Fourier => 2 * self.block_out_channels[0],
            TimeEmbeddingType::Positional | TimeEmbeddingType::Learned => {
                self.block_out_channels[0]
            }
        }
    }

    /// (heads, channels per head) of an attention layer on `channels` channels. Where a head's size does not divide, the
    /// projections are narrower than the layer: heads·size < channels.
    pub fn attention_heads(&self, channels: usize) -> (usize, usize) {
        let head_dim = self.attention_head_dim.unwrap_or(channels);
        (channels / head_dim, head_dim)
    }

    /// Groups of the group norm before the middle's attention. With scale_shift and no number given diffusers leaves that
    /// norm out: `None`.
    pub fn mid_attention_groups(&self) -> Option<usize> {
        self.attn_norm_num_groups.or(match self.resnet_time_scale_shift {
            TimeScaleShift::Default => Some(self.norm_num_groups),
            TimeScaleShift::ScaleShift => None,
        })
    }

    /// What the network wants as class label.
    pub fn class_conditioning(&self) -> ClassConditioning {
        match (self.class_embed_type, self.num_class_embeds) {
            (Some(ClassEmbedType::Timestep), _) => ClassConditioning::Timestep,
            (Some(ClassEmbedType::Identity), _) => ClassConditioning::Identity,
            (None, Some(classes)) => ClassConditioning::Table(classes),
            (None, None) => ClassConditioning::None,
        }
    }
}
