// Dimensions of the kernels that make weight gradients (ops/conv_weight_grad.rs, ops/linear_weight_grad.rs).
struct Dims {
  in_h: u32,
  in_w: u32,
  in_c4: u32,
  out_h: u32,
  out_w: u32,
  out_c4: u32,
  upsample: u32,        // 1: the input is read as if enlarged 2×
  pad: u32,             // rows above and columns left of the picture
  rows: u32,            // rows of pixels in the batch, or rows of a matrix
  rows_per_share: u32,  // summed by one thread
  x: u32,               // input, in arena
  dy: u32,              // gradient of the output, in arena
  partials: u32,        // in arena, [share][weight]
  weight_vec4s: u32,
  in_c: u32,            // channels without padding
  out_c: u32,
  bias: u32,            // in arena: where the bias's gradient goes, [out_c4] (BIAS)
}
@group(0) @binding(2) var<uniform> d: Dims;
