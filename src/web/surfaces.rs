//! Canvases as render targets: a surface for each, configured to its size.

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::HtmlCanvasElement;

use crate::error::{Error, Result};
use crate::gpu::Gpu;

/// A canvas that has been drawn on.
struct Surface {
    canvas: HtmlCanvasElement,
    surface: wgpu::Surface<'static>,
    format: wgpu::TextureFormat,
    configured: Option<(u32, u32)>,
}

/// See the [module documentation](self).
pub(super) struct Surfaces {
    gpu: Rc<Gpu>,
    known: RefCell<Vec<Surface>>,
}

impl Surfaces {
    pub(super) fn new(gpu: &Rc<Gpu>) -> Self {
        Self { gpu: gpu.clone(), known: RefCell::default() }
    }

    /// Lets `draw` submit its work for the canvas's next picture. Within one task of the page every call
    /// gets the same picture, so that one can draw over another. A canvas without area is left alone.
    ///
    /// # Errors
    /// The canvas has another kind of context, or the device is lost.
    pub(super) fn draw(
        &self,
        canvas: &HtmlCanvasElement,
        draw: impl FnOnce(crate::draw::Canvas),
    ) -> Result<()> {
        self.gpu.check()?;
        let size = (canvas.width(), canvas.height());
        if size.0 == 0 || size.1 == 0 {
            return Ok(());
        }
        let mut known = self.known.borrow_mut();
        // Canvases that have left the page take their surfaces with them.
        known.retain(|s| s.canvas == *canvas || s.canvas.is_connected());
        let index = match known.iter().position(|s| s.canvas == *canvas) {
            Some(index) => index,
            None => {
                known.push(self.open(canvas)?);
                known.len() - 1
            }
        };
        let surface = &mut known[index];
        self.configure(surface, size);
        let texture = match surface.surface.get_current_texture() {
            wgpu::CurrentSurfaceTexture::Success(texture)
            | wgpu::CurrentSurfaceTexture::Suboptimal(texture) => texture,
            other => return Err(Error::Gpu(format!("the canvas gave no texture ({other:?})"))),
        };
        let view = texture.texture.create_view(&Default::default());
        draw(crate::draw::Canvas { view: &view, format: surface.format, size });
        self.gpu.queue.present(texture);
        Ok(())
    }

    fn open(&self, canvas: &HtmlCanvasElement) -> Result<Surface> {
        let surface = self
            .gpu
            .instance
            .create_surface(wgpu::SurfaceTarget::Canvas(canvas.clone()))
            .map_err(|e| Error::Gpu(format!("the canvas cannot be drawn on ({e})")))?;
        let formats = surface.get_capabilities(&self.gpu.handle).formats;
        let format = formats.first().copied().unwrap_or(wgpu::TextureFormat::Bgra8Unorm);
        Ok(Surface { canvas: canvas.clone(), surface, format, configured: None })
    }

    fn configure(&self, surface: &mut Surface, size: (u32, u32)) {
        if surface.configured == Some(size) {
            return;
        }
        surface.surface.configure(
            &self.gpu.device,
            &wgpu::SurfaceConfiguration {
                usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
                format: surface.format,
                width: size.0,
                height: size.1,
                present_mode: wgpu::PresentMode::AutoVsync,
                desired_maximum_frame_latency: 2,
                alpha_mode: wgpu::CompositeAlphaMode::PreMultiplied,
                view_formats: vec![],
                color_space: Default::default(),
            },
        );
        surface.configured = Some(size);
    }
}
