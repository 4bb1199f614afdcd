//! What a dispatch costs by count: arithmetic and bytes, as whoever lowers an operation to a kernel knows them from
//! the kernel's tile. A count holds on every device, so it can be compared with what others publish, and says what
//! bounds a kernel on hardware nobody has at hand.

use std::ops::Add;

/// Totals over all threads. See the [module documentation](self).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Floating-point operations of the innermost loops, a multiply-add counted as two; what is computed in padding
    /// and past the edges of a tile counts, too.
    pub flops: u64,
    /// Bytes loaded from storage buffers, each as often as a thread asks for it.
    pub buffer_bytes: u64,
    /// Bytes loaded from textures.
    pub texture_bytes: u64,
    /// Bytes loaded from workgroup memory.
    pub workgroup_bytes: u64,
    /// Bytes stored into buffers and textures.
    pub stored_bytes: u64,
    /// f32 that a thread keeps through its innermost loop: sums and operands.
    pub registers: u64,
}

impl Counts {
    /// So many rounds of a loop, each with so many loads of a vec4 from buffers and so many multiply-adds.
    pub(crate) fn rounds(rounds: usize, vec4s: usize, multiply_adds: usize) -> Self {
        let flops = 2 * (rounds * multiply_adds) as u64;
        Self { flops, buffer_bytes: 16 * (rounds * vec4s) as u64, ..Self::default() }
    }

    /// Together with so many vec4s loaded from buffers and so many stored.
    pub(crate) fn moving(self, loaded: usize, stored: usize) -> Self {
        let (buffer_bytes, stored_bytes) = (16 * loaded as u64, 16 * stored as u64);
        self + Self { buffer_bytes, stored_bytes, ..Self::default() }
    }

    /// The same, but loaded from images.
    pub(super) fn through_images(self) -> Self {
        Self { buffer_bytes: 0, texture_bytes: self.texture_bytes + self.buffer_bytes, ..self }
    }

    /// The same, but loaded from buffers.
    pub(super) fn through_buffers(self) -> Self {
        Self { texture_bytes: 0, buffer_bytes: self.texture_bytes + self.buffer_bytes, ..self }
    }

    /// With so many f32 a thread.
    pub(crate) fn keeping(self, registers: u64) -> Self {
        Self { registers, ..self }
    }

    /// Bytes loaded from and stored to buffers and textures.
    pub fn global_bytes(&self) -> u64 {
        self.buffer_bytes + self.texture_bytes + self.stored_bytes
    }

    /// Words loaded, from wherever, for each multiply-add.
    pub fn loads_per_multiply_add(&self) -> f64 {
        let bytes = self.buffer_bytes + self.texture_bytes + self.workgroup_bytes;
        bytes as f64 / 4.0 / (self.flops as f64 / 2.0)
    }
}

/// One dispatch after another.
impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            flops: self.flops + other.flops,
            buffer_bytes: self.buffer_bytes + other.buffer_bytes,
            texture_bytes: self.texture_bytes + other.texture_bytes,
            workgroup_bytes: self.workgroup_bytes + other.workgroup_bytes,
            stored_bytes: self.stored_bytes + other.stored_bytes,
            registers: self.registers.max(other.registers),
        }
    }
}
