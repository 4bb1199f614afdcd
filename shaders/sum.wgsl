// Sum over rows: y[n][c] = Σ_p x[n][p][c]. Over the pixels of a sample it is the gradient of what was
// added to every pixel; over the samples of a batch, that of a bias.
//
// LANES threads make one vec4. Rows of x may be parts of longer ones, and so may those of y.
struct Dims {
  n: u32,
  pixels: u32,    // rows to sum
  c4: u32,
  x: u32,         // in arena
  x_stride: u32,  // from a row of x to the next
  y: u32,         // in arena
  y_stride: u32,  // from a sample of y to the next
}
@group(0) @binding(2) var<uniform> d: Dims;

@compute @workgroup_size(WORKGROUP)
fn sum_rows(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let lane = index % LANES;
  let unit = (group.x + group.y * groups.x) * (WORKGROUP / LANES) + index / LANES;
  let n = unit / d.c4;
  let c4 = unit % d.c4;
  // Threads past the last sample have nothing to do, but must come to the barrier.
  let pixels = select(0u, d.pixels, n < d.n);
  let first = d.x + n * d.pixels * d.x_stride + c4;
  var sum = vec4f();
  for (var p = lane; p < pixels; p += LANES) { sum += arena[first + p * d.x_stride]; }
  sum = lane_sum(sum, lane, 0u);
  if lane == 0u && n < d.n { arena[d.y + n * d.y_stride + c4] = sum; }
}
