//! diffusers' `UNet2DModel` as a graph (Ho et al. 2020, appendix B; diffusers 0.42
//! `models/unets/unet_2d.py`, whose numbered comments are kept).

use super::blocks::{Builder, Sampling};
use super::config::{DownBlockType, ResampleType, TimeEmbeddingType, UNetConfig, UpBlockType};
use crate::error::{Error, Result};
use crate::nn::denoiser::{ClassConditioning, ClassInput, Denoiser, DenoiserEnds};
use crate::ops::{Activation, Affine, Embedding, Epilogue, Resize};
use crate::tensor::{Init, Param, Shape, TensorId};

/// Builds the graph for `n` images of h × w pixels; see [`crate::nn::Architecture::build`].
///
/// # Errors
/// The size does not divide by 2 as often as the model halves it.
pub(super) fn build(
    config: &UNetConfig,
    n: usize,
    h: usize,
    w: usize,
    training: bool,
) -> Result<Denoiser> {
    if n == 0 {
        return Err(Error::Input("a batch of 0 images has nothing to compute".into()));
    }
    if let Some(fault) = config.size_fault(h, w) {
        return Err(Error::Input(fault));
    }
    check_addresses(config, n, h, w)?;
    let mut b = Builder::new(config, training);
    let sample = b.input("sample", Shape::new(n, h, w, config.in_channels));

    // 0. center input if necessary
    let mut x = sample;
    if config.center_input_sample {
        let center = Affine { x, factor: 2.0, offset: -1.0, divisor: None };
        x = b.graph.push("center_input_sample", center)?;
    }

    // 1. time
    let time_features = b.input("time_features", Shape::vector(n, config.time_input_dim()));
    let class = embed_time_and_class(&mut b, time_features, n)?;

    // 2. pre-process
    let channels = &config.block_out_channels;
    let plain = Epilogue::default();
    x = b.conv("conv_in", x, channels[0], Resize::Same, plain)?;

    // 3. down   4. mid   5. up
    let mut skips = vec![x];
    x = down(&mut b, x, &mut skips)?;
    x = mid(&mut b, x)?;
    x = up(&mut b, x, &mut skips)?;

    // 6. post-process
    let (groups, silu) = (config.norm_num_groups, Activation::Silu);
    x = b.group_norm("conv_norm_out", x, groups, None, silu)?;
    x = b.conv("conv_out", x, config.out_channels, Resize::Same, plain)?;
    time_proj(&mut b);
    let mut timestep = None;
    if config.time_embedding_type == TimeEmbeddingType::Fourier {
        let t = b.input("timestep", Shape::vector(n, 1));
        let divide = Affine { x, factor: 1.0, offset: 0.0, divisor: Some(t) };
        x = b.graph.push("divide_by_timestep", divide)?;
        timestep = Some(t);
    }
    b.graph.pin(x);
    let ends = DenoiserEnds { sample, time_features, timestep, class, output: x };
    Ok(Denoiser { graph: b.graph, ends })
}

/// The parameter of the time features, which the CPU makes.
fn time_proj(b: &mut Builder) {
    let width = b.config.block_out_channels[0];
    let (shape, std) = match b.config.time_embedding_type {
        TimeEmbeddingType::Positional => return,
        // diffusers' GaussianFourierProjection(scale=16).
        TimeEmbeddingType::Fourier => (vec![width], 16.0),
        TimeEmbeddingType::Learned => (vec![b.config.num_train_timesteps.unwrap_or(0), width], 1.0),
    };
    b.graph.param(Param::host("time_proj.weight".into(), shape, Init::Normal { std }));
}

/// Sizes and addresses are computed in usize, which has 32 bits in the browser.
fn check_addresses(config: &UNetConfig, n: usize, h: usize, w: usize) -> Result<()> {
    let channels = config.block_out_channels.iter().copied().max().unwrap_or(0);
    // The widest tensors are the joined skips and an attention's queries, keys and values, whose heads
    // may be padded from one channel to four.
    let widest =
        [n, h, w, channels, 12].into_iter().fold(1, |all: u64, v| all.saturating_mul(v as u64));
    if widest > 1 << 30 {
        let message = format!("a batch of {n} images of {h} × {w} pixels is too large");
        return Err(Error::Input(message));
    }
    Ok(())
}

