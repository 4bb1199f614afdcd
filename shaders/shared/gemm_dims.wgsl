// Dimensions of a matrix product C = A·B in workgroup memory (ops/gemm/mod.rs fills them): the rows of C are the
// pixels of a batch, its columns output channels, and the sum runs over kernel taps and input channels.
struct Dims {
  epilogue: Epilogue,
  rows: u32,             // n · out_h · out_w
  in_h: u32,
  in_w: u32,
  in_c4: u32,
  out_h: u32,
  out_w: u32,
  upsample: u32,         // 1: the input is read as if enlarged 2×
  pad: u32,              // rows above and columns left of the picture
  x: u32,                // input, in arena
  weight: u32,           // in params: [co/8][ky][ci/4][kx][4 ci][8 co]
  slices_per_split: u32, // vec4s of the sum's terms
  splits: u32,           // that share the sum
  partials: u32,         // in arena, [split][row][out_c4]
}
@group(0) @binding(2) var<uniform> d: Dims;

// A pixel of the output.
struct Place { n: u32, y: u32, x: u32 }

fn pixel_of(p: Place) -> u32 { return (p.n * d.out_h + p.y) * d.out_w + p.x; }

const OUTSIDE: u32 = 0xffffffffu;
