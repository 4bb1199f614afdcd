//! Drawing from buffers onto a canvas: one render pipeline for each texture format met, and a bind group a drawing.

use std::cell::RefCell;

use crate::chain::Frames;
use crate::gpu::Gpu;

/// Where to draw: a view, its format, its width and height in pixels.
pub struct Canvas<'a> {
    /// What is drawn into.
    pub view: &'a wgpu::TextureView,
    /// Its format.
    pub format: wgpu::TextureFormat,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

/// What a [`Painter`] draws with.
pub(crate) struct Brush {
    pub label: &'static str,
    pub wgsl: &'static str,
    /// Entry points of the vertex and of the fragment shader.
    pub entries: [&'static str; 2],
    /// The buffers in the order of their bindings: who reads them, and as what.
    pub buffers: &'static [(wgpu::ShaderStages, wgpu::BufferBindingType)],
    pub topology: wgpu::PrimitiveTopology,
    pub blend: Option<wgpu::BlendState>,
}

/// Draws with one brush onto any number of canvases.
pub(crate) struct Painter {
    brush: Brush,
    layout: wgpu::BindGroupLayout,
    pipelines: RefCell<Vec<(wgpu::TextureFormat, wgpu::RenderPipeline)>>,
}

impl Painter {
    /// Prepares drawing; pipelines are compiled when first needed.
    pub fn new(gpu: &Gpu, brush: Brush) -> Self {
        let entry = |(binding, &(visibility, ty))| wgpu::BindGroupLayoutEntry {
            binding,
            visibility,
            ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None },
            count: None,
        };
        let entries: Vec<_> = (0..).zip(brush.buffers).map(entry).collect();
        let layout = gpu.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some(brush.label),
            entries: &entries,
        });
        Self { brush, layout, pipelines: RefCell::default() }
    }

    /// One draw call in a submit of its own; `load` says what becomes of what was drawn before.
    pub fn paint(
        &self,
        gpu: &Gpu,
        buffers: &[&wgpu::Buffer],
        canvas: &Canvas,
        load: wgpu::LoadOp<wgpu::Color>,
        vertices: u32,
        instances: u32,
    ) {
        let bind_group = gpu.bind(self.brush.label, &self.layout, buffers);
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                label: Some(self.brush.label),
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
            pass.draw(0..vertices, 0..instances);
        }
        gpu.queue.submit([encoder.finish()]);
    }

    fn pipeline(&self, gpu: &Gpu, format: wgpu::TextureFormat) -> wgpu::RenderPipeline {
        let mut pipelines = self.pipelines.borrow_mut();
        if let Some((_, pipeline)) = pipelines.iter().find(|(f, _)| *f == format) {
            return pipeline.clone();
        }
        let Brush { label, wgsl, entries: [vertex, fragment], topology, blend, .. } = self.brush;
        let module = gpu.device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(label),
            source: wgpu::ShaderSource::Wgsl(wgsl.into()),
        });
        let layout = gpu.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: None,
            bind_group_layouts: &[Some(&self.layout)],
            immediate_size: 0,
        });
        let pipeline = gpu.device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some(label),
            layout: Some(&layout),
            vertex: wgpu::VertexState {
                module: &module,
                entry_point: Some(vertex),
                compilation_options: Default::default(),
                buffers: &[],
            },
            fragment: Some(wgpu::FragmentState {
                module: &module,
                entry_point: Some(fragment),
                compilation_options: Default::default(),
                targets: &[Some(wgpu::ColorTargetState {
                    format,
                    blend,
                    write_mask: wgpu::ColorWrites::ALL,
                })],
            }),
            primitive: wgpu::PrimitiveState { topology, ..Default::default() },
            depth_stencil: None,
            multisample: Default::default(),
            multiview_mask: None,
            cache: None,
        });
        pipelines.push((format, pipeline.clone()));
        pipeline
    }
}

/// A chain's pictures where a painter can read them.
pub(crate) fn own(frames: &Frames) -> &wgpu::Buffer {
    frames.buffer().gpu().expect("what a graphics card draws, it has computed")
}
