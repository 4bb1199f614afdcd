//! Drawing a chain's pictures into a texture, without read-back (shaders/present.wgsl).

use super::painter::{Brush, Canvas, Painter, own};
use crate::chain::Frames;
use crate::error::{Error, Result};
use crate::gpu::{Gpu, dims, shader};

/// Pictures on one canvas, at most.
const MAX_CELLS: usize = 1024;

dims! {
    /// `Dims` in shaders/present.wgsl.
    struct Dims {
        columns: u32,
        cells: u32,
        height: u32,
        width: u32,
        channels: u32,
        scale: f32,
        canvas_width: f32,
        canvas_height: f32,
    }
}

/// Fields of `Dims` in shaders/present.wgsl and their byte offsets.
pub const PICTURE_FIELDS: &[(&str, usize)] = Dims::FIELDS;

/// Which pictures are drawn, and how.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    /// First words of pictures in the frames' buffer, see [`Frames::address`].
    pub first: &'a [u32],
    /// Pictures in a row.
    pub columns: u32,
    /// Multiplies the values before −1…1 becomes black…white.
    pub scale: f32,
}

/// Refuses a canvas without pictures, or with too many.
///
/// # Errors
/// One sentence.
pub fn check_cells(cells: usize, columns: u32) -> Result<()> {
    if cells == 0 || cells > MAX_CELLS || columns == 0 {
        return Err(Error::Input(format!("present: between 1 and {MAX_CELLS} cells, please")));
    }
    Ok(())
}

/// Draws pictures. One serves any number of canvases and chains.
pub struct PicturePainter {
    painter: Painter,
    dims: wgpu::Buffer,
    cells: wgpu::Buffer,
}

impl PicturePainter {
    /// Prepares drawing.
    pub fn new(gpu: &Gpu) -> Self {
        use wgpu::{
            BufferBindingType::{Storage, Uniform},
            ShaderStages,
        };
        let brush = Brush {
            label: "present",
            wgsl: shader!("present"),
            entries: ["corner", "cell"],
            buffers: &[
                (ShaderStages::FRAGMENT, Storage { read_only: true }),
                (ShaderStages::FRAGMENT, Uniform),
                (ShaderStages::FRAGMENT, Storage { read_only: true }),
            ],
            topology: wgpu::PrimitiveTopology::TriangleList,
            blend: None,
        };
        let cells = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("present cells"),
            size: MAX_CELLS as u64 * 4,
            usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let dims = gpu.uniform("present dimensions", size_of::<Dims>() as u64);
        Self { painter: Painter::new(gpu, brush), dims, cells }
    }

    /// Draws pictures in rows, by cells that have passed [`check_cells`].
    pub fn draw(&self, gpu: &Gpu, frames: &Frames, cells: &Cells, canvas: &Canvas) {
        let (h, w) = frames.size();
        let dims = Dims {
            columns: cells.columns,
            cells: cells.first.len() as u32,
            height: h as u32,
            width: w as u32,
            channels: frames.channels() as u32,
            scale: cells.scale,
            canvas_width: canvas.size.0 as f32,
            canvas_height: canvas.size.1 as f32,
        };
        // Every drawing is a submit of its own, so that one pair of buffers serves all canvases.
        gpu.queue.write_buffer(&self.dims, 0, bytemuck::bytes_of(&dims));
        gpu.queue.write_buffer(&self.cells, 0, bytemuck::cast_slice(cells.first));
        let load = wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT);
        let buffers = [own(frames), &self.dims, &self.cells];
        self.painter.paint(gpu, &buffers, canvas, load, 3, 1);
    }
}
