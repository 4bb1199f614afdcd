// y = x · factor + offset, or y = x / divisor[n]: the odd scalings of UNet2DModel (input centring
// 2x − 1; division of the output by t when time is embedded by Fourier features).
struct Dims {
  vec4s: u32,
  vec4s_per_sample: u32,
  x: u32,        // in arena
  y: u32,        // in arena
  divisor: u32,  // in arena: one vec4 a sample, its first channel counts (HAS_DIVISOR)
  flags: u32,
  factor: f32,
  offset: f32,
}
@group(0) @binding(2) var<uniform> d: Dims;

const HAS_DIVISOR: u32 = 1u;

@compute @workgroup_size(WORKGROUP)
fn affine(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if i >= d.vec4s { return; }
  var v = arena[d.x + i] * d.factor + d.offset;
  if (d.flags & HAS_DIVISOR) != 0u { v /= arena[d.divisor + i / d.vec4s_per_sample].x; }
  arena[d.y + i] = v;
}
