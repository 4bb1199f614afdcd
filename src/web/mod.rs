//! The JavaScript surface. The only place that knows JS types; everything else is plain Rust.
//!
//! Exported async methods take `&self`: two overlapping `&mut self` calls would fail in wasm-bindgen.

mod chain;
pub mod data;
pub mod diffusion;
mod drawing;
mod engine;
mod helper;
mod model;
mod points;
mod present;
mod surfaces;
mod team;
mod trainer;
mod types;
mod values;
mod workers;

pub use chain::Chain;
pub use engine::Engine;
pub use helper::Helper;
pub use model::Model;
pub use trainer::Trainer;

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}
