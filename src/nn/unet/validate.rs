//! What a [`UNetConfig`] must satisfy before anything is built from it: contradictions become one sentence naming the key.

use crate::error::{Error, Result};

use super::config::{DownBlockType, TimeEmbeddingType, UNetConfig, UpBlockType};
use crate::nn::config::{CONFIG_FILE, check_null_class};
use crate::nn::denoiser::ClassConditioning;

/// Largest width and depth accepted: beyond them a layer's weight count no longer fits 32 bits.
const MAX_CHANNELS: usize = 16_384;
const MAX_LAYERS_PER_BLOCK: usize = 64;
const MAX_LEVELS: usize = 16;

impl UNetConfig {
    /// Refuses an image size the levels cannot halve evenly: the skips on the way up would not fit.
    pub fn validate_size(&self, height: usize, width: usize) -> Result<()> {
        self.size_fault(height, width).map_or(Ok(()), |fault| Err(Error::Config(fault)))
    }

    /// What is wrong with an image size, and the next that fit.
    pub(super) fn size_fault(&self, height: usize, width: usize) -> Option<String> {
        let halvings = self.levels() - 1;
        let factor = 1usize << halvings;
        let fits = |side: usize| side > 0 && side.is_multiple_of(factor);
        if fits(height) && fits(width) {
            return None;
        }
        let [(low, high), (left, right)] = [height, width].map(|side| {
            let low = side / factor * factor;
            (low, side.max(1).checked_next_multiple_of(factor).unwrap_or(low))
        });
        let smaller = match low > 0 && left > 0 {
            true => format!("{low} × {left} or "),
            false => String::new(),
        };
        Some(format!(
            "a picture of {height} × {width} cannot be halved {halvings} times: both sizes must be multiples of {factor}, \
             such as {smaller}{high} × {right}"
        ))
    }

    /// Refuses contradictions between the keys.
    pub fn validate(&self) -> Result<()> {
        self.validate_levels()?;
        self.validate_numbers()?;
        self.validate_attention()?;
        let rows = match self.class_conditioning() {
            ClassConditioning::Table(rows) => rows,
            _ => 0,
        };
        check_null_class(self.null_class, rows)
    }

    fn validate_levels(&self) -> Result<()> {
        let levels = self.levels();
        if levels == 0 || levels > MAX_LEVELS {
            return fail(format!(
                "block_out_channels must have 1 to {MAX_LEVELS} levels, not {levels}"
            ));
        }
        for (key, count) in [
            ("down_block_types", self.down_block_types.len()),
            ("up_block_types", self.up_block_types.len()),
        ] {
            if count != levels {
                return fail(format!(
                    "{key} has {count} entries, but block_out_channels has {levels}"
                ));
            }
        }
        if self.norm_num_groups == 0 {
            return fail("norm_num_groups must be at least 1, not 0".into());
        }
        for &channels in &self.block_out_channels {
            if channels == 0 || channels > MAX_CHANNELS {
                return fail(format!(
                    "block_out_channels must lie between 1 and {MAX_CHANNELS}, not {channels}"
                ));
            }
            if !channels.is_multiple_of(self.norm_num_groups) {
                let groups = self.norm_num_groups;
                return fail(format!(
                    "block_out_channels: {channels} does not divide into norm_num_groups = {groups}"
                ));
            }
        }
        Ok(())
    }

    fn validate_numbers(&self) -> Result<()> {
        for (key, value, most) in [
            ("in_channels", self.in_channels, MAX_CHANNELS),
            ("out_channels", self.out_channels, MAX_CHANNELS),
            ("layers_per_block", self.layers_per_block, MAX_LAYERS_PER_BLOCK),
            ("time_embedding_dim", self.time_embed_dim(), 4 * MAX_CHANNELS),
            ("num_class_embeds", self.num_class_embeds.unwrap_or(1), 1 << 20),
            ("num_train_timesteps", self.num_train_timesteps.unwrap_or(1), 1 << 20),
        ] {
            if value == 0 || value > most {
                return fail(format!("{key} must lie between 1 and {most}, not {value}"));
            }
        }
        if self.downsample_padding > 1 {
            return fail(format!(
                "downsample_padding must be 0 or 1, not {}",
                self.downsample_padding
            ));
        }
        if !(self.norm_eps.is_finite() && self.norm_eps >= 0.0) {
            return fail(format!("norm_eps must not be negative, but is {}", self.norm_eps));
        }
        if !(self.mid_block_scale_factor.is_finite() && self.mid_block_scale_factor != 0.0) {
            return fail(format!(
                "mid_block_scale_factor must not be {}",
                self.mid_block_scale_factor
            ));
        }
        match self.time_embedding_type {
            // The sinusoids' exponents divide by half − freq_shift.
            TimeEmbeddingType::Positional
                if (self.block_out_channels[0] / 2) as f64 == self.freq_shift =>
            {
                fail(format!(
                    "freq_shift = {} is half of block_out_channels[0], a division by 0",
                    self.freq_shift
                ))
            }
            TimeEmbeddingType::Learned if self.num_train_timesteps.is_none() => {
                fail("time_embedding_type \"learned\" needs num_train_timesteps".into())
            }
            _ => Ok(()),
        }
    }

    fn validate_attention(&self) -> Result<()> {
        let down = self.down_block_types.iter().map(|&kind| kind == DownBlockType::AttnDown);
        let up = self.up_block_types.iter().map(|&kind| kind == UpBlockType::AttnUp);
        let levels = &self.block_out_channels;
        let with_attention =
            down.zip(levels).chain(up.zip(levels.iter().rev())).filter(|(has, _)| *has);
        let mid = (self.mid_block_type.is_some() && self.add_attention)
            .then(|| &levels[levels.len() - 1]);
        for &channels in with_attention.map(|(_, channels)| channels).chain(mid) {
            let head_dim = self.attention_head_dim.unwrap_or(channels);
            if head_dim == 0 || head_dim > channels {
                return fail(format!(
                    "attention_head_dim = {head_dim} leaves no head on {channels} channels"
                ));
            }
        }
        if let (Some(&channels), Some(groups)) = (mid, self.mid_attention_groups())
            && (groups == 0 || !channels.is_multiple_of(groups))
        {
            return fail(format!(
                "attn_norm_num_groups = {groups} does not divide {channels} channels"
            ));
        }
        Ok(())
    }
}

fn fail(sentence: String) -> Result<()> {
    Err(Error::Config(format!("{CONFIG_FILE}: {sentence}")))
}
