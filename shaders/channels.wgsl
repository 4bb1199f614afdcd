// Channels first … first + channels of a tensor: the gradient of one side of a concatenation.
//
// One thread writes one vec4, picked channel by channel: a concatenation may cut anywhere.
struct Dims {
  pixels: u32,    // n · h · w
  x_c4: u32,
  first: u32,
  channels: u32,
  x: u32,         // in arena
  add: u32,       // in arena, added (ADD)
  y: u32,         // in arena
  flags: u32,
}
@group(0) @binding(2) var<uniform> d: Dims;

const ADD: u32 = 1u;

@compute @workgroup_size(WORKGROUP)
fn channels(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let y_c4 = (d.channels + 3u) / 4u;
  let i = id.x + id.y * groups.x * WORKGROUP;
  let pixel = i / y_c4;
  if pixel >= d.pixels { return; }
  let row = d.x + pixel * d.x_c4;
  let c = i % y_c4 * 4u;
  var v = vec4f();
  for (var k = 0u; k < 4u; k++) {
    let source = d.first + c + k;
    if c + k < d.channels { v[k] = arena[row + source / 4u][source % 4u]; }
  }
  if (d.flags & ADD) != 0u { v += arena[d.add + i]; }
  arena[d.y + i] = v;
}
