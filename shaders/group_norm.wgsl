// Group normalisation (Wu & He 2018), optionally scaled and shifted per sample, optionally with SiLU.
// Three passes over each group: mean, variance about that mean, apply.

fn normalised(x: vec4f, mean: vec4f, rstd: vec4f, n: u32, c4: u32) -> vec4f {
  var v = (x - mean) * rstd * weight(d.gamma + c4) + weight(d.beta + c4);
  if (d.flags & HAS_SCALE_SHIFT) != 0u {
    v = v * (1.0 + fetch(d.scale + n * d.scale_stride + c4)) + fetch(d.shift + n * d.scale_stride + c4);
  }
  if (d.flags & APPLY_SILU) != 0u { v = silu(v); }
  return v;
}

@compute @workgroup_size(WORKGROUP)
fn group_norm(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let u = unit_of(group.x, index);
  var stats = all_statistics(u);
  let end = end_of(u);
  for (var c4 = u.first_channel / 4u + u.c_lane; c4 < end; c4 += u.c_lanes) {
    let g = groups_at(u, c4);
    let mean = vec4f(stats[g.x].x, stats[g.y].x, stats[g.z].x, stats[g.w].x);
    let rstd = vec4f(stats[g.x].y, stats[g.y].y, stats[g.z].y, stats[g.w].y);
    for (var p = u.p_lane; p < u.pixels; p += u.p_lanes) {
      let at = u.sample + p * d.c4 + c4;
      arena[d.y + at] = normalised(fetch(d.x + at), mean, rstd, u.n, c4);
    }
  }
}
