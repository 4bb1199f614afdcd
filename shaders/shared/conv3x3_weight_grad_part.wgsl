// What a thread of the kernels that make a convolution's weight gradient owns: one kernel row of 8 output × 4 input
// channels, over a share of the rows of the batch.
struct Part {
  ci: u32,      // input channels, in vec4s: neighbouring threads own neighbours
  ky: u32,      // kernel row
  block: u32,   // of 8 output channels
  second: u32,  // from the first 4 of them to the others: 0 where the block is half empty, so that its second half
                // repeats the first; the sum over shares drops it
}

fn part_of(thread: u32) -> Part {
  let block = thread / (d.in_c4 * 3u);
  return Part(thread % d.in_c4, thread / d.in_c4 % 3u, block, select(0u, 1u, 2u * block + 1u < d.out_c4));
}

// Where a share's sums go.
fn sums_at(p: Part, share: u32) -> u32 {
  return d.partials + share * d.weight_vec4s + ((p.block * 3u + p.ky) * d.in_c4 + p.ci) * 24u;
}

// The gradient at output column `column`, zero past the end of the row. `row` is its first column.
fn gradient(row: u32, column: u32) -> vec4f {
  let v = fetch(row + min(column, d.out_w - 1u) * d.out_c4);
  return select(vec4f(), v, column < d.out_w);
}
