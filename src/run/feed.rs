//! Making a program, and bringing tensors to it and from it.

use super::backend::Backend;
use super::blueprint::{Blueprint, Builder};
use super::params::Params;
use super::program::Program;
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::tensor::TensorId;

impl Program {
    /// Plans the graph, makes its buffers and prepares its tasks.
    ///
    /// # Errors
    /// The activations are larger than the device allows.
    pub fn new(
        device: &dyn Backend,
        graph: &Graph,
        builder: Option<Builder>,
        params: &Params,
    ) -> Result<Self> {
        device.program(&Blueprint { graph, builder }, &params.buffer)
    }

    /// Writes a tensor, NHWC without padding.
    ///
    /// # Errors
    /// `values` has not the length of the tensor.
    pub fn write(
        &self,
        device: &dyn Backend,
        graph: &Graph,
        id: TensorId,
        values: &[f32],
    ) -> Result<()> {
        let shape = graph.shape(id);
        if values.len() != shape.elements() {
            let got = [values.len()];
            return Err(Error::shape(graph.tensor_name(id), [shape.elements()], got));
        }
        let mut padded = vec![0.0; shape.vec4s() * 4];
        for (to, from) in padded.chunks_exact_mut(shape.c4() * 4).zip(values.chunks_exact(shape.c))
        {
            to[..shape.c].copy_from_slice(from);
        }
        device.write(&self.arena, self.address(id) as u64 * 16, bytemuck::cast_slice(&padded));
        Ok(())
    }

    /// Feeds the one operation of a graph ([`Graph::alone`]) with numbers between −1 and 1.
    ///
    /// # Errors
    /// None, where the program was made of that graph.
    pub(crate) fn scatter(&self, device: &dyn Backend, graph: &Graph) -> Result<()> {
        for id in graph.nodes()[0].op.inputs() {
            let len = graph.shape(id).elements() as u32;
            let values: Vec<f32> = (0..len).map(|i| scattered(i, id.0 as u32)).collect();
            self.write(device, graph, id, &values)?;
        }
        Ok(())
    }

    /// Reads a tensor, NHWC without padding.
    ///
    /// # Errors
    /// The device failed or was lost.
    pub async fn read(
        &self,
        device: &dyn Backend,
        graph: &Graph,
        id: TensorId,
    ) -> Result<Vec<f32>> {
        let shape = graph.shape(id);
        let first = self.address(id) as u64 * 4;
        let padded = device.read(&self.arena, first, shape.vec4s() as u64 * 4).await?;
        Ok(padded.chunks_exact(shape.c4() * 4).flat_map(|p| p[..shape.c].to_vec()).collect())
    }
}

/// A number between −1 and 1 (the finaliser of MurmurHash3).
pub(crate) fn scattered(i: u32, stream: u32) -> f32 {
    let mut h = i ^ stream.wrapping_mul(0x9e37_79b9);
    h = (h ^ h >> 16).wrapping_mul(0x85eb_ca6b);
    h = (h ^ h >> 13).wrapping_mul(0xc2b2_ae35);
    (h ^ h >> 16) as i32 as f32 / 2_147_483_648.0
}
