//! What paints pictures and points from the device's own buffers.

mod painter;
mod pictures;
mod points;

pub use painter::Canvas;
pub use pictures::{Cells, PICTURE_FIELDS, PicturePainter, check_cells};
pub use points::{Dots, POINT_FIELDS, PointPainter};
