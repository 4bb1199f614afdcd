//! The ground of every network: shapes, activations and parameters by number, tensors by name.

mod map;
mod param;
mod real;
mod shape;
mod table;
mod zeroed;

pub use map::{Tensor, TensorMap};
pub use param::{Axis, Init, Layout, Param, Part};
pub use real::Real;
pub use shape::Shape;
pub use table::{ParamId, Slice, Slot, TensorId, Tensors};
pub use zeroed::zeroed;
