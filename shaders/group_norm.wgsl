// Group normalisation (Wu & He 2018), optionally scaled and shifted per sample, optionally with SiLU.
//
// A group is a run of neighbouring channels of every pixel. LANES threads normalise GROUPS groups of
// one sample: one where a group fills whole vec4s, otherwise as many as together do (2 or 4), since no
// two workgroups may write into one vec4. Three passes over each group: mean, variance about that mean
// (E[x²] − m² would cancel), apply. On a GPU a workgroup shares a group; on a CPU adapter, where
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

fn normalised(x: vec4f, mean: vec4f, rstd: vec4f, n: u32, c4: u32) -> vec4f {
  var v = (x - mean) * rstd * params[d.gamma + c4] + params[d.beta + c4];
  if (d.flags & HAS_SCALE_SHIFT) != 0u {
    v = v * (1.0 + arena[d.scale + n * d.scale_stride + c4]) + arena[d.shift + n * d.scale_stride + c4];
  }
  if (d.flags & APPLY_SILU) != 0u { v = silu(v); }
  return v;
}

// Which of the four channels of vec4 number c4 belong to the group [first, first + group_channels).
fn membership(c4: u32, first: u32) -> vec4f {
  let c = vec4u(c4 * 4u) + vec4u(0u, 1u, 2u, 3u);
  return select(vec4f(), vec4f(1.0), (c >= vec4u(first)) & (c < vec4u(first + d.group_channels)));
}

@compute @workgroup_size(WORKGROUP)
fn group_norm(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let lane = index % LANES;
  let unit = group.x * (WORKGROUP / LANES) + index / LANES;
  let units = (d.groups + GROUPS - 1u) / GROUPS;  // in a sample
  let n = unit / units;
  let sample = n * d.pixels * d.c4;
  let first_channel = unit % units * GROUPS * d.group_channels;
  // Threads past the last sample have nothing to do, but must come to the barriers.
  let pixels = select(0u, d.pixels, n < d.n);
  let count = f32(d.pixels * d.group_channels);

  var means: array<f32, GROUPS>;
  var rstds: array<f32, GROUPS>;
  for (var g = 0u; g < GROUPS; g++) {
    // A group past the last channel has no members; its sums are zero and nobody reads them.
    let first = first_channel + g * d.group_channels;
    let c4_end = min((first + d.group_channels + 3u) / 4u, d.c4);
    var sum = 0.0;
    for (var c4 = first / 4u; c4 < c4_end; c4++) {
      var acc = vec4f();
      for (var p = lane; p < pixels; p += LANES) { acc += arena[d.x + sample + p * d.c4 + c4]; }
      sum += dot(acc, membership(c4, first));
    }
    let mean = lane_sum(sum, lane, 2u * g) / count;

    var squares = 0.0;
    for (var c4 = first / 4u; c4 < c4_end; c4++) {
      var acc = vec4f();
      for (var p = lane; p < pixels; p += LANES) {
        let v = arena[d.x + sample + p * d.c4 + c4] - mean;
        acc += v * v;
      }
      squares += dot(acc, membership(c4, first));
    }
    means[g] = mean;
    rstds[g] = inverseSqrt(lane_sum(squares, lane, 2u * g + 1u) / count + d.eps);
  }

  let end = min((first_channel + GROUPS * d.group_channels + 3u) / 4u, d.c4);
  for (var c4 = first_channel / 4u; c4 < end; c4++) {
    let c = vec4u(c4 * 4u) + vec4u(0u, 1u, 2u, 3u);
    let g = min((c - first_channel) / d.group_channels, vec4u(GROUPS - 1u));
    let mean = vec4f(means[g.x], means[g.y], means[g.z], means[g.w]);
    let rstd = vec4f(rstds[g.x], rstds[g.y], rstds[g.z], rstds[g.w]);
    for (var p = lane; p < pixels; p += LANES) {
      let at = sample + p * d.c4 + c4;
      arena[d.y + at] = normalised(arena[d.x + at], mean, rstd, n, c4);
    }
  }
}
