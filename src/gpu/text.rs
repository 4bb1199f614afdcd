//! How Rust takes in a shader's text and mirrors its struct of dimensions.

/// The text of `shaders/<name>.wgsl` without comments and indentation (build.rs).
macro_rules! shader {
    ($name:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/shaders/", $name, ".wgsl"))
    };
}

/// Declares the Rust side of a WGSL struct of 4-byte scalars, with the names and offsets of its
/// fields for the test that compares both sides (tests/ops/shaders.rs).
macro_rules! dims {
    ($(#[$doc:meta])* $vis:vis struct $name:ident { $($field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[repr(C)]
        #[derive(Clone, Copy, Debug, Default, bytemuck::Pod, bytemuck::Zeroable)]
        $vis struct $name { $($vis $field: $type,)* }

        impl $name {
            #[allow(dead_code, reason = "a struct nested in another is checked with it")]
            $vis const FIELDS: &'static [(&'static str, usize)] =
                &[$((stringify!($field), std::mem::offset_of!($name, $field)),)*];
        }
    };
}

pub(crate) use {dims, shader};
