// Parameters and activations straight from their buffers: what images_*.wgsl are on an adapter without a use for images.
fn weight(at: u32) -> vec4f { return params[at]; }
fn fetch(at: u32) -> vec4f { return arena[at]; }
fn weight_matrix(at: u32) -> mat4x4f { return mat4x4f(params[at], params[at + 1u], params[at + 2u], params[at + 3u]); }
