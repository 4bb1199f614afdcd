//! What an operation reads and writes when it runs on the processor. Addresses are those of [`super::Lowering`], in
//! vec4 units, and the layouts those of the shaders: channels padded to four, parameters packed.

use std::ops::Range;

use super::panels::Panels;

/// See the [module documentation](self).
pub struct Memory<'a> {
    /// Activations and gradients.
    pub arena: &'a mut [f32],
    /// Parameters.
    pub params: &'a [f32],
    /// The parameters as products read them.
    pub panels: &'a Panels,
    /// Room for whatever an operation wants during its run; it grows to what the largest needs and stays.
    pub scratch: &'a mut Vec<f32>,
}

/// Everything but what an operation writes.
pub struct Rest<'a> {
    before: &'a [f32],
    after: &'a [f32],
    written: Range<usize>,
    /// Parameters.
    pub params: &'a [f32],
    /// The parameters as products read them.
    pub panels: &'a Panels,
}

impl Memory<'_> {
    /// `vec4s` from address `at` for writing, everything else for reading, and the scratch.
    pub fn split(&mut self, at: u32, vec4s: usize) -> (&mut [f32], Rest<'_>, &mut Vec<f32>) {
        let written = at as usize * 4..(at as usize + vec4s) * 4;
        let (before, rest) = self.arena.split_at_mut(written.start);
        let (out, after) = rest.split_at_mut(written.len());
        let (params, panels) = (self.params, self.panels);
        (out, Rest { before, after, written, params, panels }, self.scratch)
    }
}

impl Rest<'_> {
    /// `vec4s` from address `at`.
    pub fn at(&self, at: u32, vec4s: usize) -> &[f32] {
        let (first, end) = (at as usize * 4, (at as usize + vec4s) * 4);
        match end <= self.written.start {
            true => &self.before[first..end],
            false => &self.after[first - self.written.end..end - self.written.end],
        }
    }

    /// `vec4s` of the parameters from address `at`.
    pub fn param(&self, at: u32, vec4s: usize) -> &[f32] {
        &self.params[at as usize * 4..(at as usize + vec4s) * 4]
    }
}

/// So many words of the scratch, with anything in them.
pub(super) fn room(scratch: &mut Vec<f32>, words: usize) -> &mut [f32] {
    if scratch.len() < words {
        scratch.resize(words, 0.0);
    }
    &mut scratch[..words]
}
