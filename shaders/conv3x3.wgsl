// 3×3 convolution for adapters that compute on a CPU. With weights_transposed.wgsl in front of it, the gradient of the
// input of one with stride 1.
//
// One thread makes ROWS rows of PX neighbouring pixels × BLOCKS blocks of 8 output channels, all in registers. For each
// row of the kernel and 4 input channels it loads the COLUMNS = STRIDE·(PX − 1) + 3 pixels under its window once a row
// and uses them for three kernel columns: for 2×7 pixels × 1 block 18 + 24 loads feed 336 vec4 multiply-adds, for 4×7 × 2
// blocks 36 + 48 feed 1344. Neighbouring threads own neighbouring tiles of pixels and read the same weights. With
// `upsample` the input is read as if enlarged 2× by nearest neighbour. Padding is `pad` on the left and above; what is missing on the right and below
// counts as zero, which serves both of diffusers' paddings of a stride of 2 (1 all around; 0 with (0,1,0,1)).

// Address of input column `column` (of the enlarged picture) in a row, clamped to the picture.
fn column_at(column: i32) -> u32 {
  return (u32(clamp(column, 0, i32(d.in_w << d.upsample) - 1)) >> d.upsample) * d.in_c4;
}

// 1 inside the (enlarged) picture, 0 outside. With & because SwiftShader takes seconds to compile the branches of &&.
fn inside(at: i32, size: u32) -> f32 { return select(0.0, 1.0, (at >= 0) & (at < i32(size << d.upsample))); }

@compute @workgroup_size(WORKGROUP)
fn conv3x3(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let item = id.x + id.y * groups.x * WORKGROUP;
  var e = d.epilogue;
  e.flags = FLAGS;
  let block = item / d.tiles * BLOCKS;
  if 2u * block >= e.out_c4 { return; }
  let tile = item % d.tiles;
  let tiles_y = (d.out_h + ROWS - 1u) / ROWS;
  let x0 = tile % d.tiles_x * PX;
  let y0 = tile / d.tiles_x % tiles_y * ROWS;
  let n = tile / (d.tiles_x * tiles_y);
  let left = i32(x0 * STRIDE) - i32(d.pad);
  #for c 0..COLUMNS
  let at$c = column_at(left + $c);
  let mask$c = inside(left + $c, d.in_w);
  #end
  #for r 0..ROWS
  #for p 0..PX
  #for b 0..BLOCKS
  var a$(r)_$(p)_$b = vec4f(); var b$(r)_$(p)_$b = vec4f();
  #end
  #end
  #end

  // One loop over kernel rows and input channels, because what a loop carries round costs a CPU adapter as much as a
  // load does.
  let in_c4 = d.in_c4;
  let weights = d.weight;
  let steps = bound(3u * in_c4, id.x);
  var ky = 0u;
  var ci = 0u;
  for (var step = 0u; step < steps; step++) {
    #for b 0..BLOCKS
    let w$b = weights_at(weights, block + $(b)u, ky, ci, in_c4, e.out_c4);
    #end
    #for r 0..ROWS
    let vy$r = i32((y0 + $(r)u) * STRIDE + ky) - i32(d.pad);
    let inside$r = inside(vy$r, d.in_h);
    let row$r = d.x + (n * d.in_h + (u32(clamp(vy$r, 0, i32(d.in_h << d.upsample) - 1)) >> d.upsample)) * d.in_w * in_c4 + ci;
    #for c 0..COLUMNS
    let x$(r)_$c = fetch(row$r + at$c) * (mask$c * inside$r);
    #end
    #end
    #for k 0..3
    #for b 0..BLOCKS
    {
      let m = matrix(w$b + $(k)u * TAP);
      #for r 0..ROWS
      #for p 0..PX
      a$(r)_$(p)_$b += m * x$(r)_$(STRIDE*p+k);
      #end
      #end
    }
    {
      let m = matrix(w$b + $(k)u * TAP + SECOND);
      #for r 0..ROWS
      #for p 0..PX
      b$(r)_$(p)_$b += m * x$(r)_$(STRIDE*p+k);
      #end
      #end
    }
    #end
    #end
    ci += 1u;
    if ci == in_c4 { ci = 0u; ky += 1u; }
  }

  // Through an array, because inlined copies of `store` take SwiftShader seconds to compile.
  var sums = array<vec4f, SUMS>(
    #for r 0..ROWS
    #for p 0..PX
    #for b 0..BLOCKS
    a$(r)_$(p)_$b, b$(r)_$(p)_$b,
    #end
    #end
    #end
  );
  let sum_count = bound(SUMS, id.x);
  for (var i = 0u; i < sum_count; i++) {
    let pixel = i / (2u * BLOCKS);
    let x = x0 + pixel % PX;
    let y = y0 + pixel / PX;
    if x < d.out_w && y < d.out_h {
      store(e, sums[i], (n * d.out_h + y) * d.out_w + x, n, block * 2u + i % (2u * BLOCKS));
    }
  }
}
