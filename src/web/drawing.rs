//! What `present` and `presentPoints` are asked for: read and checked, whoever draws it.

use wasm_bindgen::prelude::*;

use super::values::{JsResult, js_error, object, options};
use crate::chain::{Picture, existing_frame};
use crate::draw::{Dots, check_cells};
use crate::error::Error;

#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PresentOptions {
    cells: Option<Vec<u32>>,
    columns: Option<u32>,
    scale: Option<f32>,
}

/// Pictures in rows.
pub(super) struct Pictures {
    pub picture: Picture,
    /// Frame (without one, the newest) and image of each.
    pub cells: Vec<(Option<usize>, usize)>,
    pub columns: u32,
    /// See [`crate::draw::Cells::scale`].
    pub scale: f32,
}

impl Pictures {
    pub fn read(what: &str, settings: JsValue, batch: usize) -> JsResult<Self> {
        let settings: PresentOptions = options(settings)?;
        let picture = Picture::from_name(what).map_err(js_error)?;
        let cells: Vec<(Option<usize>, usize)> = match &settings.cells {
            None => vec![(None, 0)],
            Some(pairs) => pairs
                .chunks_exact(2)
                .map(|pair| (Some(pair[0] as usize), pair[1] as usize))
                .collect(),
        };
        if let Some((_, image)) = cells.iter().find(|(_, image)| *image >= batch) {
            let message = format!("there is no image {image}, the batch has {batch}");
            return Err(js_error(Error::Input(message)));
        }
        let columns = settings.columns.unwrap_or(cells.len() as u32);
        check_cells(cells.len(), columns).map_err(js_error)?;
        let usual = if picture == Picture::Eps { 1.0 / 3.0 } else { 1.0 };
        let scale = settings.scale.unwrap_or(usual);
        if !scale.is_finite() {
            return Err(js_error(Error::Input(format!("scale must be a number, not {scale}"))));
        }
        Ok(Self { picture, cells, columns, scale })
    }
}

#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PresentPointsOptions {
    frame: Option<usize>,
    radius: Option<f32>,
    color: Option<Vec<f32>>,
    range: Option<Vec<f32>>,
    clear: Option<bool>,
    edge: Option<bool>,
}

/// Particles as dots.
pub(super) struct Points {
    pub picture: Picture,
    pub frame: Option<usize>,
    pub dots: Dots,
}

impl Points {
    /// `shape` is that of an image: channels, height, width.
    pub fn read(what: &str, settings: JsValue, shape: [usize; 3]) -> JsResult<Self> {
        let settings: PresentPointsOptions = options(settings)?;
        let picture = Picture::from_name(what).map_err(js_error)?;
        let default = Dots::default();
        let dots = Dots {
            radius: settings.radius.unwrap_or(default.radius),
            color: numbers("color", settings.color, default.color)?,
            range: numbers("range", settings.range, default.range)?,
            clear: settings.clear.unwrap_or(default.clear),
            edge: settings.edge.unwrap_or(default.edge),
        };
        dots.check(shape).map_err(js_error)?;
        Ok(Self { picture, frame: settings.frame, dots })
    }
}

/// N numbers from an array of JS, which may have any length.
fn numbers<const N: usize>(
    what: &str,
    given: Option<Vec<f32>>,
    default: [f32; N],
) -> JsResult<[f32; N]> {
    let Some(given) = given else { return Ok(default) };
    <[f32; N]>::try_from(given).map_err(|given| {
        js_error(Error::Input(format!("{what} must hold {N} numbers, not {}", given.len())))
    })
}

/// The same for a chain that computes in a worker, whose pictures are drawn by JavaScript (workers/easel.js): frames
/// are told by number.
#[wasm_bindgen(skip_typescript)]
pub struct Drawing;

#[derive(serde::Serialize)]
struct Grid {
    frames: Vec<usize>,
    images: Vec<usize>,
    columns: u32,
    scale: f32,
}

#[derive(serde::Serialize)]
struct Cloud {
    frame: usize,
    radius: f32,
    color: [f32; 4],
    range: [f32; 2],
    clear: bool,
    edge: bool,
}

#[wasm_bindgen]
impl Drawing {
    /// Of `present`.
    #[wasm_bindgen(skip_typescript)]
    pub fn pictures(
        &self,
        what: &str,
        settings: JsValue,
        batch: usize,
        position: usize,
    ) -> JsResult<JsValue> {
        let Pictures { picture, cells, columns, scale } = Pictures::read(what, settings, batch)?;
        let existing = |cell: &(Option<usize>, usize)| existing_frame(picture, cell.0, position);
        let frames = cells.iter().map(existing).collect::<Result<_, _>>().map_err(js_error)?;
        let images = cells.iter().map(|cell| cell.1).collect();
        object(&Grid { frames, images, columns, scale })
    }

    /// Of `presentPoints`; `shape` is [batch, channels, height, width].
    #[wasm_bindgen(skip_typescript)]
    pub fn points(
        &self,
        what: &str,
        settings: JsValue,
        shape: Vec<usize>,
        position: usize,
    ) -> JsResult<JsValue> {
        let image = <[usize; 3]>::try_from(&shape[1..]).unwrap_or_default();
        let Points { picture, frame, dots } = Points::read(what, settings, image)?;
        let frame = existing_frame(picture, frame, position).map_err(js_error)?;
        let Dots { radius, color, range, clear, edge } = dots;
        object(&Cloud { frame, radius, color, range, clear, edge })
    }
}
