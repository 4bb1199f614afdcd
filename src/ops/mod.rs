//! The operations of a network and of its gradients, one file each: shape rule, WGSL dispatches, fast loops for the
//! processor, plain-loop twin, and what the operation adds to a backward pass ([`Operation`]).
//!
//! The twin of an op (`forward`) is written over NHWC arrays without padding, generic over f32 and f64, straight from
//! the definition: at f64 it is what the shaders and the processor's loops (`run`) are tested against.

mod affine;
mod attention;
mod attention_grad;
mod attention_heads;
mod attention_rows;
mod border;
mod channels;
mod concat;
mod conv;
mod conv_dims;
mod conv_input_grad;
mod conv_weight_grad;
mod embedding;
mod epilogue;
mod exp;
mod finish;
mod gemm;
mod group_norm;
mod group_norm_dims;
mod group_norm_grad;
mod group_norm_param_grad;
mod group_norm_rows;
mod linear;
mod linear_dims;
mod linear_grad;
mod lowering;
mod memory;
mod mse;
mod operation;
mod panels;
mod product;
mod reduce;
mod resample;
mod rows;
mod silu;
mod simd;
mod sinusoids;
mod sum;
mod values;
mod weight_grad;
mod weight_product;

pub use conv_dims::Resize;
pub use epilogue::{Activation, Epilogue};
pub use lowering::{Lowering, Samples};
pub use memory::Memory;
pub use operation::{Op, Operation, Tape};
pub use panels::{Panels, Pass};
pub use values::Values;

use crate::error::{Error, Result};
use crate::gpu::Kernel;
use crate::tensor::Real;

/// The list of operations: what the rest of the crate can push onto a graph, and the kernels they ask for.
macro_rules! operations {
    ($($file:ident::$name:ident,)*) => {
        $(pub use $file::$name;)*

        /// Every kernel in every variant that its compile-time constants can give rise to, for the tests
        /// that validate all of them.
        pub fn kernels() -> Vec<Kernel> {
            let mut all: Vec<Kernel> = Vec::new();
            for kernel in [$($name::kernels()),*].into_iter().flatten() {
                if !all.contains(&kernel) {
                    all.push(kernel);
                }
            }
            all
        }

        /// [`Operation::forward`] of any of them: computes it in plain loops.
        ///
        /// # Errors
        /// The operation is not in the list.
        pub fn forward<F: Real>(op: &Op, values: &Values<F>) -> Result<Vec<F>> {
            $(if let Some(op) = op.get::<$name>() {
                return Ok(op.forward(values));
            })*
            Err(Error::Config(format!("{op:?} is not in the list of operations")))
        }
    };
}

operations! {
    affine::Affine,
    attention_heads::Attention,
    attention_grad::AttentionGrad,
    channels::Channels,
    concat::Concat,
    conv::Conv2d,
    conv_input_grad::Conv2dInputGrad,
    conv_weight_grad::Conv2dWeightGrad,
    embedding::Embedding,
    embedding::EmbeddingGrad,
    group_norm_dims::GroupNorm,
    group_norm_grad::GroupNormSums,
    group_norm_grad::GroupNormInputGrad,
    group_norm_param_grad::GroupNormParamGrad,
    linear::Linear,
    linear_grad::LinearInputGrad,
    linear_grad::LinearWeightGrad,
    mse::Mse,
    mse::MseGrad,
    resample::AveragePool,
    resample::AveragePoolGrad,
    resample::Upsample,
    resample::UpsampleGrad,
    silu::Silu,
    silu::SiluGrad,
    sinusoids::Sinusoids,
    sum::Sum,
    sum::SumPixels,
    sum::VectorGrad,
}

/// Fields of `Epilogue` in shaders/shared/epilogue.wgsl, which stands inside several `Dims`, and their byte
/// offsets in it.
pub const EPILOGUE_FIELDS: &[(&str, usize)] = epilogue::EpilogueDims::FIELDS;
