// 3×3 convolution, stride 2 (downsampling), for adapters that compute on a CPU.
//
// One thread makes 8 neighbouring pixels of a row × 8 output channels, like conv3x3.wgsl; its window
// covers 17 input pixels. Padding is `pad` on the left and above; what is missing on the right and
// below counts as zero, which serves both of diffusers' paddings (1 all around; 0 with (0,1,0,1)).

@compute @workgroup_size(WORKGROUP)
fn conv3x3_stride2(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  if id.x >= d.tiles { return; }
  let x0 = i32(id.x % d.tiles_x) * 8;
  let oy = (id.x / d.tiles_x) % d.out_h;
  let n = id.x / (d.tiles_x * d.out_h);
  let left = 2 * x0 - i32(d.pad);
  var a0 = vec4f(); var b0 = vec4f();
  var a1 = vec4f(); var b1 = vec4f();
  var a2 = vec4f(); var b2 = vec4f();
  var a3 = vec4f(); var b3 = vec4f();
  var a4 = vec4f(); var b4 = vec4f();
  var a5 = vec4f(); var b5 = vec4f();
  var a6 = vec4f(); var b6 = vec4f();
  var a7 = vec4f(); var b7 = vec4f();

  for (var ky = 0u; ky < 3u; ky++) {
    let iy = i32(2u * oy + ky) - i32(d.pad);
    if iy < 0 || iy >= i32(d.in_h) { continue; }
    var row = d.x + (n * d.in_h + u32(iy)) * d.in_w * d.in_c4;
    for (var ci = 0u; ci < d.in_c4; ci++) {
      let w = weights_at(d.weight, group.y, ky, ci, d.in_c4, d.epilogue.out_c4);
      let c0 = load(row, left);
      let c1 = load(row, left + 1);
      let c2 = load(row, left + 2);
      let c3 = load(row, left + 3);
      let c4 = load(row, left + 4);
      let c5 = load(row, left + 5);
      let c6 = load(row, left + 6);
      let c7 = load(row, left + 7);
      let c8 = load(row, left + 8);
      let c9 = load(row, left + 9);
      let c10 = load(row, left + 10);
      let c11 = load(row, left + 11);
      let c12 = load(row, left + 12);
      let c13 = load(row, left + 13);
      let c14 = load(row, left + 14);
      let c15 = load(row, left + 15);
      let c16 = load(row, left + 16);
      {
        let p = matrix(w);
        let q = matrix(w + SECOND);
        a0 += p * c0; b0 += q * c0;
        a1 += p * c2; b1 += q * c2;
        a2 += p * c4; b2 += q * c4;
        a3 += p * c6; b3 += q * c6;
        a4 += p * c8; b4 += q * c8;
        a5 += p * c10; b5 += q * c10;
        a6 += p * c12; b6 += q * c12;
        a7 += p * c14; b7 += q * c14;
      }
      {
        let p = matrix(w + TAP);
        let q = matrix(w + TAP + SECOND);
        a0 += p * c1; b0 += q * c1;
        a1 += p * c3; b1 += q * c3;
        a2 += p * c5; b2 += q * c5;
        a3 += p * c7; b3 += q * c7;
        a4 += p * c9; b4 += q * c9;
        a5 += p * c11; b5 += q * c11;
        a6 += p * c13; b6 += q * c13;
        a7 += p * c15; b7 += q * c15;
      }
      {
        let p = matrix(w + 2u * TAP);
        let q = matrix(w + 2u * TAP + SECOND);
        a0 += p * c2; b0 += q * c2;
        a1 += p * c4; b1 += q * c4;
        a2 += p * c6; b2 += q * c6;
        a3 += p * c8; b3 += q * c8;
        a4 += p * c10; b4 += q * c10;
        a5 += p * c12; b5 += q * c12;
        a6 += p * c14; b6 += q * c14;
        a7 += p * c16; b7 += q * c16;
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
