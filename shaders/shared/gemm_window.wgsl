// What a product's rows read in a convolution of any stride, or in a linear layer, whose window is one pixel.
const PHASES: u32 = 1u;

fn rows_of(phase: u32) -> u32 { return d.rows; }

fn place_of(row: u32, phase: u32) -> Place {
  return Place(row / (d.out_w * d.out_h), row / d.out_w % d.out_h, row % d.out_w);
}

fn taps_of(phase: u32) -> u32 { return KERNEL * KERNEL; }

// Row and column of tap number i in the weights.
fn tap_of(i: u32, phase: u32) -> vec2u { return vec2u(i / KERNEL, i % KERNEL); }

// Where the input pixel under a tap begins, or OUTSIDE. Past an edge below zero u32 wraps to the largest numbers.
fn source_of(p: Place, tap: vec2u) -> u32 {
  let y = p.y * STRIDE + tap.x - d.pad;
  let x = p.x * STRIDE + tap.y - d.pad;
  if y >= d.in_h << d.upsample || x >= d.in_w << d.upsample { return OUTSIDE; }
  return d.x + ((p.n * d.in_h + (y >> d.upsample)) * d.in_w + (x >> d.upsample)) * d.in_c4;
}
