// Group normalisation (Wu & He 2018), optionally scaled and shifted per sample, optionally with SiLU.
// Three passes over each group: mean, variance about that mean, apply.

@compute @workgroup_size(WORKGROUP)
fn group_norm(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let u = unit_of(group.x, index);
  var stats = all_statistics(u);
  let end = end_of(u);
  for (var c4 = u.first_channel / 4u + u.c_lane; c4 < end; c4 += u.c_lanes) {
    let g = groups_at(u, c4);
    let mean = vec4f(stats[g.x].x, stats[g.y].x, stats[g.z].x, stats[g.w].x);
    let rstd = vec4f(stats[g.x].y, stats[g.y].y, stats[g.z].y, stats[g.w].y);
    let gamma = weight(d.gamma + c4);
    let beta = weight(d.beta + c4);
    let m = modulation_of(u.n, c4);
    for (var p = u.p_lane; p < u.pixels; p += u.p_lanes) {
      let at = u.sample + p * d.c4 + c4;
      var v = ((fetch(d.x + at) - mean) * rstd * gamma + beta) * m.scale + m.shift;
      if (d.flags & APPLY_SILU) != 0u { v = silu(v); }
      arena[d.y + at] = v;
    }
  }
}
