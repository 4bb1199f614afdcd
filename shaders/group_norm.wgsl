// Group normalisation (Wu & He 2018), optionally scaled and shifted per sample, optionally with SiLU.
// Three passes over each group: mean, variance about that mean, apply.

fn normalised(x: vec4f, mean: vec4f, rstd: vec4f, n: u32, c4: u32) -> vec4f {
  var v = (x - mean) * rstd * params[d.gamma + c4] + params[d.beta + c4];
  if (d.flags & HAS_SCALE_SHIFT) != 0u {
    v = v * (1.0 + arena[d.scale + n * d.scale_stride + c4]) + arena[d.shift + n * d.scale_stride + c4];
  }
  if (d.flags & APPLY_SILU) != 0u { v = silu(v); }
  return v;
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

  var means: array<f32, GROUPS>;
  var rstds: array<f32, GROUPS>;
  for (var g = 0u; g < GROUPS; g++) {
    let s = statistics(sample, pixels, first_channel + g * d.group_channels, lane);
    means[g] = s.x;
    rstds[g] = s.y;
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
