//! Data sets: made, pasted, drawn or read, and measures of how near samples come to them.

pub mod augment;
pub mod csv;
mod dice;
pub mod distance;
pub mod drawing;
#[rustfmt::skip]
mod glyphs;
pub mod idx;
pub mod oracle;
mod points;
pub mod resemblance;
mod shape;
pub mod towers;
pub mod toys;
