// How many multiply-adds an adapter can do when nothing else is in the way: 8 independent chains of
// 4×4 matrix times vector in registers. The yardstick of `chailou bench`.
struct Dims { rounds: u32 }
@group(0) @binding(0) var<storage, read_write> arena: array<vec4f>;
@group(0) @binding(1) var<storage, read> params: array<vec4f>;
@group(0) @binding(2) var<uniform> d: Dims;

@compute @workgroup_size(WORKGROUP)
fn peak(@builtin(global_invocation_id) id: vec3u) {
  // Loaded, so that no compiler can work the loop out beforehand.
  let m = mat4x4f(params[0], params[1], params[2], params[3]);
  let start = arena[id.x];
  var a0 = start; var a1 = start + 1.0; var a2 = start + 2.0; var a3 = start + 3.0;
  var b0 = start + 4.0; var b1 = start + 5.0; var b2 = start + 6.0; var b3 = start + 7.0;
  for (var i = 0u; i < d.rounds; i++) {
    a0 = m * a0; a1 = m * a1; a2 = m * a2; a3 = m * a3;
    b0 = m * b0; b1 = m * b1; b2 = m * b2; b3 = m * b3;
  }
  arena[id.x] = a0 + a1 + a2 + a3 + b0 + b1 + b2 + b3;
}
