// Mean squared error of each sample, and its gradient. Padded channels are zero on both sides.
struct Dims {
  n: u32,
  vec4s_per_sample: u32,
  prediction: u32,  // in arena
  target_at: u32,   // in arena
  weight: u32,      // in arena: one vec4 a sample, its first channel counts
  y: u32,           // in arena
  factor: f32,
}
@group(0) @binding(2) var<uniform> d: Dims;

// LANES threads a sample.
@compute @workgroup_size(WORKGROUP)
fn mse(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let lane = index % LANES;
  let n = (group.x + group.y * groups.x) * (WORKGROUP / LANES) + index / LANES;
  // Threads past the last sample have nothing to do, but must come to the barrier.
  let vec4s = select(0u, d.vec4s_per_sample, n < d.n);
  let first = n * d.vec4s_per_sample;
  var sum = vec4f();
  for (var i = lane; i < vec4s; i += LANES) {
    let difference = arena[d.prediction + first + i] - arena[d.target_at + first + i];
    sum += difference * difference;
  }
  sum = lane_sum(sum, lane, 0u);
  if lane == 0u && n < d.n {
    arena[d.y + n] = vec4f(dot(sum, vec4f(1.0)) * d.factor * arena[d.weight + n].x, 0.0, 0.0, 0.0);
  }
}

// One thread a vec4.
@compute @workgroup_size(WORKGROUP)
fn mse_grad(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if i >= d.n * d.vec4s_per_sample { return; }
  let weight = arena[d.weight + i / d.vec4s_per_sample].x;
  arena[d.y + i] = (arena[d.prediction + i] - arena[d.target_at + i]) * (weight * d.factor);
}
