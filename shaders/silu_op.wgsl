// SiLU and its gradient on whole tensors; one thread writes one vec4.
struct Dims {
  vec4s: u32,
  x: u32,      // what goes in, in arena
  dy: u32,     // gradient of what came out
  add: u32,    // added to the gradient (ADD)
  y: u32,      // written
  flags: u32,
}
@group(0) @binding(2) var<uniform> d: Dims;

const ADD: u32 = 1u;

@compute @workgroup_size(WORKGROUP)
fn silu_forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if i >= d.vec4s { return; }
  arena[d.y + i] = silu(arena[d.x + i]);
}

@compute @workgroup_size(WORKGROUP)
fn silu_grad(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if i >= d.vec4s { return; }
  var v = arena[d.dy + i] * silu_slope(arena[d.x + i]);
  if (d.flags & ADD) != 0u { v += arena[d.add + i]; }
  arena[d.y + i] = v;
}
