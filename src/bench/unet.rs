//! U-Nets of a given size, for measuring what a size costs.

/// `config.json` of a U-Net built as MNIST's is, for pictures of so many pixels a side, a multiple of four, with the same
/// number of channels, a multiple of eight, on all three levels.
pub fn square_unet(pixels: usize, channels: usize) -> String {
    format!(
        r#"{{"_class_name": "UNet2DModel", "sample_size": {pixels}, "in_channels": 1, "out_channels": 1,
            "block_out_channels": [{channels}, {channels}, {channels}], "layers_per_block": 1,
            "down_block_types": ["DownBlock2D", "DownBlock2D", "AttnDownBlock2D"],
            "up_block_types": ["AttnUpBlock2D", "UpBlock2D", "UpBlock2D"],
            "norm_num_groups": 8, "attention_head_dim": 8}}"#
    )
}
