//! Drawing a chain's particles into a texture, without read-back (shaders/points.wgsl).

use std::cell::RefCell;

use super::Frames;
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
}

impl Default for Dots {
    fn default() -> Self {
        Self { radius: 1.5, color: [0.0, 0.0, 0.0, 1.0], range: [-2.0, 2.0], clear: true }
    }
}

/// Radius of a dot, at most.
const MAX_RADIUS: f32 = 256.0;

impl Dots {
    /// Refuses numbers that nothing can be drawn with, and pictures.
    ///
    /// # Errors
    /// One sentence naming the option at fault.
    pub fn check(&self, frames: &Frames) -> Result<()> {
        let refuse = |sentence: String| Err(Error::Input(sentence));
        let (channels, (h, w)) = (frames.channels(), frames.size());
        if (channels, h, w) != (2, 1, 1) {
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
    }
}

/// Fields of `Dims` in shaders/points.wgsl and their byte offsets.
pub const POINT_FIELDS: &[(&str, usize)] = Dims::FIELDS;

/// Where to draw: a view, its format, its width and height in pixels.
pub struct Canvas<'a> {
    /// What is drawn into.
    pub view: &'a wgpu::TextureView,
    /// Its format.
    pub format: wgpu::TextureFormat,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

/// Draws particles. One serves any number of canvases and chains.
pub struct PointPainter {
    layout: wgpu::BindGroupLayout,
    dims: wgpu::Buffer,
    pipelines: RefCell<Vec<(wgpu::TextureFormat, wgpu::RenderPipeline)>>,
}

impl PointPainter {
    /// Prepares drawing; pipelines are compiled when first needed.
    pub fn new(gpu: &Gpu) -> Self {
        use wgpu::{BufferBindingType, ShaderStages};
        let entry = |binding, visibility, ty| wgpu::BindGroupLayoutEntry {
            binding,
            visibility,
            ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None },
            count: None,
        };
        let layout = gpu.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("points"),
            entries: &[
                entry(0, ShaderStages::VERTEX, BufferBindingType::Storage { read_only: true }),
                entry(1, ShaderStages::VERTEX_FRAGMENT, BufferBindingType::Uniform),
            ],
        });
        let dims = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("points dimensions"),
            size: size_of::<Dims>() as u64,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Self { layout, dims, pipelines: RefCell::default() }
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
        };
        // Every drawing is a submit of its own, so that one buffer serves all.
        gpu.queue.write_buffer(&self.dims, 0, bytemuck::bytes_of(&dims));
        let entries = [frames.buffer(), &self.dims].map(|buffer| buffer.as_entire_binding());
        let entries: Vec<_> = (0..)
            .zip(entries)
            .map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource })
            .collect();
        let bind_group = gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("points"),
            layout: &self.layout,
            entries: &entries,
        });
        let load = match dots.clear {
            true => wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
            false => wgpu::LoadOp::Load,
        };
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                label: Some("points"),
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view: canvas.view,
                    depth_slice: None,
                    resolve_target: None,
                    ops: wgpu::Operations { load, store: wgpu::StoreOp::Store },
                })],
                ..Default::default()
            });
            pass.set_pipeline(&self.pipeline(gpu, canvas.format));
            pass.set_bind_group(0, &bind_group, &[]);
            pass.draw(0..4, 0..frames.batch() as u32);
        }
        gpu.queue.submit([encoder.finish()]);
    }

    fn pipeline(&self, gpu: &Gpu, format: wgpu::TextureFormat) -> wgpu::RenderPipeline {
        let mut pipelines = self.pipelines.borrow_mut();
        if let Some((_, pipeline)) = pipelines.iter().find(|(f, _)| *f == format) {
            return pipeline.clone();
        }
        let module = gpu.device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("points"),
            source: wgpu::ShaderSource::Wgsl(shader!("points").into()),
        });
        let layout = gpu.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: None,
            bind_group_layouts: &[Some(&self.layout)],
            immediate_size: 0,
        });
        let pipeline = gpu.device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some("points"),
            layout: Some(&layout),
            vertex: wgpu::VertexState {
                module: &module,
                entry_point: Some("dot_corner"),
                compilation_options: Default::default(),
                buffers: &[],
            },
            fragment: Some(wgpu::FragmentState {
                module: &module,
                entry_point: Some("dot_inside"),
                compilation_options: Default::default(),
                targets: &[Some(wgpu::ColorTargetState {
                    format,
                    blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
                    write_mask: wgpu::ColorWrites::ALL,
                })],
            }),
            primitive: wgpu::PrimitiveState {
                topology: wgpu::PrimitiveTopology::TriangleStrip,
                ..Default::default()
            },
            depth_stencil: None,
            multisample: Default::default(),
            multiview_mask: None,
            cache: None,
        });
        pipelines.push((format, pipeline.clone()));
        pipeline
    }
}
