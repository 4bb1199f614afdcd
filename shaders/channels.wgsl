// Channels first … first + channels of a tensor: the gradient of one side of a concatenation.
//
// One thread writes a vec4 of PIXELS pixels. When `first` is a multiple of 4 that is a copy; otherwise its four channels
// are picked one by one: a concatenation may cut anywhere.
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

fn write(i: u32, value: vec4f) {
  var v = value;
  if (d.flags & ADD) != 0u { v += arena[d.add + i]; }
  arena[d.y + i] = v;
}

@compute @workgroup_size(WORKGROUP)
fn channels(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let y_c4 = (d.channels + 3u) / 4u;
  let item = id.x + id.y * groups.x * WORKGROUP;
  let c4 = item % y_c4;
  let first = item / y_c4 * PIXELS;
  let end = min(first + PIXELS, d.pixels);
  let c = c4 * 4u;
  if d.first % 4u == 0u {
    let real = vec4u(c) + vec4u(0u, 1u, 2u, 3u) < vec4u(d.channels);
    for (var pixel = first; pixel < end; pixel++) {
      write(pixel * y_c4 + c4, select(vec4f(), arena[d.x + pixel * d.x_c4 + d.first / 4u + c4], real));
    }
  } else {
    for (var pixel = first; pixel < end; pixel++) {
      var v = vec4f();
      for (var k = 0u; k < 4u; k++) {
        let source = d.first + c + k;
        if c + k < d.channels { v[k] = arena[d.x + pixel * d.x_c4 + source / 4u][source % 4u]; }
      }
      write(pixel * y_c4 + c4, v);
    }
  }
}
