// Adds up the shares of a weight gradient: no float atomics, so the same input gives the same bits. What
// lies in the gaps of the weight's layout, [co/8][ky][ci/4][kx][4 ci][8 co], becomes zero, and an optimiser
// keeps it so. LANES threads make VEC4S of the eight of one tap and four input channels.
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
  let first = ((group.x + group.y * groups.x) * (WORKGROUP / LANES) + index / LANES) * VEC4S;
  // Threads past the end have nothing to add up, but must come to the barrier.
  let shares = select(0u, bound(d.shares, index), first < d.weight_vec4s);
  let in_c4 = (d.in_c + 3u) / 4u;
  let tap = first >> 3u;
  let ci = tap / d.taps % in_c4 * 4u;
  let co = tap / (d.taps * in_c4 * d.taps) * 8u;
  for (var k = 0u; k < VEC4S; k++) {
    let i = first + k;
    var sum = vec4f();
    for (var share = lane; share < shares; share += LANES) { sum += fetch(d.partials + share * d.weight_vec4s + i); }
    sum = lane_sum(sum, lane, 0u);
    let c = vec4u(co + ((i >> 2u) & 1u) * 4u) + vec4u(0u, 1u, 2u, 3u);
    let real = (c < vec4u(d.out_c)) & vec4<bool>(ci + (i & 3u) < d.in_c);
    if lane == 0u && i < d.weight_vec4s { arena[d.y + i] = select(vec4f(), sum, real); }
  }
}
