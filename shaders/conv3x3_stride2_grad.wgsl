// Gradient of the input of a 3×3 convolution with stride 2.
//
// The input pixel (y, x) was read by output (oy, ox) at kernel row and column (ky, kx) where
// y + pad = 2·oy + ky and x + pad = 2·ox + kx, so its parity decides which kernel columns count. In
// u = x + pad − 1: u even, the middle column of ox = u/2; u odd, the first of (u + 1)/2 and the last of
// (u − 1)/2. One thread makes 8 neighbours in u × 8 input channels from 5 output pixels. `in_…` are the
// sizes of what is read, the output's gradient; `out_…` those of what is written.

// 4 channels at `column` of a row, zero outside the picture. `row` is the address of column 0.
fn load(row: u32, column: i32) -> vec4f {
  let inside = (column >= 0) & (column < i32(d.in_w));
  let v = fetch(row + u32(clamp(column, 0, i32(d.in_w) - 1)) * d.in_c4);
  return select(vec4f(), v, inside);
}

@compute @workgroup_size(WORKGROUP)
fn conv3x3_stride2_grad(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  if id.x >= d.tiles { return; }
  var e = d.epilogue;
  e.flags = FLAGS;
  let out_c4 = bound(d.in_c4, id.x);
  // Without padding on the left, u begins at −1.
  let u0 = i32(id.x % d.tiles_x) * 8 - 2 * i32(1u - d.pad);
  // Even rows, then odd ones: neighbouring threads read the same kernel rows.
  let even = (d.out_h + 1u) / 2u;
  let line = (id.x / d.tiles_x) % d.out_h;
  let y = select(2u * line, 2u * (line - even) + 1u, line >= even);
  let n = id.x / (d.tiles_x * d.out_h);
  var a0 = vec4f(); var b0 = vec4f();
  var a1 = vec4f(); var b1 = vec4f();
  var a2 = vec4f(); var b2 = vec4f();
  var a3 = vec4f(); var b3 = vec4f();
  var a4 = vec4f(); var b4 = vec4f();
  var a5 = vec4f(); var b5 = vec4f();
  var a6 = vec4f(); var b6 = vec4f();
  var a7 = vec4f(); var b7 = vec4f();

  for (var ky = 0u; ky < 3u; ky++) {
    let twice = i32(y + d.pad) - i32(ky);
    if twice < 0 || twice % 2 != 0 || twice / 2 >= i32(d.in_h) { continue; }
    var row = d.x + (n * d.in_h + u32(twice / 2)) * d.in_w * d.in_c4;
    for (var co = 0u; co < out_c4; co++) {
      let w = weights_at(d.weight, group.y, 2u - ky, co, out_c4, e.out_c4);
      let c0 = load(row, u0 / 2);
      let c1 = load(row, u0 / 2 + 1);
      let c2 = load(row, u0 / 2 + 2);
      let c3 = load(row, u0 / 2 + 3);
      let c4 = load(row, u0 / 2 + 4);
      {
        let p = matrix(w + 2u * TAP);
        let q = matrix(w + 2u * TAP + SECOND);
        a1 += p * c1; b1 += q * c1;
        a3 += p * c2; b3 += q * c2;
        a5 += p * c3; b5 += q * c3;
        a7 += p * c4; b7 += q * c4;
      }
      {
        let p = matrix(w + TAP);
        let q = matrix(w + TAP + SECOND);
        a0 += p * c0; b0 += q * c0;
        a2 += p * c1; b2 += q * c1;
        a4 += p * c2; b4 += q * c2;
        a6 += p * c3; b6 += q * c3;
      }
      {
        let p = matrix(w);
        let q = matrix(w + SECOND);
        a1 += p * c0; b1 += q * c0;
        a3 += p * c1; b3 += q * c1;
        a5 += p * c2; b5 += q * c2;
        a7 += p * c3; b7 += q * c3;
      }
      row += 1u;
    }
  }

  // Through an array, because sixteen inlined copies of `store` took SwiftShader seconds to compile.
  var sums = array<vec4f, 16>(a0, b0, a1, b1, a2, b2, a3, b3, a4, b4, a5, b5, a6, b6, a7, b7);
  for (var i = 0u; i < 16u; i++) {
    let x = u0 + i32(i / 2u) + 1 - i32(d.pad);
    if x >= 0 && x < i32(d.out_w) {
      store(e, sums[i], (n * d.out_h + y) * d.out_w + u32(x), n, group.y * 2u + i % 2u);
    }
  }
}
