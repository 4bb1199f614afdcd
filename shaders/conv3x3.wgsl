// 3×3 convolution, stride 1, padding 1, for adapters that compute on a CPU. With weights_transposed.wgsl
// in front of it, the gradient of its input.
//
// One thread makes 8 neighbouring pixels of a row × 8 output channels: 16 vec4 accumulators. For each
// input row and 4 input channels it loads the 10 pixels under its window once and uses them for three
// kernel columns: 10 + 24 loads feed 192 vec4 multiply-adds. Neighbouring threads own neighbouring
// pixel tiles and read the same weights. Registers are named because SwiftShader keeps arrays in
// memory. With `upsample` the input is read as if enlarged 2× by nearest neighbour; the window then
// covers 6 different pixels.

// Address of input column `column` (of the enlarged picture) in a row; columns outside are clamped
// here and zeroed by the caller.
fn column_at(column: i32) -> u32 {
  let inside = u32(clamp(column, 0, i32(d.out_w) - 1));
  return select(inside, inside / 2u, d.upsample == 1u) * d.in_c4;
}

@compute @workgroup_size(WORKGROUP)
fn conv3x3(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  if id.x >= d.tiles { return; }
  let x0 = i32(id.x % d.tiles_x) * 8;
  let oy = (id.x / d.tiles_x) % d.out_h;
  let n = id.x / (d.tiles_x * d.out_h);
  let o0 = column_at(x0 + -1);
  let o1 = column_at(x0);
  let o2 = column_at(x0 + 1);
  let o3 = column_at(x0 + 2);
  let o4 = column_at(x0 + 3);
  let o5 = column_at(x0 + 4);
  let o6 = column_at(x0 + 5);
  let o7 = column_at(x0 + 6);
  let o8 = column_at(x0 + 7);
  let o9 = column_at(x0 + 8);
  // 1 inside the picture, 0 outside: the left edge, and the right end of the last tile.
  let left = select(0.0, 1.0, x0 > 0);
  let m2 = select(0.0, 1.0, x0 + 1 < i32(d.out_w));
  let m3 = select(0.0, 1.0, x0 + 2 < i32(d.out_w));
  let m4 = select(0.0, 1.0, x0 + 3 < i32(d.out_w));
  let m5 = select(0.0, 1.0, x0 + 4 < i32(d.out_w));
  let m6 = select(0.0, 1.0, x0 + 5 < i32(d.out_w));
  let m7 = select(0.0, 1.0, x0 + 6 < i32(d.out_w));
  let m8 = select(0.0, 1.0, x0 + 7 < i32(d.out_w));
  let m9 = select(0.0, 1.0, x0 + 8 < i32(d.out_w));
  var a0 = vec4f(); var b0 = vec4f();
  var a1 = vec4f(); var b1 = vec4f();
  var a2 = vec4f(); var b2 = vec4f();
  var a3 = vec4f(); var b3 = vec4f();
  var a4 = vec4f(); var b4 = vec4f();
  var a5 = vec4f(); var b5 = vec4f();
  var a6 = vec4f(); var b6 = vec4f();
  var a7 = vec4f(); var b7 = vec4f();

  for (var ky = 0u; ky < 3u; ky++) {
    let vy = i32(oy + ky) - 1;
    if vy < 0 || vy >= i32(d.out_h) { continue; }
    let iy = select(u32(vy), u32(vy) / 2u, d.upsample == 1u);
    var row = d.x + (n * d.in_h + iy) * d.in_w * d.in_c4;
    for (var ci = 0u; ci < d.in_c4; ci++) {
      let w = weights_at(d.weight, group.y, ky, ci, d.in_c4, d.epilogue.out_c4);
      let c0 = arena[row + o0] * left;
      let c1 = arena[row + o1];
      let c2 = arena[row + o2] * m2;
      let c3 = arena[row + o3] * m3;
      let c4 = arena[row + o4] * m4;
      let c5 = arena[row + o5] * m5;
      let c6 = arena[row + o6] * m6;
      let c7 = arena[row + o7] * m7;
      let c8 = arena[row + o8] * m8;
      let c9 = arena[row + o9] * m9;
      {
        let p = matrix(w);
        let q = matrix(w + SECOND);
        a0 += p * c0; b0 += q * c0;
        a1 += p * c1; b1 += q * c1;
        a2 += p * c2; b2 += q * c2;
        a3 += p * c3; b3 += q * c3;
        a4 += p * c4; b4 += q * c4;
        a5 += p * c5; b5 += q * c5;
        a6 += p * c6; b6 += q * c6;
        a7 += p * c7; b7 += q * c7;
      }
      {
        let p = matrix(w + TAP);
        let q = matrix(w + TAP + SECOND);
        a0 += p * c1; b0 += q * c1;
        a1 += p * c2; b1 += q * c2;
        a2 += p * c3; b2 += q * c3;
        a3 += p * c4; b3 += q * c4;
        a4 += p * c5; b4 += q * c5;
        a5 += p * c6; b5 += q * c6;
        a6 += p * c7; b6 += q * c7;
        a7 += p * c8; b7 += q * c8;
      }
      {
        let p = matrix(w + 2u * TAP);
        let q = matrix(w + 2u * TAP + SECOND);
        a0 += p * c2; b0 += q * c2;
        a1 += p * c3; b1 += q * c3;
        a2 += p * c4; b2 += q * c4;
        a3 += p * c5; b3 += q * c5;
        a4 += p * c6; b4 += q * c6;
        a5 += p * c7; b5 += q * c7;
        a6 += p * c8; b6 += q * c8;
        a7 += p * c9; b7 += q * c9;
      }
      row += 1u;
    }
  }

  let pixel = (n * d.out_h + oy) * d.out_w + u32(x0);
  // Through an array, because sixteen inlined copies of `store` took SwiftShader seconds to compile.
  var sums = array<vec4f, 16>(a0, b0, a1, b1, a2, b2, a3, b3, a4, b4, a5, b5, a6, b6, a7, b7);
  for (var i = 0u; i < 2u * min(8u, d.out_w - u32(x0)); i++) {
    store(d.epilogue, sums[i], pixel + i / 2u, n, group.y * 2u + i % 2u);
  }
}
