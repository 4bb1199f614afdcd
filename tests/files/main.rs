//! What comes in files and tables, and the measures on such data: right ones read exactly, wrong ones refused in a sentence.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../common/mod.rs"]
mod common;

mod configurations;
mod declarations;
mod digit_sets;
mod drawings;
mod folders;
mod fuzzed;
mod idx_files;
mod measures;
mod sets;
mod table_columns;
mod tables;
mod toys;
mod weights;
