//! All parameters of a model in one buffer, in the layout the kernels read.

use super::backend::Backend;
use super::handles::Buffer;
use crate::error::Result;
use crate::tensor::{Param, ParamId, TensorMap, Tensors};

/// See the [module documentation](self).
pub struct Params {
    pub(crate) buffer: Buffer,
    offsets: Vec<u32>,
    vec4s: usize,
}

impl Params {
    /// Packs the weights and uploads them in one write.
    ///
    /// # Errors
    /// A tensor is missing or of the wrong shape, or the device allows no buffer that large.
    pub fn upload(device: &dyn Backend, tensors: &Tensors, weights: &TensorMap) -> Result<Self> {
        let (offsets, vec4s) = tensors.param_offsets();
        let mut packed = vec![0.0; vec4s * 4];
        for (param, offset) in tensors.params().iter().zip(&offsets) {
            let values = param.pack(&param.dense(weights)?);
            packed[offset * 4..][..values.len()].copy_from_slice(&values);
        }
        let offsets = offsets.into_iter().map(|offset| offset as u32).collect();
        let buffer = device.storage("the weights", packed.len() as u64 * 4)?;
        device.write(&buffer, 0, bytemuck::cast_slice(&packed));
        Ok(Self { buffer, offsets, vec4s })
    }

    /// A second buffer with the same contents.
    ///
    /// # Errors
    /// The device allows none that large; the message names `what`.
    pub(crate) fn twin(&self, device: &dyn Backend, what: &str) -> Result<Self> {
        let buffer = device.storage(what, self.bytes())?;
        device.copy((&self.buffer, 0), (&buffer, 0), self.bytes());
        Ok(Self { buffer, offsets: self.offsets.clone(), vec4s: self.vec4s })
    }

    /// Length of the buffer, in vec4 units.
    pub fn vec4s(&self) -> usize {
        self.vec4s
    }

    /// Address of a parameter, in vec4 units.
    pub fn offset(&self, param: ParamId) -> u32 {
        self.offsets[param.0]
    }

    /// Addresses of all parameters, in vec4 units.
    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// Size on the device.
    pub fn bytes(&self) -> u64 {
        self.vec4s as u64 * 16
    }

    /// Reads everything back and undoes the packing. Parameters that only the CPU uses are not here.
    pub async fn download(&self, device: &dyn Backend, params: &[Param]) -> Result<TensorMap> {
        let packed = device.read(&self.buffer, 0, self.vec4s as u64 * 4).await?;
        let mut weights = TensorMap::default();
        for (param, &offset) in params.iter().zip(&self.offsets) {
            if param.vec4s() > 0 {
                let start = offset as usize * 4;
                for (name, tensor) in param.unpack(&packed[start..start + param.vec4s() * 4]) {
                    weights.insert(name, tensor);
                }
            }
        }
        Ok(weights)
    }
}
