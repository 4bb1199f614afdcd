//! The operations of a network and of its gradients, one file each: shape rule, WGSL dispatches,
//! plain-loop twin, and what the operation adds to a backward pass (`differentiate`).
//!
//! The twin of an op (`forward`) is written over NHWC arrays without padding, generic over f32 and
//! f64, straight from the definition: at f64 it is what the shaders are tested against.

mod affine;
mod attention;
mod attention_grad;
mod channels;
mod concat;
mod conv;
mod conv_input_grad;
mod conv_weight_grad;
mod embedding;
mod epilogue;
mod group_norm;
mod group_norm_grad;
mod linear;
mod linear_grad;
mod mse;
mod resample;
mod silu;
mod sinusoids;
mod sum;
mod weight_grad;

pub use affine::Affine;
pub use attention::Attention;
pub use attention_grad::AttentionGrad;
pub use channels::Channels;
pub use concat::Concat;
pub use conv::{Conv2d, Resize};
pub use conv_input_grad::Conv2dInputGrad;
pub use conv_weight_grad::Conv2dWeightGrad;
pub use embedding::{Embedding, EmbeddingGrad};
pub use epilogue::{Activation, Epilogue, Slice};
pub use group_norm::GroupNorm;
pub use group_norm_grad::{GroupNormInputGrad, GroupNormParamGrad, GroupNormSums};
pub use linear::Linear;
pub use linear_grad::{LinearInputGrad, LinearWeightGrad};
pub use mse::{Mse, MseGrad};
pub use resample::{AveragePool, AveragePoolGrad, Upsample, UpsampleGrad};
pub use silu::{Silu, SiluGrad};
pub use sinusoids::Sinusoids;
pub use sum::{Sum, SumPixels, VectorGrad};

use crate::cpu::{Real, Run};
use crate::error::Result;
use crate::gpu::{Dispatch, Kernel, Lowering, Profile, shader};
use crate::graph::{Graph, ParamId, Shape, TensorId};

/// Threads in a workgroup of the kernels that use no workgroup memory.
pub(crate) const WORKGROUP: u32 = 64;

/// How a profile sums over threads: the shader fragment, and how many threads share a sum.
fn lanes(profile: Profile) -> (&'static str, u32) {
    match profile {
        Profile::Gpu => (shader!("reduce"), WORKGROUP),
        Profile::Cpu => (shader!("reduce_none"), 1),
    }
}

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
    /// x·σ(x).
    Silu,
    /// Sinusoids of coordinates.
    Sinusoids,
    /// Sum of two tensors.
    Sum,
    /// Mean squared error of each sample.
    Mse,
    /// Gradient of the mean squared error.
    MseGrad,
    /// Gradient of a convolution's input.
    Conv2dInputGrad,
    /// Gradient of a convolution's weight.
    Conv2dWeightGrad,
    /// Gradient of a linear layer's input.
    LinearInputGrad,
    /// Gradient of a linear layer's weight.
    LinearWeightGrad,
    /// Gradient of a bias.
    VectorGrad,
    /// Sum over pixels.
    SumPixels,
    /// What a group norm's gradients are made of.
    GroupNormSums,
    /// Gradient of a group norm's input.
    GroupNormInputGrad,
    /// Gradient of a group norm's weight, bias, scale or shift.
    GroupNormParamGrad,
    /// Gradient of self-attention.
    AttentionGrad,
    /// Some channels of a tensor.
    Channels,
    /// Gradient of enlargement.
    UpsampleGrad,
    /// Gradient of the mean of 2 × 2 pixels.
    AveragePoolGrad,
    /// Gradient of a table.
    EmbeddingGrad,
    /// Gradient of SiLU.
    SiluGrad,
}

/// Fields of `Epilogue` in shaders/epilogue.wgsl, which stands inside several `Dims`, and their byte
/// offsets in it.
pub const EPILOGUE_FIELDS: &[(&str, usize)] = epilogue::EpilogueDims::FIELDS;

/// Every kernel in every variant that its compile-time constants can give rise to, for the tests
/// that validate all of them.
pub fn kernels() -> Vec<Kernel> {
    let mut all = Vec::new();
    for profile in [Profile::Gpu, Profile::Cpu] {
        for pass in [conv::Pass::Forward, conv::Pass::InputGradient] {
            all.extend([1, 2].map(|stride| conv::kernel(profile, stride, pass)));
        }
        for pass in [group_norm::NormPass::Forward, group_norm::NormPass::Sums] {
            all.extend([1, 2, 4].map(|groups| group_norm::kernel(profile, groups, pass)));
        }
        all.push(sum::kernel(profile));
    }
    all.extend([conv::Pass::Forward, conv::Pass::InputGradient].map(linear::kernel));
    all.extend([1, 2].map(conv_weight_grad::kernel));
    all.extend([linear_grad::weight_kernel(), weight_grad::partials_kernel()]);
    all.push(sinusoids::kernel());
    for entry in ["attention", "attention_grad_queries", "attention_grad_keys"] {
        all.extend([1, 2, 16].map(|head4| attention::kernel(entry, head4)));
    }
    let norms = ["group_norm_input_grad", "group_norm_param_grad", "group_norm_scale_shift_grad"];
    all.extend(norms.map(group_norm_grad::kernel));
    all.extend([concat::kernel(), channels::kernel(), affine::kernel(), sum::add_kernel()]);
    all.extend(["embedding", "embedding_grad"].map(embedding::kernel));
    all.extend(["upsample", "sum_pool"].map(resample::kernel));
    all.extend(["silu_forward", "silu_grad"].map(silu::kernel));
    all.extend(["mse", "mse_grad"].map(mse::kernel));
    all
}