/// Time and class embedding and the projections of all blocks; returns where the class goes in.
fn embed_time_and_class(
    b: &mut Builder,
    time_features: TensorId,
    n: usize,
) -> Result<Option<ClassInput>> {
    let width = b.config.time_embed_dim();
    let (class, class_emb) = match b.config.class_conditioning() {
        ClassConditioning::None => (None, None),
        ClassConditioning::Table(rows) => {
            let labels = b.input("class_labels", Shape::vector(n, 1));
            let name = "class_embedding";
            let table = b.graph.param(Param::rows(format!("{name}.weight"), rows, width));
            let emb = b.graph.push(name, Embedding { labels, table })?;
            (Some(ClassInput::Table(labels)), Some(emb))
        }
        ClassConditioning::Timestep => {
            let features = b.input("class_features", Shape::vector(n, b.config.time_input_dim()));
            let h = b.linear_silu("class_embedding.linear_1", features, width, None)?;
            let plain = Epilogue::default();
            let emb = b.linear("class_embedding.linear_2", h, width, plain)?;
            (Some(ClassInput::Timestep(features)), Some(emb))
        }
        ClassConditioning::Identity => {
            let emb = b.input("class_labels", Shape::vector(n, width));
            (Some(ClassInput::Identity(emb)), Some(emb))
        }
    };
    let h = b.linear_silu("time_embedding.linear_1", time_features, width, None)?;
    // Every residual block applies SiLU to the embedding first: done here once.
    let emb = b.linear_silu("time_embedding.linear_2", h, width, class_emb)?;
    b.start_time_projections(emb)?;
    Ok(class)
}

fn down(b: &mut Builder, mut x: TensorId, skips: &mut Vec<TensorId>) -> Result<TensorId> {
    let config = b.config;
    for (i, &kind) in config.down_block_types.iter().enumerate() {
        let (block, channels) = (format!("down_blocks.{i}"), config.block_out_channels[i]);
        for j in 0..config.layers_per_block {
            x = b.resnet(&format!("{block}.resnets.{j}"), x, channels, 1.0, Sampling::Same)?;
            if kind == DownBlockType::AttnDown {
                let name = format!("{block}.attentions.{j}");
                x = b.attention(&name, x, Some(config.norm_num_groups), 1.0)?;
            }
            skips.push(x);
        }
        if i + 1 == config.levels() {
            continue;
        }
        // Only attention blocks heed downsample_type.
        let resnet = match kind {
            DownBlockType::Down => false,
            DownBlockType::AttnDown => config.downsample_type == ResampleType::Resnet,
            DownBlockType::ResnetDown => true,
        };
        x = if resnet {
            b.resnet(&format!("{block}.downsamplers.0"), x, channels, 1.0, Sampling::Down)?
        } else {
            let resize =
                if config.downsample_padding == 0 { Resize::DownAsymmetric } else { Resize::Down };
            let name = format!("{block}.downsamplers.0.conv");
            b.conv(&name, x, channels, resize, Epilogue::default())?
        };
        skips.push(x);
    }
    Ok(x)
}

fn mid(b: &mut Builder, mut x: TensorId) -> Result<TensorId> {
    let config = b.config;
    if config.mid_block_type.is_none() {
        return Ok(x);
    }
    let (channels, scale) = (b.graph.shape(x).c, config.mid_block_scale_factor);
    x = b.resnet("mid_block.resnets.0", x, channels, scale, Sampling::Same)?;
    if config.add_attention {
        x = b.attention("mid_block.attentions.0", x, config.mid_attention_groups(), scale)?;
    }
    b.resnet("mid_block.resnets.1", x, channels, scale, Sampling::Same)
}

fn up(b: &mut Builder, mut x: TensorId, skips: &mut Vec<TensorId>) -> Result<TensorId> {
    let config = b.config;
    for (i, &kind) in config.up_block_types.iter().enumerate() {
        let block = format!("up_blocks.{i}");
        let channels = config.block_out_channels[config.levels() - 1 - i];
        for j in 0..=config.layers_per_block {
            let name = format!("{block}.resnets.{j}");
            let skip = skips.pop().expect("the way down left a skip for every block");
            x = b.concat(&name, x, skip)?;
            x = b.resnet(&name, x, channels, 1.0, Sampling::Same)?;
            if kind == UpBlockType::AttnUp {
                let name = format!("{block}.attentions.{j}");
                x = b.attention(&name, x, Some(config.norm_num_groups), 1.0)?;
            }
        }
        if i + 1 == config.levels() {
            continue;
        }
        let resnet = match kind {
            UpBlockType::Up => false,
            UpBlockType::AttnUp => config.upsample_type == ResampleType::Resnet,
            UpBlockType::ResnetUp => true,
        };
        x = if resnet {
            b.resnet(&format!("{block}.upsamplers.0"), x, channels, 1.0, Sampling::Up)?
        } else {
            let name = format!("{block}.upsamplers.0.conv");
            b.conv(&name, x, channels, Resize::Up, Epilogue::default())?
        };
    }
    Ok(x)
}
