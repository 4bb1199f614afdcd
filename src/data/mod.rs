//! Data sets: made, pasted or read, and measures of how near samples come to them.

mod dice;
pub mod distance;
#[rustfmt::skip]
mod glyphs;
pub mod oracle;
mod points;
mod shape;
pub mod towers;
pub mod toys;
