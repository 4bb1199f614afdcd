// Adds up the shares of a weight gradient: no float atomics, so the same input gives the same bits. What
// lies in the gaps of the weight's layout, [co/8][ky][ci/4][kx][4 ci][8 co], becomes zero, and an optimiser
// keeps it so. One thread writes one vec4.
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
fn sum_partials(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if i >= d.weight_vec4s { return; }
  var sum = vec4f();
  let shares = bound(d.shares, id.x);
  for (var share = 0u; share < shares; share++) { sum += fetch(d.partials + share * d.weight_vec4s + i); }
  let in_c4 = (d.in_c + 3u) / 4u;
  let ci = i / (8u * d.taps) % in_c4 * 4u + i % 4u;
  let co = i / (8u * d.taps * in_c4 * d.taps) * 8u + i % 8u / 4u * 4u;
  let real = (vec4u(co) + vec4u(0u, 1u, 2u, 3u) < vec4u(d.out_c)) & vec4<bool>(ci < d.in_c);
  arena[d.y + i] = select(vec4f(), sum, real);
}
