//! Data sets and the measures on them, against values known in advance.
#![cfg(not(target_arch = "wasm32"))]

mod data {
    mod drawings;
    mod idx_files;
    mod measures;
    mod pasted;
    mod toys;
}
