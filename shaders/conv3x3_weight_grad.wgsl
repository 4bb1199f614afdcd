// Gradient of the weight of a 3×3 convolution:
//   dW[co, ci, ky, kx] = Σ over samples and pixels of dY[n, y, x, co] · X[n, s·y + ky − pad, s·x + kx − pad, ci].
//
// One thread makes one kernel row of BLOCKS blocks of 8 output channels × INS vec4s of input channels: 24·BLOCKS·INS
// accumulators, which lie in memory as the weight does. It walks over its share of the rows of all samples PX pixels of
// the output at a time, whose windows are COLUMNS = STRIDE·(PX − 1) + 3 pixels of the input: at a stride of 1, 9 + 14
// loads feed 168 vec4 multiply-adds with one block and vec4, 18 + 28 feed 672 with two of each. Of PX pixels AT_ONCE are
// added before a sum goes back to where it is kept, one after another: their number changes no bit. The shares are summed
// by partials.wgsl. With `upsample` X is read as if enlarged 2× by nearest neighbour. Registers are named because
// SwiftShader keeps arrays in memory.

// What a thread owns, over a share of the rows of the batch.
struct Part {
  ci: u32,     // the first of its input channels, in vec4s: neighbouring threads own neighbours
  ky: u32,     // kernel row
  block: u32,  // the first of its blocks of 8 output channels
}

fn part_of(thread: u32) -> Part {
  let ins = (d.in_c4 + INS - 1u) / INS;
  return Part(thread % ins * INS, thread / ins % 3u, thread / (ins * 3u) * BLOCKS);
}

// Where the sums of a share go that belong to the part's block number b.
fn sums_at(p: Part, b: u32, share: u32) -> u32 {
  return d.partials + share * d.weight_vec4s + (((p.block + b) * 3u + p.ky) * d.in_c4 + p.ci) * 24u;
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
  // Past the last channel the last is read again; nobody keeps what comes of it.
  #for j 0..INS
  let in$j = min($(j)u, d.in_c4 - 1u - part.ci);
  #end
  #for o 0..OUTS
  let out$o = min($(o)u, d.out_c4 - 1u - 2u * part.block);
  #for k 0..3
  #for j 0..INS
  #for i 0..4
  var a$(o)_$(k)_$(j)_$i = vec4f();
  #end
  #end
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
    #for j 0..INS
    #for c 0..COLUMNS
    let x$(c)_$j = load(row + in$j, left + $c, in_w, inside);
    #end
    #end
    #for t 0..TURNS
    #for o 0..OUTS
    {
      #for p 0..AT_ONCE
      let g$p = gradient(first + out$o, ox + $(AT_ONCE*t+p)u);
      #end
      #for k 0..3
      #for j 0..INS
      #for i 0..4
      a$(o)_$(k)_$(j)_$i = a$(o)_$(k)_$(j)_$i
      #for p 0..AT_ONCE
        + g$p * x$(STRIDE*AT_ONCE*t+STRIDE*p+k)_$(j)[$i]
      #end
      ;
      #end
      #end
      #end
    }
    #end
    #end
    ox += PX;
    if ox >= d.out_w {
      ox = 0u;
      first += d.out_w * d.out_c4;
      oy += 1u;
      if oy == d.out_h { oy = 0u; n += 1u; }
    }
  }

  var sums = array<vec4f, SUMS>(
    #for b 0..BLOCKS
    #for j 0..INS
    #for k 0..3
    #for o 2*b..2*b+2
    #for i 0..4
    a$(o)_$(k)_$(j)_$i,
    #end
    #end
    #end
    #end
    #end
  );
  let kept = 24u * min(INS, d.in_c4 - part.ci);
  let sum_count = bound(SUMS, id.x);
  for (var i = 0u; i < sum_count; i++) {
    let b = i / (24u * INS);
    let at = i % (24u * INS);
    if (at < kept) & (2u * (part.block + b) < d.out_c4) { arena[sums_at(part, b, group.y) + at] = sums[i]; }
  }
}
