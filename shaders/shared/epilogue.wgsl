// What a convolution or linear layer does to its sums before it stores them:
//   y = act((sums + bias + per_sample[n] + residual) · scale)
// and to those of an input's gradient, where SiLU made the input: dy = sums · SiLU'(before) + residual.
// Fused here because each term would otherwise be one more pass over memory. A CPU adapter carries out all branches,
// taken or not: kernels for it have their flags as a constant, FLAGS, so that there are none.
const ADD_PER_SAMPLE: u32 = 1u;
const ADD_RESIDUAL: u32 = 2u;
const APPLY_SILU: u32 = 4u;
const ADD_BIAS: u32 = 8u;
const ALSO_SILU: u32 = 16u;
const TIMES_SLOPE: u32 = 32u;

// Twelve words: WGSL wants a struct inside a uniform to be a multiple of 16 bytes.
struct Epilogue {
  flags: u32,
  y: u32,                 // the output, in arena
  out_c4: u32,
  bias: u32,              // in params, [c/4]
  per_sample: u32,        // in arena, first vector of sample 0
  per_sample_stride: u32, // from a sample to the next
  residual: u32,          // in arena, a tensor of the shape of the output
  scale: f32,
  activated: u32,         // in arena: where SiLU of the output goes (ALSO_SILU)
  before: u32,            // in arena: what SiLU was applied to (TIMES_SLOPE)
  unused_0: u32,
  unused_1: u32,
}

// Stores channels 4·c4 … of pixel number `pixel` of the batch, which belongs to sample n. Threads own
// channels in blocks of 8, so c4 may lie past the end.
fn store(e: Epilogue, sums: vec4f, pixel: u32, n: u32, c4: u32) {
  if c4 >= e.out_c4 { return; }
  let at = pixel * e.out_c4 + c4;
  var v = sums;
  if (e.flags & ADD_BIAS) != 0u { v += weight(e.bias + c4); }
  if (e.flags & ADD_PER_SAMPLE) != 0u { v += fetch(e.per_sample + n * e.per_sample_stride + c4); }
  if (e.flags & TIMES_SLOPE) != 0u { v *= silu_slope(fetch(e.before + at)); }
  if (e.flags & ADD_RESIDUAL) != 0u { v += fetch(e.residual + at); }
  v *= e.scale;
  if (e.flags & APPLY_SILU) != 0u { v = silu(v); }
  arena[e.y + at] = v;
  if (e.flags & ALSO_SILU) != 0u { arena[e.activated + at] = silu(v); }
}
