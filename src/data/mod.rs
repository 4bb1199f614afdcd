//! Data sets that are made rather than loaded.

pub mod towers;
