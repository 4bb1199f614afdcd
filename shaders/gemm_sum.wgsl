// Adds up the splits of a product, always in the same order, so that the same input gives the same bits; then the
// epilogue. One thread makes one vec4.
@compute @workgroup_size(WORKGROUP)
fn gemm_sum(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  let vec4s = d.rows * d.epilogue.out_c4;
  if i >= vec4s { return; }
  var sums = vec4f();
  for (var split = 0u; split < d.splits; split++) { sums += arena[d.partials + split * vec4s + i]; }
  let pixel = i / d.epilogue.out_c4;
  store(d.epilogue, sums, pixel, pixel / (d.out_h * d.out_w), i % d.epilogue.out_c4);
}
