// Dimensions shared by the convolution kernels for adapters that compute on a CPU (ops/conv.rs fills them).
struct Dims {
  epilogue: Epilogue,
  in_h: u32,
  in_w: u32,
  in_c4: u32,
  out_h: u32,
  out_w: u32,
  tiles_x: u32,  // tiles of pixels in a row of the output
  tiles: u32,    // n · out_h · tiles_x
  upsample: u32, // 1: the input is read as if enlarged 2×
  pad: u32,      // rows above and columns left of the picture
  x: u32,        // input, in arena
  weight: u32,   // in params: [co/8][ky][ci/4][kx][4 ci][8 co]
}
@group(0) @binding(2) var<uniform> d: Dims;
