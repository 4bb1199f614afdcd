//! Drawing a chain's pictures and points onto canvases, without read-back (shaders/present.wgsl).

use std::rc::Rc;

use web_sys::HtmlCanvasElement;

use super::surfaces::Surfaces;
use crate::chain::{Dots, Frames, PointPainter};
use crate::error::{Error, Result};
use crate::gpu::{Brush, Canvas, Gpu, Painter, dims, shader};

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

/// Draws onto canvases: pictures here, points by way of [`PointPainter`].
pub(super) struct Presenter {
    gpu: Rc<Gpu>,
    surfaces: Surfaces,
    points: PointPainter,
    painter: Painter,
    dims: wgpu::Buffer,
    cells: wgpu::Buffer,
}

impl Presenter {
    pub(super) fn new(gpu: &Rc<Gpu>) -> Self {
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
        Self {
            gpu: gpu.clone(),
            surfaces: Surfaces::new(gpu),
            points: PointPainter::new(gpu),
            painter: Painter::new(gpu, brush),
            dims: gpu.uniform("present dimensions", size_of::<Dims>() as u64),
            cells,
        }
    }

    /// Draws the particles of a picture whose first value is at `first`.
    pub(super) fn draw_points(
        &self,
        canvas: &HtmlCanvasElement,
        frames: &Frames,
        first: usize,
        dots: &Dots,
    ) -> Result<()> {
        dots.check(frames)?;
        let draw = |canvas: Canvas| self.points.draw(&self.gpu, frames, first, dots, &canvas);
        self.surfaces.draw(canvas, draw)
    }

    /// Draws `cells` (first words of pictures in the frames' buffer) in rows of `columns`.
    pub(super) fn draw(
        &self,
        canvas: &HtmlCanvasElement,
        frames: &Frames,
        cells: &[u32],
        columns: u32,
        scale: f32,
    ) -> Result<()> {
        if cells.is_empty() || cells.len() > MAX_CELLS || columns == 0 {
            return Err(Error::Input(format!("present: between 1 and {MAX_CELLS} cells, please")));
        }
        self.surfaces.draw(canvas, |canvas| {
            let (h, w) = frames.size();
            let dims = Dims {
                columns,
                cells: cells.len() as u32,
                height: h as u32,
                width: w as u32,
                channels: frames.channels() as u32,
                scale,
                canvas_width: canvas.size.0 as f32,
                canvas_height: canvas.size.1 as f32,
            };
            // Every drawing is a submit of its own, so that one pair of buffers serves all canvases.
            self.gpu.queue.write_buffer(&self.dims, 0, bytemuck::bytes_of(&dims));
            self.gpu.queue.write_buffer(&self.cells, 0, bytemuck::cast_slice(cells));
            let load = wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT);
            let buffers = [frames.buffer(), &self.dims, &self.cells];
            self.painter.paint(&self.gpu, &buffers, &canvas, load, 3, 1);
        })
    }
}
