// The sums that all gradients of a group norm are made of (ops/group_norm_grad.rs has the formulas): for
// each sample and channel mean, rstd, m₁, m₂, P₁ = Σ dv, P₂ = Σ dv·x̂, as [n][6][c/4].
const MEAN: u32 = 0u;
const RSTD: u32 = 1u;
const M1: u32 = 2u;
const M2: u32 = 3u;
const P1: u32 = 4u;
const P2: u32 = 5u;

fn plane(n: u32, number: u32, c4: u32) -> u32 { return d.y + (n * 6u + number) * d.c4 + c4; }

@compute @workgroup_size(WORKGROUP)
fn group_norm_sums(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let u = unit_of(group.x, index);
  var stats = all_statistics(u);
  var m1s: array<f32, GROUPS>;
  var m2s: array<f32, GROUPS>;
  // All threads walk the same number of vec4s, for the barriers' sake; the last may lie past the end.
  for (var k = 0u; k < GROUPS * d.group_channels / 4u; k++) {
    let c4 = min(u.first_channel / 4u + k, d.c4 - 1u);
    let inside = u.first_channel / 4u + k < d.c4 && u.n < d.n;
    let g = groups_at(u, c4);
    let mean = vec4f(stats[g.x].x, stats[g.y].x, stats[g.z].x, stats[g.w].x);
    let rstd = vec4f(stats[g.x].y, stats[g.y].y, stats[g.z].y, stats[g.w].y);
    let gamma = weight(d.gamma + c4);
    let beta = weight(d.beta + c4);
    let m = modulation_of(u.n, c4);
    var p1 = vec4f();
    var p2 = vec4f();
    for (var p = u.lane; p < u.pixels; p += LANES) {
      let at = u.sample + p * d.c4 + c4;
      let x = (fetch(d.x + at) - mean) * rstd;
      var dv = fetch(d.dy + at);
      if (d.flags & APPLY_SILU) != 0u { dv *= silu_slope((x * gamma + beta) * m.scale + m.shift); }
      p1 += dv;
      p2 += dv * x;
    }
    p1 = lane_sum(p1, u.lane, 0u);
    p2 = lane_sum(p2, u.lane, 1u);
    for (var i = 0u; i < GROUPS; i++) {
      let members = membership(c4, u.first_channel + i * d.group_channels) * gamma * m.scale;
      m1s[i] += select(0.0, dot(p1, members), inside);
      m2s[i] += select(0.0, dot(p2, members), inside);
    }
    if u.lane == 0u && inside {
      arena[plane(u.n, MEAN, c4)] = mean;
      arena[plane(u.n, RSTD, c4)] = rstd;
      arena[plane(u.n, P1, c4)] = p1;
      arena[plane(u.n, P2, c4)] = p2;
    }
  }
  let count = f32(d.pixels * d.group_channels);
  // One thread writes, and only where there is a sample.
  let end = select(0u, end_of(u), u.lane == 0u && u.n < d.n);
  for (var c4 = u.first_channel / 4u; c4 < end; c4++) {
    let c = vec4u(c4 * 4u) + vec4u(0u, 1u, 2u, 3u);
    let g = groups_at(u, c4);
    // Zero in padded channels, so that their gradient is zero.
    let real = select(vec4f(), vec4f(1.0 / count), c < vec4u(d.groups * d.group_channels));
    arena[plane(u.n, M1, c4)] = vec4f(m1s[g.x], m1s[g.y], m1s[g.z], m1s[g.w]) * real;
    arena[plane(u.n, M2, c4)] = vec4f(m2s[g.x], m2s[g.y], m2s[g.z], m2s[g.w]) * real;
  }
}
