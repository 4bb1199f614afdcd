//! Drawing a chain's pictures and points onto canvases, without read-back (shaders/present.wgsl).

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::HtmlCanvasElement;

use super::surfaces::Surfaces;
use crate::chain::{Canvas, Dots, Frames, PointPainter};
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

/// Draws onto canvases: pictures here, points by way of [`PointPainter`].
pub(super) struct Presenter {
    gpu: Rc<Gpu>,
    surfaces: Surfaces,
    points: PointPainter,
    layout: wgpu::BindGroupLayout,
    dims: wgpu::Buffer,
    cells: wgpu::Buffer,
    pipelines: RefCell<Vec<(wgpu::TextureFormat, wgpu::RenderPipeline)>>,
}

impl Presenter {
    pub(super) fn new(gpu: &Rc<Gpu>) -> Self {
        use wgpu::BufferBindingType::{Storage, Uniform};
        let read = Storage { read_only: true };
        let entries = [read, Uniform, read];
        let entries: Vec<_> = (0..)
            .zip(entries)
            .map(|(binding, ty)| wgpu::BindGroupLayoutEntry {
                binding,
                visibility: wgpu::ShaderStages::FRAGMENT,
                ty: wgpu::BindingType::Buffer {
                    ty,
                    has_dynamic_offset: false,
                    min_binding_size: None,
                },
                count: None,
            })
            .collect();
        let layout = gpu.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("present"),
            entries: &entries,
        });
        let buffer = |label: &str, size: usize, usage: wgpu::BufferUsages| {
            gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: size as u64,
                usage: usage | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        Self {
            gpu: gpu.clone(),
            surfaces: Surfaces::new(gpu),
            points: PointPainter::new(gpu),
            layout,
            dims: buffer("present dimensions", size_of::<Dims>(), wgpu::BufferUsages::UNIFORM),
            cells: buffer("present cells", MAX_CELLS * 4, wgpu::BufferUsages::STORAGE),
            pipelines: RefCell::default(),
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
            self.paint(frames.buffer(), &canvas);
        })
    }

    fn paint(&self, frames: &wgpu::Buffer, canvas: &Canvas) {
        let entries: Vec<_> = (0..)
            .zip([frames, &self.dims, &self.cells])
            .map(|(binding, b)| wgpu::BindGroupEntry { binding, resource: b.as_entire_binding() })
            .collect();
        let bind_group = self.gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("present"),
            layout: &self.layout,
            entries: &entries,
        });
        let mut encoder = self.gpu.device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                label: Some("present"),
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view: canvas.view,
                    depth_slice: None,
                    resolve_target: None,
                    ops: wgpu::Operations {
                        load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
                        store: wgpu::StoreOp::Store,
                    },
                })],
                ..Default::default()
            });
            pass.set_pipeline(&self.pipeline(canvas.format));
            pass.set_bind_group(0, &bind_group, &[]);
            pass.draw(0..3, 0..1);
        }
        self.gpu.queue.submit([encoder.finish()]);
    }

    fn pipeline(&self, format: wgpu::TextureFormat) -> wgpu::RenderPipeline {
        let mut pipelines = self.pipelines.borrow_mut();
        if let Some((_, pipeline)) = pipelines.iter().find(|(f, _)| *f == format) {
            return pipeline.clone();
        }
        let device = &self.gpu.device;
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("present"),
            source: wgpu::ShaderSource::Wgsl(shader!("present").into()),
        });
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: None,
            bind_group_layouts: &[Some(&self.layout)],
            immediate_size: 0,
        });
        let pipeline = device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some("present"),
            layout: Some(&layout),
            vertex: wgpu::VertexState {
                module: &module,
                entry_point: Some("corner"),
                compilation_options: Default::default(),
                buffers: &[],
            },
            fragment: Some(wgpu::FragmentState {
                module: &module,
                entry_point: Some("cell"),
                compilation_options: Default::default(),
                targets: &[Some(format.into())],
            }),
            primitive: Default::default(),
            depth_stencil: None,
            multisample: Default::default(),
            multiview_mask: None,
            cache: None,
        });
        pipelines.push((format, pipeline.clone()));
        pipeline
    }
}
