// Sinusoids of x, y, x + y and x − y, behind the channels of another tensor, if there is one: after those, channels
// 2(jK + k), 2(jK + k) + 1 are sin, cos of 2π·f_k·slowest·u_j for f_k = 1, 3/2, 2, 3, 4, 6, …; the last two are x and y
// themselves.
//
// One thread writes one vec4: two pairs of channels. cos_sin_turn is in rng.wgsl. FREQUENCIES (K), OUT_C4 and AHEAD_PAIRS,
// the pairs of channels that come first, are constants: a CPU adapter divides by anything else lane by lane.
struct Dims {
  vec4s: u32,
  x: u32,        // in arena, a vec4 a point
  y: u32,
  ahead: u32,    // in arena: the tensor whose channels come first, if there is one
  slowest: f32,  // turns per unit at k = 0, a power of two
}
@group(0) @binding(2) var<uniform> d: Dims;

fn sinusoid(point: vec2f, pair: u32) -> vec2f {
  if pair >= 4u * FREQUENCIES { return select(vec2f(), point, pair == 4u * FREQUENCIES); }
  let along = vec4f(point, point.x + point.y, point.x - point.y)[pair / FREQUENCIES];
  let k = pair % FREQUENCIES;
  let turns = along * (d.slowest * f32(1u << (k / 2u)) * select(1.0, 1.5, k % 2u == 1u));
  return cos_sin_turn(turns - floor(turns)).yx;
}

fn channels_at(n: u32, point: vec2f, pair: u32) -> vec2f {
  if pair >= AHEAD_PAIRS { return sinusoid(point, pair - AHEAD_PAIRS); }
  let v = arena[d.ahead + n * ((AHEAD_PAIRS + 1u) / 2u) + pair / 2u];
  return select(v.xy, v.zw, pair % 2u == 1u);
}

@compute @workgroup_size(WORKGROUP)
fn sinusoids(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if i >= d.vec4s { return; }
  let n = i / OUT_C4;
  let point = arena[d.x + n].xy;
  let pair = i % OUT_C4 * 2u;
  arena[d.y + i] = vec4f(channels_at(n, point, pair), channels_at(n, point, pair + 1u));
}
