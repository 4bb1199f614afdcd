//! Parameters: the one place where a checkpoint's layout meets the layout the kernels read.
//!
//! A parameter is built from one or more checkpoint tensors ("parts"): the query, key and value
//! projections of an attention block become one matrix, and so do the time projections of all
//! residual blocks. Each part says with an [`Axis`] where its rows and columns go; gaps stay zero.

use super::map::{Tensor, TensorMap};
use crate::error::{Error, Result};

/// Where the channels of a part go: channel `c` → `offset + (c / block)·stride + c % block`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// First channel.
    pub offset: usize,
    /// Length of a contiguous run.
    pub block: usize,
    /// Distance between the starts of two runs.
    pub stride: usize,
}

impl Axis {
    /// No gaps, starting at `offset`.
    pub const fn at(offset: usize) -> Self {
        Self { offset, block: usize::MAX, stride: 0 }
    }

    /// Runs of `block` channels, each padded to a multiple of four.
    pub const fn padded(offset: usize, block: usize) -> Self {
        Self { offset, block, stride: block.next_multiple_of(4) }
    }

    const fn map(&self, c: usize) -> usize {
        self.offset + (c / self.block) * self.stride + c % self.block
    }
}

/// How a checkpoint tensor begins in a model that has learnt nothing: as torch's modules begin it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// U(±1/√fan_in): weight and bias of a convolution or linear layer (torch's `kaiming_uniform_` with
    /// a = √5).
    Uniform {
        /// Numbers that go into one output of the layer.
        fan_in: usize,
    },
    /// N(0, std²): a table.
    Normal {
        /// Standard deviation.
        std: f32,
    },
    /// One number everywhere: a norm's weight is 1, its bias 0.
    Constant(f32),
}

/// One checkpoint tensor inside a [`Param`].
#[derive(Clone, Debug)]
pub struct Part {
    /// Name in the checkpoint.
    pub name: String,
    /// Shape in the checkpoint: `[co]`, `[co, ci]` or `[co, ci, kh, kw]`.
    pub shape: Vec<usize>,
    /// Where its rows (output channels) go.
    pub rows: Axis,
    /// Where its columns (input channels) go.
    pub columns: Axis,
    /// How it begins.
    pub init: Init,
}

impl Part {
    /// Number of scalars.
    pub fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    /// Calls `f(position in the checkpoint tensor, position in the dense array)` for each scalar.
    fn for_each(&self, dims: [usize; 4], mut f: impl FnMut(usize, usize)) {
        let [_, ci, kh, kw] = dims;
        let (taps, columns) = (kh * kw, self.shape.get(1).copied().unwrap_or(1));
        for i in 0..self.elements() {
            let (row, column, tap) = (i / (columns * taps), i / taps % columns, i % taps);
            f(i, (self.rows.map(row) * ci + self.columns.map(column)) * taps + tap);
        }
    }
}

/// How a parameter lies in GPU memory (f32).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Convolution or linear weight: `[co/8][ky][ci/4][kx][4 ci][8 co]` as 4×4 matrices, two for
    /// each kx. A thread that owns eight output channels reads its weights front to back.
    Tiles,
    /// Bias, norm weight: `[c]`, padded to a multiple of eight.
    Vector,
    /// Embedding table: `[row][c/4]`, each row padded to a multiple of four.
    Rows,
    /// Used on the CPU only (Fourier frequencies, a learned time table).
    Host,
}

/// A parameter: its parts, its dense shape and its layout.
#[derive(Clone, Debug)]
pub struct Param {
    /// The checkpoint tensors in it.
    pub parts: Vec<Part>,
    /// Dense shape `[co, ci, kh, kw]`, gaps included.
    pub dims: [usize; 4],
    /// Layout in GPU memory.
    pub layout: Layout,
}

impl Param {
    /// A convolution's weight `[co, ci, k, k]`.
    pub fn conv(name: String, co: usize, ci: usize, k: usize) -> Self {
        let init = Init::Uniform { fan_in: ci * k * k };
        Self::single(name, vec![co, ci, k, k], [co, ci, k, k], Layout::Tiles, init)
    }

