//! Convolution and linear weights as a matrix product on the processor reads them: made once whenever the weights
//! change, read by every run and every thread.
//!
//! A weight `[co, ci, k, k]` becomes panels of [`LANES`] output channels, `[co/LANES][ky][kx][ci][LANES co]`, input
//! channels padded to four: one panel after another, front to back. For the gradient of a layer's input the roles of
//! co and ci change, and so does the direction of ky and kx. Gaps are zero.

use crate::error::Result;
use crate::gpu::shader;
use crate::tensor::{ParamId, Tensors, zeroed};

/// Output channels of a panel: with six rows of them a product fills the sixteen registers of AVX2, and with four rows
/// those of wasm.
pub(super) const LANES: usize = if cfg!(target_arch = "wasm32") { 8 } else { 16 };

/// Which of the two ways the weights are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// x → y.
    Forward,
    /// dy → dx.
    InputGradient,
}

impl Pass {
    pub(super) fn weights(self) -> &'static str {
        match self {
            Self::Forward => shader!("shared/weights"),
            Self::InputGradient => shader!("shared/weights_transposed"),
        }
    }
}

/// A weight's panels.
struct Panel {
    param: ParamId,
    pass: Pass,
    /// Number of output channels, number of input channels, side of the kernel.
    dims: [usize; 3],
    /// Where the parameter lies in the parameters' buffer, in words.
    from: usize,
    /// The same for the panels here.
    to: usize,
}

/// See the [module documentation](self).
#[derive(Default)]
pub struct Panels {
    panels: Vec<Panel>,
    words: Vec<f32>,
}

impl Panels {
    /// Makes room for what operations read ([`super::Operation::panels`]); all zero.
    ///
    /// # Errors
    /// There is not that much memory.
    pub fn new(tensors: &Tensors, read: impl Iterator<Item = (ParamId, Pass)>) -> Result<Self> {
        let (offsets, _) = tensors.param_offsets();
        let mut all = Self::default();
        let mut words = 0;
        for (param, pass) in read {
            if all.find(param, pass).is_none() {
                let [co, ci, side, _] = tensors.param_info(param).dims;
                let (dims, from) = ([co, ci, side], offsets[param.0] * 4);
                let panel = Panel { param, pass, dims, from, to: words };
                words += panel.count() * panel.words();
                all.panels.push(panel);
            }
        }
        all.words = zeroed("the weights as products read them", words)?;
        Ok(all)
    }

    /// Takes over the weights from `params`, packed as on a device.
    pub fn fill(&mut self, params: &[f32]) {
        for panel in &self.panels {
            let to = &mut self.words[panel.to..][..panel.count() * panel.words()];
            match panel.pass {
                Pass::Forward => panel.fill_forward(&params[panel.from..], to),
                Pass::InputGradient => panel.fill_transposed(&params[panel.from..], to),
            }
        }
    }

    fn find(&self, param: ParamId, pass: Pass) -> Option<&Panel> {
        self.panels.iter().find(|panel| panel.param == param && panel.pass == pass)
    }

    /// The panels of a weight, one after another; empty where nobody has asked for them.
    pub(super) fn of(&self, param: ParamId, pass: Pass) -> &[f32] {
        match self.find(param, pass) {
            Some(panel) => &self.words[panel.to..][..panel.count() * panel.words()],
            None => &[],
        }
    }
}

impl Panel {
    /// What a product sums over, without padding, and what it makes.
    fn channels(&self) -> (usize, usize) {
        let [co, ci, _] = self.dims;
        match self.pass {
            Pass::Forward => (ci, co),
            Pass::InputGradient => (co, ci),
        }
    }

    fn count(&self) -> usize {
        self.channels().1.div_ceil(LANES)
    }

    /// Words of one panel.
    fn words(&self) -> usize {
        self.dims[2] * self.dims[2] * self.channels().0.next_multiple_of(4) * LANES
    }

    /// Where the 4×4 matrix of input channels from i on and output channels from o on lies in the parameter
    /// ([`crate::tensor::Layout::Tiles`]).
    fn matrix(&self, [o, ky, i, kx]: [usize; 4]) -> usize {
        let [_, ci, side] = self.dims;
        (((o / 8 * side + ky) * ci.div_ceil(4) + i / 4) * side + kx) * 32 + o % 8 / 4 * 16
    }

    /// Calls `f(first channel of the sum, first channel made, ky, kx, place of the 4×4 matrix)` in the order of the
    /// panels; the place is the first word of the row of the first channel of the sum.
    fn for_each(&self, mut f: impl FnMut(usize, usize, [usize; 2], usize)) {
        let (deep, wide) = (self.channels().0.next_multiple_of(4), self.channels().1);
        let side = self.dims[2];
        for made in (0..wide).step_by(4) {
            let panel = made / LANES * self.words() + made % LANES;
            for (ky, kx) in (0..side * side).map(|tap| (tap / side, tap % side)) {
                let tap = panel + (ky * side + kx) * deep * LANES;
                for summed in (0..deep).step_by(4) {
                    f(summed, made, [ky, kx], tap + summed * LANES);
                }
            }
        }
    }

    fn fill_forward(&self, weight: &[f32], to: &mut [f32]) {
        self.for_each(|i, o, [ky, kx], place| {
            let from = &weight[self.matrix([o, ky, i, kx])..][..16];
            for (row, values) in from.chunks_exact(4).enumerate() {
                to[place + row * LANES..][..4].copy_from_slice(values);
            }
        });
    }

    fn fill_transposed(&self, weight: &[f32], to: &mut [f32]) {
        let last = self.dims[2] - 1;
        self.for_each(|o, i, [ky, kx], place| {
            let from = &weight[self.matrix([o, last - ky, i, last - kx])..][..16];
            for row in 0..4 {
                let values = [from[row], from[row + 4], from[row + 8], from[row + 12]];
                to[place + row * LANES..][..4].copy_from_slice(&values);
            }
        });
    }
}
