// Sinusoids of coordinates: channels 2(jK + k), 2(jK + k) + 1 are sin, cos of 2π·2^k·slowest·x_j; the
// last ones are x itself.
//
// One thread writes one vec4: two pairs of channels. cos_sin_turn is in rng.wgsl.
struct Dims {
  vec4s: u32,
  out_c4: u32,
  in_c4: u32,
  channels: u32,     // coordinates
  frequencies: u32,  // K
  x: u32,            // in arena
  y: u32,
  slowest: f32,      // turns per unit of x at k = 0, a power of two
}
@group(0) @binding(2) var<uniform> d: Dims;

fn coordinate(row: u32, j: u32) -> f32 {
  if j >= d.channels { return 0.0; }
  return arena[d.x + row * d.in_c4 + j / 4u][j % 4u];
}

fn channels_at(row: u32, pair: u32) -> vec2f {
  let sinusoids = d.channels * d.frequencies;
  if pair >= sinusoids {
    let j = (pair - sinusoids) * 2u;
    return vec2f(coordinate(row, j), coordinate(row, j + 1u));
  }
  let x = coordinate(row, pair / d.frequencies);
  let turns = x * d.slowest * f32(1u << (pair % d.frequencies));
  return cos_sin_turn(turns - floor(turns)).yx;
}

@compute @workgroup_size(WORKGROUP)
fn sinusoids(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if i >= d.vec4s { return; }
  let row = i / d.out_c4;
  let pair = i % d.out_c4 * 2u;
  arena[d.y + i] = vec4f(channels_at(row, pair), channels_at(row, pair + 1u));
}
