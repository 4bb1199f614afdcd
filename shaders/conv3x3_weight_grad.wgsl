// Gradient of the weight of a 3×3 convolution:
//   dW[co, ci, ky, kx] = Σ over samples and pixels of dY[n, y, x, co] · X[n, s·y + ky − pad, s·x + kx − pad, ci].
//
// One thread makes one kernel row of 8 output × 4 input channels: 24 vec4 accumulators, which lie in memory as the
// weight does. It walks over its share of the rows of all samples PX pixels of the output at a time, whose windows are
// COLUMNS = STRIDE·(PX − 1) + 3 pixels of the input: at a stride of 1, 9 + 14 loads feed 168 vec4 multiply-adds. The
// shares are summed by partials.wgsl. With `upsample` X is read as if enlarged 2× by nearest neighbour. Registers are
// named because SwiftShader keeps arrays in memory.

// What a thread owns: one kernel row of 8 output × 4 input channels, over a share of the rows of the batch.
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

// Input column `column` (of the enlarged picture), zero outside. `inside`: whether its row is in the picture.
// With & because SwiftShader takes seconds to compile the branches of &&.
fn load(row: u32, column: i32, in_w: i32, inside: bool) -> vec4f {
  let v = fetch(row + (u32(clamp(column, 0, in_w - 1)) >> d.upsample) * d.in_c4);
  return select(vec4f(), v, inside & (column >= 0) & (column < in_w));
}

@compute @workgroup_size(WORKGROUP)
fn conv3x3_weight_grad(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  let part = part_of(id.x);
  if 2u * part.block >= d.out_c4 { return; }
  #for k 0..3
  #for i 0..4
  var p$(k)_$i = vec4f(); var q$(k)_$i = vec4f();
  #end
  #end

  // One loop over the steps of all rows, because what a loop carries round costs a CPU adapter as much as a load does;
  // rows and samples are counted, because it divides lane by lane.
  let in_w = i32(d.in_w << d.upsample);
  let in_h = i32(d.in_h << d.upsample);
  let begin = group.y * d.rows_per_share;
  let rows = min(begin + d.rows_per_share, d.rows) - begin;
  let steps = bound(rows * ((d.out_w + PX - 1u) / PX), id.x);
  var n = begin / d.out_h;
  var oy = begin % d.out_h;
  var ox = 0u;
  var first = d.dy + begin * d.out_w * d.out_c4 + 2u * part.block;
  for (var step = 0u; step < steps; step++) {
    let y = i32(oy * STRIDE + part.ky) - i32(d.pad);
    let inside = (y >= 0) & (y < in_h);
    let row = d.x + (n * d.in_h + (u32(clamp(y, 0, in_h - 1)) >> d.upsample)) * d.in_w * d.in_c4 + part.ci;
    let left = i32(ox * STRIDE) - i32(d.pad);
    #for c 0..COLUMNS
    let x$c = load(row, left + $c, in_w, inside);
    #end
    #for p 0..PX
    {
      let g = gradient(first, ox + $(p)u);
      #for k 0..3
      #for i 0..4
      p$(k)_$i += g * x$(STRIDE*p+k)[$i];
      #end
      #end
    }
    {
      let g = gradient(first + part.second, ox + $(p)u);
      #for k 0..3
      #for i 0..4
      q$(k)_$i += g * x$(STRIDE*p+k)[$i];
      #end
      #end
    }
    #end
    ox += PX;
    if ox >= d.out_w {
      ox = 0u;
      first += d.out_w * d.out_c4;
      oy += 1u;
      if oy == d.out_h { oy = 0u; n += 1u; }
    }
  }

  let at = sums_at(part, group.y);
  var sums = array<vec4f, 24>(
    #for k 0..3
    #for i 0..4
    p$(k)_$i,
    #end
    #for i 0..4
    q$(k)_$i,
    #end
    #end
  );
  for (var i = 0u; i < 24u; i++) { arena[at + i] = sums[i]; }
}
