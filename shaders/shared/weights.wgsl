// Where a layer finds its weights, [co/8][ky][ci/4][kx][4 ci][8 co]: for each kernel column two 4×4
// matrices, from four input channels to the first and to the second four of a block of eight output
// channels. KERNEL is 3 or 1.
const TAP: u32 = 8u;     // from a kernel column to the next
const SECOND: u32 = 4u;  // from the first matrix to the second

fn oriented(m: mat4x4f) -> mat4x4f { return m; }

// The first matrix of kernel row ky, column 0, for output block `block` and input channels 4·c …
fn weights_at(first: u32, block: u32, ky: u32, c: u32, in_c4: u32, out_c4: u32) -> u32 {
  return first + ((block * KERNEL + ky) * in_c4 + c) * KERNEL * 8u;
}

fn matrix(at: u32) -> mat4x4f { return weight_matrix(at); }
