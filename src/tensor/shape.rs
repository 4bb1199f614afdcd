//! Shapes of activations.

/// Shape of an activation, NHWC. In memory the channels are padded to [`Shape::c4`]·4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Batch.
    pub n: usize,
    /// Height, or 1.
    pub h: usize,
    /// Width, or 1.
    pub w: usize,
    /// Channels that mean something.
    pub c: usize,
}

impl Shape {
    /// `[n, h, w, c]`.
    pub const fn new(n: usize, h: usize, w: usize, c: usize) -> Self {
        Self { n, h, w, c }
    }

    /// `[n, 1, 1, c]`: one vector a sample.
    pub const fn vector(n: usize, c: usize) -> Self {
        Self::new(n, 1, 1, c)
    }

    /// Channels in vec4 units, rounded up.
    pub const fn c4(&self) -> usize {
        self.c.div_ceil(4)
    }

    /// n·h·w.
    pub const fn pixels(&self) -> usize {
        self.n * self.h * self.w
    }

    /// Elements without padding.
    pub const fn elements(&self) -> usize {
        self.pixels() * self.c
    }

    /// Size in memory in vec4 units, padding included.
    pub const fn vec4s(&self) -> usize {
        self.pixels() * self.c4()
    }
}
