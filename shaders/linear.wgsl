// Linear layer, or 1×1 convolution: rows (pixels) × channels. With weights_transposed.wgsl in front of
// it, the gradient of its input.
//
// One thread makes 8 rows × 8 output channels. Rows past the end read the last row and store nothing.
struct Dims {
  epilogue: Epilogue,
  rows: u32,
  rows_per_sample: u32,
  in_c4: u32,
  x: u32,       // [rows][in_c4], in arena
  weight: u32,  // in params: [co/8][ci/4][4 ci][8 co]
}
@group(0) @binding(2) var<uniform> d: Dims;

fn row_at(row: u32) -> u32 { return d.x + min(row, d.rows - 1u) * d.in_c4; }

@compute @workgroup_size(WORKGROUP)
fn linear(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  let row = id.x * 8u;
  if row >= d.rows { return; }
  let r0 = row_at(row);
  let r1 = row_at(row + 1u);
  let r2 = row_at(row + 2u);
  let r3 = row_at(row + 3u);
  let r4 = row_at(row + 4u);
  let r5 = row_at(row + 5u);
  let r6 = row_at(row + 6u);
  let r7 = row_at(row + 7u);
  var a0 = vec4f(); var b0 = vec4f();
  var a1 = vec4f(); var b1 = vec4f();
  var a2 = vec4f(); var b2 = vec4f();
  var a3 = vec4f(); var b3 = vec4f();
  var a4 = vec4f(); var b4 = vec4f();
  var a5 = vec4f(); var b5 = vec4f();
  var a6 = vec4f(); var b6 = vec4f();
  var a7 = vec4f(); var b7 = vec4f();

  for (var ci = 0u; ci < d.in_c4; ci++) {
    let w = weights_at(d.weight, group.y, 0u, ci, d.in_c4, d.epilogue.out_c4);
    let p = matrix(w);
    let q = matrix(w + SECOND);
    let x0 = arena[r0 + ci]; a0 += p * x0; b0 += q * x0;
    let x1 = arena[r1 + ci]; a1 += p * x1; b1 += q * x1;
    let x2 = arena[r2 + ci]; a2 += p * x2; b2 += q * x2;
    let x3 = arena[r3 + ci]; a3 += p * x3; b3 += q * x3;
    let x4 = arena[r4 + ci]; a4 += p * x4; b4 += q * x4;
    let x5 = arena[r5 + ci]; a5 += p * x5; b5 += q * x5;
    let x6 = arena[r6 + ci]; a6 += p * x6; b6 += q * x6;
    let x7 = arena[r7 + ci]; a7 += p * x7; b7 += q * x7;
  }

  // Through an array, because sixteen inlined copies of `store` took SwiftShader seconds to compile.
  var sums = array<vec4f, 16>(a0, b0, a1, b1, a2, b2, a3, b3, a4, b4, a5, b5, a6, b6, a7, b7);
  for (var i = 0u; i < 2u * min(8u, d.rows - row); i++) {
    let r = row + i / 2u;
    store(d.epilogue, sums[i], r, r / d.rows_per_sample, group.y * 2u + i % 2u);
  }
}
