// Joins two tensors along their channels: [.., ca] and [.., cb] → [.., ca + cb].
//
// One thread writes one vec4. When ca is a multiple of 4 that is a copy; otherwise its four channels
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
  let i = id.x + id.y * groups.x * WORKGROUP;
  let pixel = i / y_c4;
  let c4 = i % y_c4;
  if pixel >= d.pixels { return; }
  if d.channels_a % 4u == 0u {
    let a_c4 = d.channels_a / 4u;
    let b_c4 = (d.channels_b + 3u) / 4u;
    // One load, from wherever: a CPU adapter would carry out both sides of a branch.
    let source = select(d.b + pixel * b_c4 + c4 - a_c4, d.a + pixel * a_c4 + c4, c4 < a_c4);
    arena[d.y + i] = fetch(source);
  } else {
    let c = c4 * 4u;
    arena[d.y + i] = vec4f(channel(pixel, c), channel(pixel, c + 1u), channel(pixel, c + 2u), channel(pixel, c + 3u));
  }
}
