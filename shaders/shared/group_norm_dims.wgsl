// What the kernels of group norm and of its gradients are told; each reads a part of it.
struct Dims {
  n: u32,
  pixels: u32,          // h · w
  c4: u32,
  groups: u32,
  group_channels: u32,  // channels in a group
  flags: u32,
  x: u32,               // input, in arena
  dy: u32,              // gradient of the output, in arena
  sums: u32,            // in arena, [n][6][c/4]: what group_norm_sums.wgsl wrote
  add: u32,             // in arena, added (ADD)
  y: u32,               // written, in arena
  y_stride: u32,        // from a sample to the next (gradients of scale and shift)
  gamma: u32,           // in params, [c/4]
  beta: u32,
  scale: u32,           // in arena: per-sample scale of sample 0 (HAS_SCALE_SHIFT)
  shift: u32,
  scale_stride: u32,    // from a sample to the next
  eps: f32,
  vector: u32,          // which vector's gradient
  beta_y: u32,          // in arena, where β's goes beside γ's (ALSO_BETA)
}
@group(0) @binding(2) var<uniform> d: Dims;

const APPLY_SILU: u32 = 1u;
const HAS_SCALE_SHIFT: u32 = 2u;
const ADD: u32 = 4u;
const ALSO_BETA: u32 = 8u;

// What a sample's channels are multiplied with and moved by after the norm.
struct Modulation { scale: vec4f, shift: vec4f }

fn modulation_of(n: u32, c4: u32) -> Modulation {
  if (d.flags & HAS_SCALE_SHIFT) == 0u || n >= d.n { return Modulation(vec4f(1.0), vec4f()); }
  let at = n * d.scale_stride + c4;
  return Modulation(1.0 + fetch(d.scale + at), fetch(d.shift + at));
}
