// Gradients of a group norm from the sums of group_norm_sums.wgsl; ops/group_norm_grad.rs has the formulas.
const OF_GAMMA: u32 = 0u;
const OF_SCALE: u32 = 2u;

fn plane(n: u32, number: u32, c4: u32) -> vec4f { return fetch(d.sums + (n * 6u + number) * d.c4 + c4); }

// dx = rstd·(γ·(1 + scale)·dv − m₁ − x̂·m₂); one thread writes a vec4 of PIXELS pixels, all in one sample.
@compute @workgroup_size(WORKGROUP)
fn group_norm_input_grad(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let item = id.x + id.y * groups.x * WORKGROUP;
  let runs = (d.pixels + PIXELS - 1u) / PIXELS;
  let c4 = item % d.c4;
  let run = item / d.c4;
  let n = run / runs;
  if n >= d.n { return; }
  let first = run % runs * PIXELS;
  let mean = plane(n, 0u, c4);
  let rstd = plane(n, 1u, c4);
  let m1 = plane(n, 2u, c4);
  let m2 = plane(n, 3u, c4);
  let gamma = weight(d.gamma + c4);
  let beta = weight(d.beta + c4);
  let m = modulation_of(n, c4);
  for (var p = first; p < min(first + PIXELS, d.pixels); p++) {
    let at = (n * d.pixels + p) * d.c4 + c4;
    let x = (fetch(d.x + at) - mean) * rstd;
    var dv = fetch(d.dy + at);
    if (d.flags & APPLY_SILU) != 0u { dv *= silu_slope((x * gamma + beta) * m.scale + m.shift); }
    var dx = rstd * (gamma * m.scale * dv - m1 - x * m2);
    if (d.flags & ADD) != 0u { dx += fetch(d.add + at); }
    arena[d.y + at] = dx;
  }
}

// Gradients of γ and β, or of one of them: sums over samples. LANES threads make one vec4.
@compute @workgroup_size(WORKGROUP)
fn group_norm_param_grad(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let lane = index % LANES;
  let c4 = group.x * (WORKGROUP / LANES) + index / LANES;
  // Threads past the last channel have nothing to add up, but must come to the barrier.
  let samples = select(0u, d.n, c4 < d.c4);
  var gamma = vec4f();
  var beta = vec4f();
  for (var n = lane; n < samples; n += LANES) {
    let scale = modulation_of(n, c4).scale;
    gamma += scale * plane(n, 5u, c4);
    beta += scale * plane(n, 4u, c4);
  }
  gamma = lane_sum(gamma, lane, 0u);
  beta = lane_sum(beta, lane, 1u);
  if lane == 0u && c4 < d.c4 {
    arena[d.y + c4] = select(beta, gamma, d.vector == OF_GAMMA);
    if (d.flags & ALSO_BETA) != 0u { arena[d.beta_y + c4] = beta; }
  }
}

// Gradient of a sample's scale or shift. One thread writes one vec4.
@compute @workgroup_size(WORKGROUP)
fn group_norm_scale_shift_grad(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  let c4 = i % d.c4;
  let n = i / d.c4;
  if n >= d.n { return; }
  var v = plane(n, 4u, c4);
  if d.vector == OF_SCALE { v = weight(d.gamma + c4) * plane(n, 5u, c4) + weight(d.beta + c4) * v; }
  arena[d.y + n * d.y_stride + c4] = v;
}
