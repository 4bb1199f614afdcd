//! Drawing a chain's particles into a texture, without read-back (shaders/points.wgsl).

use super::painter::{Brush, Canvas, Painter, own};
use crate::chain::Frames;
use crate::error::{Error, Result};
use crate::gpu::{Gpu, dims, shader};

/// How particles look and where they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dots {
    /// In pixels.
    pub radius: f32,
    /// Red, green, blue, alpha, 0…1; not premultiplied.
    pub color: [f32; 4],
    /// Coordinates at the left and right edge, and at the bottom and top edge.
    pub range: [f32; 2],
    /// Whether what was drawn before disappears.
    pub clear: bool,
    /// Whether particles outside are shown as strokes at the edge, in their direction.
    pub edge: bool,
}

impl Default for Dots {
    fn default() -> Self {
        Self {
            radius: 1.5,
            color: [0.0, 0.0, 0.0, 1.0],
            range: [-2.0, 2.0],
            clear: true,
            edge: false,
        }
    }
}

/// Radius of a dot, at most.
const MAX_RADIUS: f32 = 256.0;

impl Dots {
    /// Refuses numbers that nothing can be drawn with, and images that are no points: channels, height, width.
    ///
    /// # Errors
    /// One sentence naming the option at fault.
    pub fn check(&self, [channels, h, w]: [usize; 3]) -> Result<()> {
        let refuse = |sentence: String| Err(Error::Input(sentence));
        if [channels, h, w] != [2, 1, 1] {
            let pictures = format!("not pictures of {channels} × {h} × {w}");
            return refuse(format!("only points can be drawn as dots, {pictures}"));
        }
        if !(self.radius > 0.0 && self.radius <= MAX_RADIUS) {
            let radius = self.radius;
            return refuse(format!("radius must lie between 0 and {MAX_RADIUS}, not {radius}"));
        }
        if let Some(part) = self.color.iter().find(|part| !(0.0..=1.0).contains(*part)) {
            return refuse(format!("color must hold four numbers from 0 to 1, not {part}"));
        }
        let [low, high] = self.range;
        if !((high - low).is_finite() && low < high) {
            return refuse(format!("range must be a lower and a higher number, not {low}, {high}"));
        }
        Ok(())
    }
}

dims! {
    /// `Dims` in shaders/points.wgsl.
    struct Dims {
        first: u32,
        radius: f32,
        low: f32,
        high: f32,
        width: f32,
        height: f32,
        red: f32,
        green: f32,
        blue: f32,
        alpha: f32,
        edge: u32,
    }
}

/// Fields of `Dims` in shaders/points.wgsl and their byte offsets.
pub const POINT_FIELDS: &[(&str, usize)] = Dims::FIELDS;

/// Draws particles. One serves any number of canvases and chains.
pub struct PointPainter {
    painter: Painter,
    dims: wgpu::Buffer,
}

impl PointPainter {
    /// Prepares drawing.
    pub fn new(gpu: &Gpu) -> Self {
        use wgpu::{BufferBindingType, ShaderStages};
        let brush = Brush {
            label: "points",
            wgsl: shader!("points"),
            entries: ["dot_corner", "dot_inside"],
            buffers: &[
                (ShaderStages::VERTEX, BufferBindingType::Storage { read_only: true }),
                (ShaderStages::VERTEX_FRAGMENT, BufferBindingType::Uniform),
            ],
            topology: wgpu::PrimitiveTopology::TriangleStrip,
            blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
        };
        let dims = gpu.uniform("points dimensions", size_of::<Dims>() as u64);
        Self { painter: Painter::new(gpu, brush), dims }
    }

    /// Draws every particle of a picture whose first value is at `first` (see [`Frames::address`]), with
    /// dots that have passed [`Dots::check`].
    pub fn draw(&self, gpu: &Gpu, frames: &Frames, first: usize, dots: &Dots, canvas: &Canvas) {
        let [red, green, blue, alpha] = dots.color;
        let dims = Dims {
            first: first as u32,
            radius: dots.radius,
            low: dots.range[0],
            high: dots.range[1],
            width: canvas.size.0 as f32,
            height: canvas.size.1 as f32,
            red: red * alpha,
            green: green * alpha,
            blue: blue * alpha,
            alpha,
            edge: dots.edge.into(),
        };
        // Every drawing is a submit of its own, so that one buffer serves all.
        gpu.queue.write_buffer(&self.dims, 0, bytemuck::bytes_of(&dims));
        let load = match dots.clear {
            true => wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
            false => wgpu::LoadOp::Load,
        };
        let buffers = [own(frames), &self.dims];
        self.painter.paint(gpu, &buffers, canvas, load, 4, frames.batch() as u32);
    }
}
