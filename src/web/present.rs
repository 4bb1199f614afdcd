//! Drawing a chain's pictures onto canvases, without read-back (shaders/present.wgsl).

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::HtmlCanvasElement;

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

/// A canvas that has been drawn on, with what drawing needs.
struct Target {
    canvas: HtmlCanvasElement,
    surface: wgpu::Surface<'static>,
    configured: Option<(u32, u32)>,
    dims: wgpu::Buffer,
    cells: wgpu::Buffer,
    pipeline: wgpu::RenderPipeline,
    format: wgpu::TextureFormat,
    bound: Option<(wgpu::Buffer, wgpu::BindGroup)>,
}

/// See the [module documentation](self).
pub(super) struct Presenter {
    gpu: Rc<Gpu>,
    layout: wgpu::BindGroupLayout,
    pipelines: RefCell<Vec<(wgpu::TextureFormat, wgpu::RenderPipeline)>>,
    targets: RefCell<Vec<Target>>,
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
        Self {
            gpu: gpu.clone(),
            layout,
            pipelines: Default::default(),
            targets: Default::default(),
        }
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
        self.gpu.check()?;
        let (width, height) = (canvas.width(), canvas.height());
        if cells.is_empty() || cells.len() > MAX_CELLS || columns == 0 {
            return Err(Error::Input(format!("present: between 1 and {MAX_CELLS} cells, please")));
        }
        if width == 0 || height == 0 {
            return Ok(());
        }
        let mut targets = self.targets.borrow_mut();
        // Canvases that have left the page take their surfaces with them.
        targets.retain(|t| t.canvas == *canvas || t.canvas.is_connected());
        let index = match targets.iter().position(|t| t.canvas == *canvas) {
            Some(index) => index,
            None => {
                targets.push(self.target(canvas)?);
                targets.len() - 1
            }
        };
        let target = &mut targets[index];
        let (h, w) = frames.size();
        let dims = Dims {
            columns,
            cells: cells.len() as u32,
            height: h as u32,
            width: w as u32,
            channels: frames.channels() as u32,
            scale,
            canvas_width: width as f32,
            canvas_height: height as f32,
        };
        self.gpu.queue.write_buffer(&target.dims, 0, bytemuck::bytes_of(&dims));
        self.gpu.queue.write_buffer(&target.cells, 0, bytemuck::cast_slice(cells));
        self.configure(target, width, height);
        self.bind(target, frames.buffer());
        self.paint(target)
    }

    fn paint(&self, target: &Target) -> Result<()> {
        let texture = match target.surface.get_current_texture() {
            wgpu::CurrentSurfaceTexture::Success(texture)
            | wgpu::CurrentSurfaceTexture::Suboptimal(texture) => texture,
            other => return Err(Error::Gpu(format!("the canvas gave no texture ({other:?})"))),
        };
        let view = texture.texture.create_view(&Default::default());
        let mut encoder = self.gpu.device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                label: Some("present"),
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view: &view,
                    depth_slice: None,
                    resolve_target: None,
                    ops: wgpu::Operations {
                        load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
                        store: wgpu::StoreOp::Store,
                    },
                })],
                ..Default::default()
            });
            let (_, bind_group) = target.bound.as_ref().expect("bound just before");
            pass.set_pipeline(&target.pipeline);
            pass.set_bind_group(0, bind_group, &[]);
            pass.draw(0..3, 0..1);
        }
        self.gpu.queue.submit([encoder.finish()]);
        self.gpu.queue.present(texture);
        Ok(())
    }

    fn configure(&self, target: &mut Target, width: u32, height: u32) {
        if target.configured == Some((width, height)) {
            return;
        }
        target.surface.configure(
            &self.gpu.device,
            &wgpu::SurfaceConfiguration {
                usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
                format: target.format,
                width,
                height,
                present_mode: wgpu::PresentMode::AutoVsync,
                desired_maximum_frame_latency: 2,
                alpha_mode: wgpu::CompositeAlphaMode::PreMultiplied,
                view_formats: vec![],
                color_space: Default::default(),
            },
        );
        target.configured = Some((width, height));
    }

    fn bind(&self, target: &mut Target, frames: &wgpu::Buffer) {
        if target.bound.as_ref().is_some_and(|(buffer, _)| buffer == frames) {
            return;
        }
        let buffers = [frames, &target.dims, &target.cells];
        let entries: Vec<_> = (0..)
            .zip(buffers)
            .map(|(binding, b)| wgpu::BindGroupEntry { binding, resource: b.as_entire_binding() })
            .collect();
        let bind_group = self.gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("present"),
            layout: &self.layout,
            entries: &entries,
        });
        target.bound = Some((frames.clone(), bind_group));
    }

    fn target(&self, canvas: &HtmlCanvasElement) -> Result<Target> {
        let surface = self
            .gpu
            .instance
            .create_surface(wgpu::SurfaceTarget::Canvas(canvas.clone()))
            .map_err(|e| Error::Gpu(format!("the canvas cannot be drawn on ({e})")))?;
        let formats = surface.get_capabilities(&self.gpu.handle).formats;
        let format = formats.first().copied().unwrap_or(wgpu::TextureFormat::Bgra8Unorm);
        let buffer = |label: &str, size: usize, usage: wgpu::BufferUsages| {
            self.gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: size as u64,
                usage: usage | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        Ok(Target {
            canvas: canvas.clone(),
            surface,
            configured: None,
            dims: buffer("present dimensions", size_of::<Dims>(), wgpu::BufferUsages::UNIFORM),
            cells: buffer("present cells", MAX_CELLS * 4, wgpu::BufferUsages::STORAGE),
            pipeline: self.pipeline(format),
            format,
            bound: None,
        })
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
