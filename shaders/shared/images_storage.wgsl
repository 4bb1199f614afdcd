// The same as images_sampled.wgsl, read as storage textures.
@group(1) @binding(0) var params_image: texture_storage_2d<rgba32float, read>;
@group(1) @binding(1) var arena_image: texture_storage_2d<rgba32float, read>;

fn weight(at: u32) -> vec4f { return textureLoad(params_image, vec2u(at & 8191u, at >> 13u)); }
fn fetch(at: u32) -> vec4f { return textureLoad(arena_image, vec2u(at & 8191u, at >> 13u)); }

// Four vec4s of the parameters, of which the first lies at a multiple of four: in one row.
fn weight_matrix(at: u32) -> mat4x4f {
  let x = at & 8191u;
  let y = at >> 13u;
  return mat4x4f(
    textureLoad(params_image, vec2u(x, y)),
    textureLoad(params_image, vec2u(x + 1u, y)),
    textureLoad(params_image, vec2u(x + 2u, y)),
    textureLoad(params_image, vec2u(x + 3u, y)),
  );
}