    /// A linear layer's weight `[co, ci]`.
    pub fn linear(name: String, co: usize, ci: usize) -> Self {
        let init = Init::Uniform { fan_in: ci };
        Self::single(name, vec![co, ci], [co, ci, 1, 1], Layout::Tiles, init)
    }

    /// The bias `[c]` of a convolution or linear layer; `fan_in` is its weight's.
    pub fn bias(name: String, c: usize, fan_in: usize) -> Self {
        Self::vector(name, c, Init::Uniform { fan_in })
    }

    /// A vector `[c]`.
    pub fn vector(name: String, c: usize, init: Init) -> Self {
        Self::single(name, vec![c], [c, 1, 1, 1], Layout::Vector, init)
    }

    /// An embedding table `[rows, c]`.
    pub fn rows(name: String, rows: usize, c: usize) -> Self {
        let init = Init::Normal { std: 1.0 };
        Self::single(name, vec![rows, c], [rows, c, 1, 1], Layout::Rows, init)
    }

    /// A tensor of any shape that only the CPU reads.
    pub fn host(name: String, shape: Vec<usize>, init: Init) -> Self {
        let ci = shape.get(1).copied().unwrap_or(1);
        let dims = [shape[0], ci, 1, 1];
        Self::single(name, shape, dims, Layout::Host, init)
    }

    fn single(
        name: String,
        shape: Vec<usize>,
        dims: [usize; 4],
        layout: Layout,
        init: Init,
    ) -> Self {
        let part = Part { name, shape, rows: Axis::at(0), columns: Axis::at(0), init };
        Self { parts: vec![part], dims, layout }
    }

    /// The dense array `[co][ci][kh][kw]` of the parts' values; gaps are zero.
    pub fn dense(&self, weights: &TensorMap) -> Result<Vec<f32>> {
        let mut dense = vec![0.0; self.dims.iter().product()];
        for part in &self.parts {
            let tensor = weights.get(&part.name)?;
            if tensor.shape != part.shape {
                return Err(Error::shape(&part.name, &part.shape, &tensor.shape));
            }
            part.for_each(self.dims, |from, to| dense[to] = tensor.data[from]);
        }
        Ok(dense)
    }

    /// Length in GPU memory in vec4 units (0 for [`Layout::Host`]).
    pub fn vec4s(&self) -> usize {
        let [co, ci, kh, kw] = self.dims;
        match self.layout {
            Layout::Tiles => co.div_ceil(8) * kh * ci.div_ceil(4) * kw * 8,
            Layout::Vector => co.div_ceil(8) * 2,
            Layout::Rows => co * ci.div_ceil(4),
            Layout::Host => 0,
        }
    }

    /// Dense array → GPU layout.
    pub fn pack(&self, dense: &[f32]) -> Vec<f32> {
        let mut packed = vec![0.0; self.vec4s() * 4];
        self.for_each_packed(|dense_at, packed_at| packed[packed_at] = dense[dense_at]);
        packed
    }

    /// GPU layout → checkpoint tensors.
    pub fn unpack(&self, packed: &[f32]) -> Vec<(String, Tensor)> {
        let mut dense = vec![0.0; self.dims.iter().product()];
        self.for_each_packed(|dense_at, packed_at| dense[dense_at] = packed[packed_at]);
        let gather = |part: &Part| {
            let mut data = vec![0.0; part.elements()];
            part.for_each(self.dims, |to, from| data[to] = dense[from]);
            (part.name.clone(), Tensor { shape: part.shape.clone(), data })
        };
        self.parts.iter().map(gather).collect()
    }

    fn for_each_packed(&self, mut f: impl FnMut(usize, usize)) {
        let [co, ci, kh, kw] = self.dims;
        let ci4 = ci.div_ceil(4);
        for o in 0..co {
            for i in 0..ci {
                for ky in 0..kh {
                    for kx in 0..kw {
                        let packed = match self.layout {
                            Layout::Tiles => {
                                let block = (((o / 8) * kh + ky) * ci4 + i / 4) * kw + kx;
                                block * 32 + (o % 8 / 4) * 16 + (i % 4) * 4 + o % 4
                            }
                            Layout::Vector => o,
                            Layout::Rows => o * ci4 * 4 + i,
                            Layout::Host => return,
                        };
                        f(((o * ci + i) * kh + ky) * kw + kx, packed);
                    }
                }
            }
        }
    }
}
