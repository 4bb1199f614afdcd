//! Data sets and the measures on them, against values known in advance.
#![cfg(not(target_arch = "wasm32"))]

mod data {
    mod measures;
    mod toys;
}
