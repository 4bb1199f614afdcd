// Linear layer, or 1×1 convolution: rows (pixels) × channels. With weights_transposed.wgsl in front of
// it, the gradient of its input.
//
// One thread makes ROWS rows × BLOCKS blocks of 8 output channels: for 8 rows × 2 blocks 24 loads feed 128 vec4
// multiply-adds, for 16 × 4 48 feed 512. Rows past the end read the last row and store nothing; a block past the last
// channel stores nothing.
struct Dims {
  epilogue: Epilogue,
  rows: u32,
  rows_per_sample: u32,
  in_c4: u32,
  x: u32,       // [rows][in_c4], in arena
  weight: u32,  // in params: [co/8][ci/4][4 ci][8 co]
}
@group(0) @binding(2) var<uniform> d: Dims;

@compute @workgroup_size(WORKGROUP)
fn linear(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let item = id.x + id.y * groups.x * WORKGROUP;
  var e = d.epilogue;
  e.flags = FLAGS;
  let tiles = (d.rows + ROWS - 1u) / ROWS;
  let row = item % tiles * ROWS;
  let block = item / tiles * BLOCKS;
  if 2u * block >= e.out_c4 { return; }
  let in_c4 = bound(d.in_c4, id.x);
  let weights = d.weight;
  #for r 0..ROWS
  let at$r = d.x + min(row + $(r)u, d.rows - 1u) * in_c4;
  #for b 0..BLOCKS
  var a$(r)_$b = vec4f(); var b$(r)_$b = vec4f();
  #end
  #end

  for (var ci = 0u; ci < in_c4; ci++) {
    #for r 0..ROWS
    let x$r = fetch(at$r + ci);
    #end
    #for b 0..BLOCKS
    let w$b = weights_at(weights, block + $(b)u, 0u, ci, in_c4, e.out_c4);
    {
      let m = matrix(w$b);
      #for r 0..ROWS
      a$(r)_$b += m * x$r;
      #end
    }
    {
      let m = matrix(w$b + SECOND);
      #for r 0..ROWS
      b$(r)_$b += m * x$r;
      #end
    }
    #end
  }

  // Through an array, because inlined copies of `store` take SwiftShader seconds to compile.
  var sums = array<vec4f, SUMS>(
    #for r 0..ROWS
    #for b 0..BLOCKS
    a$(r)_$b, b$(r)_$b,
    #end
    #end
  );
  let sum_count = bound(SUMS, id.x);
  for (var i = 0u; i < sum_count; i++) {
    let r = row + i / (2u * BLOCKS);
    // Asked for only where it matters: a CPU adapter divides lane by lane.
    var n = 0u;
    if (FLAGS & ADD_PER_SAMPLE) != 0u { n = r / d.rows_per_sample; }
    if r < d.rows { store(e, sums[i], r, n, block * 2u + i % (2u * BLOCKS)); }
  }
}
