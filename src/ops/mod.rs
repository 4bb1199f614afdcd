//! The operations of a U-Net, one file each: shape rule, WGSL dispatches, plain-loop twin.
//!
//! The twin of an op (`forward`) is written over NHWC arrays without padding, generic over f32 and
//! f64, straight from the definition: at f64 it is what the shaders are tested against.

mod affine;
mod attention;
mod concat;
mod conv;
mod embedding;
mod epilogue;
mod group_norm;
mod linear;
mod resample;
mod silu;
mod sinusoids;

pub use affine::Affine;
pub use attention::Attention;
pub use concat::Concat;
pub use conv::{Conv2d, Resize};
pub use embedding::Embedding;
pub use epilogue::{Activation, Epilogue, Slice};
pub use group_norm::GroupNorm;
pub use linear::Linear;
pub use resample::{AveragePool, Upsample};
pub use silu::Silu;
pub use sinusoids::Sinusoids;

use crate::cpu::{Real, Run};
use crate::error::Result;
use crate::gpu::{Dispatch, Kernel, Lowering, Profile};
use crate::graph::{Graph, ParamId, Shape, TensorId};

/// Threads in a workgroup of the kernels that use no workgroup memory.
pub(crate) const WORKGROUP: u32 = 64;

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// One operation of a [`Graph`].
        #[derive(Clone, Debug)]
        pub enum Op {
            $($(#[$doc])* $name($name),)*
        }

        $(impl From<$name> for Op {
            fn from(op: $name) -> Self {
                Op::$name(op)
            }
        })*

        impl Op {
            /// The tensors it reads.
            pub fn inputs(&self) -> Vec<TensorId> {
                match self { $(Op::$name(op) => op.inputs(),)* }
            }

            /// The parameters it reads.
            pub fn params(&self) -> Vec<ParamId> {
                match self { $(Op::$name(op) => op.params(),)* }
            }

            /// Shape of what it writes; an error if its operands do not fit.
            pub fn output_shape(&self, graph: &Graph) -> Result<Shape> {
                match self { $(Op::$name(op) => op.output_shape(graph),)* }
            }

            /// Floating-point operations, a multiply-add counted as two.
            pub fn flops(&self, graph: &Graph, output: TensorId) -> u64 {
                match self { $(Op::$name(op) => op.flops(graph, output),)* }
            }

            /// The dispatches that compute it.
            pub fn lower(&self, to: &Lowering, output: TensorId) -> Vec<Dispatch> {
                match self { $(Op::$name(op) => op.lower(to, output),)* }
            }

            /// Computes it in plain loops: the twin of its shader.
            pub fn forward<F: Real>(&self, run: &Run<F>) -> Vec<F> {
                match self { $(Op::$name(op) => op.forward(run),)* }
            }
        }
    };
}

operations! {
    /// 3×3 convolution.
    Conv2d,
    /// Linear layer over channels (1×1 convolution).
    Linear,
    /// Group normalisation, with SiLU and time scale-shift.
    GroupNorm,
    /// Multi-head self-attention.
    Attention,
    /// Concatenation along channels.
    Concat,
    /// Nearest-neighbour enlargement by 2.
    Upsample,
    /// Mean of 2 × 2 pixels.
    AveragePool,
    /// x · factor + offset, or division per sample.
    Affine,
    /// Row of a table.
    Embedding,
    /// SiLU, where it is not part of a layer.
    Silu,
    /// Sinusoids of coordinates.
    Sinusoids,
}

/// Fields of `Epilogue` in shaders/epilogue.wgsl, which stands inside several `Dims`, and their byte
/// offsets in it.
pub const EPILOGUE_FIELDS: &[(&str, usize)] = epilogue::EpilogueDims::FIELDS;

/// Every kernel in every variant that its compile-time constants can give rise to, for the tests
/// that validate all of them.
pub fn kernels() -> Vec<Kernel> {
    let mut all = Vec::new();
    for profile in [Profile::Gpu, Profile::Cpu] {
        all.extend([1, 2].map(|stride| conv::kernel(profile, stride)));
        all.extend([1, 2, 4].map(|groups| group_norm::kernel(profile, groups)));
    }
    all.push(linear::kernel());
    all.extend([1, 2, 16].map(attention::kernel));
    all.extend([
        concat::kernel(),
        affine::kernel(),
        embedding::kernel(),
        silu::kernel(),
        sinusoids::kernel(),
    ]);
    all.extend([resample::kernel("upsample"), resample::kernel("average_pool")]);
    all
}
