//! Drawing a chain's pictures and points onto canvases.

use std::rc::Rc;

use web_sys::HtmlCanvasElement;

use super::surfaces::Surfaces;
use crate::chain::Frames;
use crate::draw::{Canvas, Cells, Dots, PicturePainter, PointPainter};
use crate::error::Result;
use crate::gpu::Gpu;

/// See the [module documentation](self).
pub(super) struct Presenter {
    gpu: Rc<Gpu>,
    surfaces: Surfaces,
    points: PointPainter,
    pictures: PicturePainter,
}

impl Presenter {
    pub(super) fn new(gpu: &Rc<Gpu>) -> Self {
        Self {
            gpu: gpu.clone(),
            surfaces: Surfaces::new(gpu),
            points: PointPainter::new(gpu),
            pictures: PicturePainter::new(gpu),
        }
    }

    /// Draws the particles of a picture whose first value is at `first`, with dots that have been checked.
    pub(super) fn draw_points(
        &self,
        canvas: &HtmlCanvasElement,
        frames: &Frames,
        first: usize,
        dots: &Dots,
    ) -> Result<()> {
        let draw = |canvas: Canvas| self.points.draw(&self.gpu, frames, first, dots, &canvas);
        self.surfaces.draw(canvas, draw)
    }

    /// Draws pictures in rows, by cells that have been checked.
    pub(super) fn draw(
        &self,
        canvas: &HtmlCanvasElement,
        frames: &Frames,
        cells: &Cells,
    ) -> Result<()> {
        let draw = |canvas: Canvas| self.pictures.draw(&self.gpu, frames, cells, &canvas);
        self.surfaces.draw(canvas, draw)
    }
}
