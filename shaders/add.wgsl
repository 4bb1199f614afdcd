// a + b, element by element; one thread writes one vec4.
struct Dims {
  vec4s: u32,
  a: u32,  // in arena
  b: u32,
  y: u32,
}
@group(0) @binding(2) var<uniform> d: Dims;

@compute @workgroup_size(WORKGROUP)
fn add(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  if i >= d.vec4s { return; }
  arena[d.y + i] = arena[d.a + i] + arena[d.b + i];
}
