// Joins two tensors along their channels: [.., ca] and [.., cb] → [.., ca + cb].
//
// One thread writes a vec4 of PIXELS pixels. When ca is a multiple of 4 that is a copy; otherwise its four channels
// are picked one by one.
struct Dims {
  pixels: u32,  // n · h · w
  channels_a: u32,
  channels_b: u32,
  a: u32,       // in arena
  b: u32,
  y: u32,
}
@group(0) @binding(2) var<uniform> d: Dims;

fn channel(pixel: u32, c: u32) -> f32 {
  if c < d.channels_a {
    return fetch(d.a + pixel * ((d.channels_a + 3u) / 4u) + c / 4u)[c % 4u];
  }
  let cb = c - d.channels_a;
  if cb < d.channels_b {
    return fetch(d.b + pixel * ((d.channels_b + 3u) / 4u) + cb / 4u)[cb % 4u];
  }
  return 0.0;
}

@compute @workgroup_size(WORKGROUP)
fn concat(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let y_c4 = (d.channels_a + d.channels_b + 3u) / 4u;
  let item = id.x + id.y * groups.x * WORKGROUP;
  let c4 = item % y_c4;
  let first = item / y_c4 * PIXELS;
  let end = min(first + PIXELS, d.pixels);
  if d.channels_a % 4u == 0u {
    // One load, from wherever: a CPU adapter would carry out both sides of a branch.
    let a_c4 = d.channels_a / 4u;
    let of_a = c4 < a_c4;
    let stride = select((d.channels_b + 3u) / 4u, a_c4, of_a);
    let source = select(d.b + c4 - a_c4, d.a + c4, of_a);
    for (var pixel = first; pixel < end; pixel++) { arena[d.y + pixel * y_c4 + c4] = fetch(source + pixel * stride); }
  } else {
    let c = c4 * 4u;
    for (var pixel = first; pixel < end; pixel++) {
      let v = vec4f(channel(pixel, c), channel(pixel, c + 1u), channel(pixel, c + 2u), channel(pixel, c + 3u));
      arena[d.y + pixel * y_c4 + c4] = v;
    }
  }
}
