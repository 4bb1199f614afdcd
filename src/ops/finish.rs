//! What a convolution or linear layer does to its sums before it stores them, on the processor (`epilogue.rs`):
//! y = act((sums + bias + per_row + residual) · scale).

use super::exp::silu;
use super::panels::LANES;

/// See the [module documentation](self).
#[derive(Clone, Copy)]
pub(super) struct Finish<'a> {
    /// One number a channel.
    pub bias: Option<&'a [f32]>,
    /// Added to every pixel of a row, and the distance from a row's to the next one's.
    pub per_row: Option<(&'a [f32], usize)>,
    /// Lies as the output lies.
    pub residual: Option<&'a [f32]>,
    pub scale: f32,
    pub silu: bool,
}

impl<'a> Finish<'a> {
    /// That of a gradient: what there is already is added.
    pub fn plus(residual: Option<&'a [f32]>) -> Self {
        Self { bias: None, per_row: None, residual, scale: 1.0, silu: false }
    }

    /// That of one sample of an output with `words` words a sample, all of whose rows are that sample's.
    pub fn of_sample(&self, n: usize, words: usize) -> Self {
        Self {
            per_row: self.per_row.map(|(vectors, stride)| (&vectors[n * stride..], 0)),
            residual: self.residual.map(|residual| &residual[n * words..][..words]),
            ..*self
        }
    }

    #[inline(always)]
    pub fn bias(&self, first: usize, lanes: usize) -> [f32; LANES] {
        self.bias.map_or([0.0; LANES], |bias| load(&bias[first..first + lanes]))
    }

    /// Of the sums of the channels from `first` on of a pixel in row y, what is stored at the address `at`.
    #[inline(always)]
    pub fn values(
        &self,
        sums: [f32; LANES],
        bias: [f32; LANES],
        y: usize,
        first: usize,
        at: usize,
        lanes: usize,
    ) -> [f32; LANES] {
        let mut values = add(sums, bias);
        if let Some((vectors, stride)) = self.per_row {
            values = add(values, load(&vectors[y * stride + first..][..lanes]));
        }
        if let Some(residual) = self.residual {
            values = add(values, load(&residual[at..][..lanes]));
        }
        values = values.map(|v| v * self.scale);
        if self.silu {
            values = values.map(silu);
        }
        values
    }
}

#[inline(always)]
fn add(mut a: [f32; LANES], b: [f32; LANES]) -> [f32; LANES] {
    a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
    a
}

/// The first numbers of a vector, and zeros where there are fewer.
#[inline(always)]
fn load(from: &[f32]) -> [f32; LANES] {
    match from.try_into() {
        Ok(values) => values,
        Err(_) => {
            let mut values = [0.0; LANES];
            values.iter_mut().zip(from).for_each(|(to, &from)| *to = from);
            values
        }
    }
}

/// Stores as many numbers as there is room for.
#[inline(always)]
pub(super) fn store(to: &mut [f32], values: [f32; LANES]) {
    match <&mut [f32; LANES]>::try_from(&mut *to) {
        Ok(all) => *all = values,
        Err(_) => to.iter_mut().zip(values).for_each(|(to, from)| *to = from),
    }
}
