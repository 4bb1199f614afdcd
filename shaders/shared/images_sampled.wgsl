// Parameters and activations as images of their buffers: texel a lies where vec4 a does (src/gpu/images.rs).
@group(1) @binding(0) var params_image: texture_2d<f32>;
@group(1) @binding(1) var arena_image: texture_2d<f32>;

fn weight(at: u32) -> vec4f { return textureLoad(params_image, vec2u(at & 8191u, at >> 13u), 0); }
fn fetch(at: u32) -> vec4f { return textureLoad(arena_image, vec2u(at & 8191u, at >> 13u), 0); }

// Four vec4s of the parameters, of which the first lies at a multiple of four: in one row.
fn weight_matrix(at: u32) -> mat4x4f {
  let x = at & 8191u;
  let y = at >> 13u;
  return mat4x4f(
    textureLoad(params_image, vec2u(x, y), 0),
    textureLoad(params_image, vec2u(x + 1u, y), 0),
    textureLoad(params_image, vec2u(x + 2u, y), 0),
    textureLoad(params_image, vec2u(x + 3u, y), 0),
  );
}
