//! A picture with zeros around it, so that a convolution on the processor reads no pixel that is not there.

use super::conv_dims::Resize;
use super::product::{Addresses, Stretch};
use crate::tensor::Shape;

/// How a sample lies once it has a border one pixel wide, as a convolution sees it: enlarged where it enlarges.
#[derive(Clone, Copy)]
pub(super) struct Border {
    h: usize,
    w: usize,
    zoom: usize,
    /// Words of a pixel.
    words: usize,
}

impl Border {
    /// Of a sample of x.
    pub fn new(x: Shape, resize: Resize) -> Self {
        let zoom = if resize == Resize::Up { 2 } else { 1 };
        Self { h: x.h, w: x.w, zoom, words: x.c4() * 4 }
    }

    /// Words of a row.
    pub fn row(&self) -> usize {
        (self.w * self.zoom + 2) * self.words
    }

    /// Words of a pixel.
    pub fn pixel(&self) -> usize {
        self.words
    }

    /// Words in all.
    pub fn len(&self) -> usize {
        (self.h * self.zoom + 2) * self.row()
    }

    /// Where the 3×3 windows begin that a convolution lays on it.
    pub fn windows(&self, resize: Resize) -> Addresses {
        let (stride, row, pixel) = (resize.stride(), self.row(), self.words);
        let first = (1 - resize.pad()) * (row + pixel);
        Addresses { first, row: stride * row, pixel: stride * pixel }
    }

    /// A window: three rows of three pixels.
    pub fn window(&self) -> [Stretch; 3] {
        let len = 3 * self.words;
        std::array::from_fn(|ky| Stretch { a: ky * self.row(), k: ky * len, len })
    }

    /// Copies a sample into `copy`, with its border.
    pub fn fill(&self, sample: &[f32], copy: &mut [f32]) {
        let (row, words) = (self.row(), self.words);
        let last = copy.len() - row;
        copy[..row].fill(0.0);
        copy[last..].fill(0.0);
        let rows = copy[row..last].chunks_exact_mut(row * self.zoom);
        for (rows, from) in rows.zip(sample.chunks_exact(self.w * words)) {
            let (to, again) = rows.split_at_mut(row);
            to[..words].fill(0.0);
            to[row - words..].fill(0.0);
            let inside = &mut to[words..row - words];
            match self.zoom {
                1 => inside.copy_from_slice(from),
                zoom => {
                    for (i, pixel) in inside.chunks_exact_mut(words).enumerate() {
                        pixel.copy_from_slice(&from[i / zoom * words..][..words]);
                    }
                }
            }
            again.chunks_exact_mut(row).for_each(|again| again.copy_from_slice(to));
        }
    }
}
