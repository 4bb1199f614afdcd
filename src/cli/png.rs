//! Images as a PNG grid: −1..1 becomes black..white, one channel grey, three colour.

use std::path::Path;

use chailou::{Error, Result};

/// Writes `n` images `[c, h, w]` in a grid that is about square, one pixel of space between them.
pub fn write_grid(path: &Path, images: &[f32], n: usize, image: [usize; 3]) -> Result<()> {
    let [c, h, w] = image;
    let columns = (n as f64).sqrt().ceil() as usize;
    let (width, height) = (columns * (w + 1) - 1, n.div_ceil(columns) * (h + 1) - 1);
    let samples = if c == 3 { 3 } else { 1 };
    let mut pixels = vec![0u8; width * height * samples];
    for (i, values) in images.chunks_exact(c * h * w).enumerate() {
        let (left, top) = (i % columns * (w + 1), i / columns * (h + 1));
        for at in 0..h * w {
            let pixel = (top + at / w) * width + left + at % w;
            for s in 0..samples {
                let level = (values[s * h * w + at] * 0.5 + 0.5).clamp(0.0, 1.0);
                pixels[pixel * samples + s] = (level * 255.0).round() as u8;
            }
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(if samples == 3 { png::ColorType::Rgb } else { png::ColorType::Grayscale });
    encoder.set_depth(png::BitDepth::Eight);
    let encoded = encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels));
    encoded.map_err(|e| Error::File { path: path.display().to_string(), reason: e.to_string() })?;
    super::folder::write(path, &bytes)
}
