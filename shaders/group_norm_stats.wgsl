// What the group norm's kernels share: dimensions, and mean and variance of a group.
//
// A group is a run of neighbouring channels of every pixel. LANES threads take GROUPS groups of one
// sample: one where a group fills whole vec4s, otherwise as many as together do (2 or 4), since no
// two workgroups may write into one vec4. On a GPU a workgroup shares a group; on a CPU adapter, where
// barriers are slow, LANES is 1, `lane_sum` is the identity (reduce_none.wgsl), and neighbouring
// threads read neighbouring channels.
struct Dims {
  n: u32,
  pixels: u32,          // h · w
  c4: u32,
  groups: u32,
  group_channels: u32,  // channels in a group
  flags: u32,
  x: u32,               // input, in arena
  dy: u32,              // gradient of the output, in arena (group_norm_sums)
  y: u32,               // output, in arena
  gamma: u32,           // in params, [c/4]
  beta: u32,
  scale: u32,           // in arena: per-sample scale of sample 0 (HAS_SCALE_SHIFT)
  shift: u32,
  scale_stride: u32,    // from a sample to the next
  eps: f32,
}
@group(0) @binding(2) var<uniform> d: Dims;

const APPLY_SILU: u32 = 1u;
const HAS_SCALE_SHIFT: u32 = 2u;

// Which of the four channels of vec4 number c4 belong to the group [first, first + group_channels).
fn membership(c4: u32, first: u32) -> vec4f {
  let c = vec4u(c4 * 4u) + vec4u(0u, 1u, 2u, 3u);
  return select(vec4f(), vec4f(1.0), (c >= vec4u(first)) & (c < vec4u(first + d.group_channels)));
}

// Mean and 1/√(variance + eps) of the group whose first channel is `first`: two passes, because
// E[x²] − m² would cancel. A group past the last channel has no members; nobody reads its sums.
fn statistics(sample: u32, pixels: u32, first: u32, lane: u32) -> vec2f {
  let count = f32(d.pixels * d.group_channels);
  let c4_end = min((first + d.group_channels + 3u) / 4u, d.c4);
  var sums = vec4f();
  for (var c4 = first / 4u; c4 < c4_end; c4++) {
    var acc = vec4f();
    for (var p = lane; p < pixels; p += LANES) { acc += arena[d.x + sample + p * d.c4 + c4]; }
    sums += acc * membership(c4, first);
  }
  let mean = dot(lane_sum(sums, lane, 0u), vec4f(1.0)) / count;

  var squares = vec4f();
  for (var c4 = first / 4u; c4 < c4_end; c4++) {
    var acc = vec4f();
    for (var p = lane; p < pixels; p += LANES) {
      let v = arena[d.x + sample + p * d.c4 + c4] - mean;
      acc += v * v;
    }
    squares += acc * membership(c4, first);
  }
  let variance = dot(lane_sum(squares, lane, 1u), vec4f(1.0)) / count;
  return vec2f(mean, inverseSqrt(variance + d.eps));
}
