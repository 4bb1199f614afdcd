// The two parameter-free changes of size inside diffusers' "resnet" up- and downsampling blocks:
// nearest-neighbour enlargement by 2, and sums of 2 × 2 pixels (a mean with factor ¼). Each is the other's
// gradient. One thread writes one vec4.
struct Dims {
  n: u32,
  out_h: u32,
  out_w: u32,
  c4: u32,
  in_h: u32,
  in_w: u32,
  x: u32,       // in arena
  add: u32,     // in arena, added (ADD)
  y: u32,       // in arena
  flags: u32,
  factor: f32,
}
@group(0) @binding(2) var<uniform> d: Dims;

const ADD: u32 = 1u;

fn load(n: u32, y: u32, x: u32, c4: u32) -> vec4f {
  return arena[d.x + ((n * d.in_h + y) * d.in_w + x) * d.c4 + c4];
}

fn write(i: u32, value: vec4f) {
  var v = value * d.factor;
  if (d.flags & ADD) != 0u { v += arena[d.add + i]; }
  arena[d.y + i] = v;
}

@compute @workgroup_size(WORKGROUP)
fn upsample(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  let c4 = i % d.c4;
  let x = (i / d.c4) % d.out_w;
  let y = (i / (d.c4 * d.out_w)) % d.out_h;
  let n = i / (d.c4 * d.out_w * d.out_h);
  if n >= d.n { return; }
  write(i, load(n, y / 2u, x / 2u, c4));
}

@compute @workgroup_size(WORKGROUP)
fn sum_pool(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  let c4 = i % d.c4;
  let x = 2u * ((i / d.c4) % d.out_w);
  let y = 2u * ((i / (d.c4 * d.out_w)) % d.out_h);
  let n = i / (d.c4 * d.out_w * d.out_h);
  if n >= d.n { return; }
  let above = load(n, y, x, c4) + load(n, y, x + 1u, c4);
  let below = load(n, y + 1u, x, c4) + load(n, y + 1u, x + 1u, c4);
  write(i, above + below);
}
