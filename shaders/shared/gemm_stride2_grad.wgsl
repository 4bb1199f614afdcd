// What a product's rows read in the gradient of the input of a 3×3 convolution with stride 2.
//
// Output pixel (oy, ox) has read input pixel (y, x) at kernel row and column (ky, kx) where y + pad = 2·oy + ky and
// x + pad = 2·ox + kx, so the parities of y + pad and x + pad decide which taps count: 4, 2, 2 or 1. Each of these
// four phases is a product of its own over its pixels; together they have the multiply-adds of the forward pass.
// `in_…` are the sizes of what is read, the output's gradient; `out_…` those of what is written.
const PHASES: u32 = 4u;

fn odd(phase: u32) -> vec2u { return vec2u(phase / 2u, phase % 2u); }

// The first row and column of a phase.
fn first_of(phase: u32) -> vec2u { return odd(phase) ^ vec2u(d.pad); }

fn size_of(phase: u32) -> vec2u { return (vec2u(d.out_h, d.out_w) + 1u - first_of(phase)) / 2u; }

fn rows_of(phase: u32) -> u32 {
  let size = size_of(phase);
  return d.rows / (d.out_h * d.out_w) * size.x * size.y;
}

fn place_of(row: u32, phase: u32) -> Place {
  let size = size_of(phase);
  let at = vec2u(row / size.y % size.x, row % size.y) * 2u + first_of(phase);
  return Place(row / (size.x * size.y), at.x, at.y);
}

fn taps_of(phase: u32) -> u32 {
  let taps = 2u - odd(phase);
  return taps.x * taps.y;
}

// Rows and columns 0 and 2 of the kernel at even places, 1 at odd ones; weights_transposed.wgsl has them backwards.
fn tap_of(i: u32, phase: u32) -> vec2u {
  let columns = 2u - odd(phase).y;
  return select(vec2u(i / columns, i % columns) * 2u, vec2u(1u), odd(phase) == vec2u(1u));
}

fn source_of(p: Place, tap: vec2u) -> u32 {
  let at = vec2u(p.y, p.x) + d.pad - (2u - tap);
  let y = at.x / 2u;
  let x = at.y / 2u;
  if at.x >= 2u * d.in_h || at.y >= 2u * d.in_w { return OUTSIDE; }
  return d.x + ((p.n * d.in_h + y) * d.in_w + x) * d.in_c4;
}
