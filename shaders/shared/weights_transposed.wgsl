// The same weights as weights.wgsl reads, read the other way round: from output to input channels, kernel
// rows and columns backwards. A convolution with them is the gradient of the convolution's input; a
// linear layer with them, of the layer's. The weights lie as for the forward pass:
// [co/8][ky][ci/4][kx][4 ci][8 co], so an output block here is two neighbours in ci/4 and the four
// channels c are half of a block of eight.
const TAP: u32 = 0xfffffff8u;  // −8: u32 arithmetic wraps
const SECOND: u32 = KERNEL * 8u;

fn oriented(m: mat4x4f) -> mat4x4f { return transpose(m); }

fn weights_at(first: u32, block: u32, ky: u32, c: u32, in_c4: u32, out_c4: u32) -> u32 {
  let row = c / 2u * KERNEL + KERNEL - 1u - ky;
  return first + (row * out_c4 + 2u * block) * KERNEL * 8u + (KERNEL - 1u) * 8u + c % 2u * 4u;
}

fn matrix(at: u32) -> mat4x4f {
  return transpose(weight_matrix(at));
}
