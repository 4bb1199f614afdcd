// Adds up the shares of a weight gradient: no float atomics, so the same input gives the same bits. What
// lies in the gaps of the weight's layout, [co/8][ky][ci/4][kx][4 ci][8 co], becomes zero, and an optimiser
// keeps it so. LANES threads make one vec4.
struct Dims {
  weight_vec4s: u32,
  shares: u32,
  partials: u32,  // in arena, [share][weight]
  y: u32,         // in arena
  in_c: u32,
  out_c: u32,
  taps: u32,      // kernel rows, and as many columns
}
@group(0) @binding(2) var<uniform> d: Dims;

@compute @workgroup_size(WORKGROUP)
fn sum_partials(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let lane = index % LANES;
  let i = (group.x + group.y * groups.x) * (WORKGROUP / LANES) + index / LANES;
  // Threads past the end have nothing to add up, but must come to the barrier.
  let shares = select(0u, bound(d.shares, index), i < d.weight_vec4s);
  var sum = vec4f();
  for (var share = lane; share < shares; share += LANES) { sum += fetch(d.partials + share * d.weight_vec4s + i); }
  sum = lane_sum(sum, lane, 0u);
  let in_c4 = (d.in_c + 3u) / 4u;
  let ci = i / (8u * d.taps) % in_c4 * 4u + i % 4u;
  let co = i / (8u * d.taps * in_c4 * d.taps) * 8u + i % 8u / 4u * 4u;
  let real = (vec4u(co) + vec4u(0u, 1u, 2u, 3u) < vec4u(d.out_c)) & vec4<bool>(ci < d.in_c);
  if lane == 0u && i < d.weight_vec4s { arena[d.y + i] = select(vec4f(), sum, real); }
}
