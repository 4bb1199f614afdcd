// y = SiLU(x), element by element.
struct Dims {
  vec4s: u32,
  x: u32,  // in arena
  y: u32,
}
@group(0) @binding(2) var<uniform> d: Dims;

@compute @workgroup_size(WORKGROUP)
fn silu_forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if i < d.vec4s { arena[d.y + i] = silu(arena[d.x + i]); }
}
