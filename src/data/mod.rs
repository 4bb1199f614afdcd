//! Data sets: made, pasted, drawn or read, and measures of how near samples come to them.
//!
//! A kind of set is a file here with a `KIND`, and its place in the list in `kinds.rs`.

pub mod augment;
mod dice;
pub mod digit_sets;
pub mod distance;
pub mod drawing;
#[rustfmt::skip]
mod glyphs;
pub mod idx;
mod kinds;
mod mnist;
pub mod oracle;
mod points;
pub mod resemblance;
mod set;
mod shape;
pub mod table;
pub mod towers;
pub mod toys;

pub use kinds::kinds;
pub use set::{Entry, Files, Set, SetOptions};
