// Gradient of the weight of a 3×3 convolution with stride 1:
//   dW[co, ci, ky, kx] = Σ over samples and pixels of dY[n, y, x, co] · X[n, y + ky − 1, x + kx − 1, ci].
//
// One thread makes one kernel row of 8 output × 4 input channels: 24 vec4 accumulators, which lie in memory
// as the weight does. It walks over its share of the rows of all samples 8 pixels at a time; 10 + 16 loads
// feed 192 vec4 multiply-adds. The shares are summed by partials.wgsl. With `upsample` X is read as if
// enlarged 2× by nearest neighbour. Registers are named because SwiftShader keeps arrays in memory.

// Input column `column` (of the enlarged picture), zero outside.
fn load(row: u32, column: i32) -> vec4f {
  let inside = column >= 0 && column < i32(d.out_w);
  let at = u32(clamp(column, 0, i32(d.out_w) - 1));
  let v = arena[row + select(at, at / 2u, d.upsample == 1u) * d.in_c4];
  return select(vec4f(), v, inside);
}

@compute @workgroup_size(WORKGROUP)
fn conv3x3_weight_grad(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  let part = part_of(id.x);
  if 2u * part.block >= d.out_c4 { return; }
  var p00 = vec4f(); var p01 = vec4f(); var p02 = vec4f(); var p03 = vec4f();
  var p10 = vec4f(); var p11 = vec4f(); var p12 = vec4f(); var p13 = vec4f();
  var p20 = vec4f(); var p21 = vec4f(); var p22 = vec4f(); var p23 = vec4f();
  var q00 = vec4f(); var q01 = vec4f(); var q02 = vec4f(); var q03 = vec4f();
  var q10 = vec4f(); var q11 = vec4f(); var q12 = vec4f(); var q13 = vec4f();
  var q20 = vec4f(); var q21 = vec4f(); var q22 = vec4f(); var q23 = vec4f();

  let end = min((group.y + 1u) * d.rows_per_share, d.rows);
  for (var r = group.y * d.rows_per_share; r < end; r++) {
    let n = r / d.out_h;
    let y = r % d.out_h;
    let vy = i32(y + part.ky) - 1;
    if vy < 0 || vy >= i32(d.out_h) { continue; }
    let iy = select(u32(vy), u32(vy) / 2u, d.upsample == 1u);
    let row = d.x + (n * d.in_h + iy) * d.in_w * d.in_c4 + part.ci;
    let first = d.dy + r * d.out_w * d.out_c4 + 2u * part.block;
    let second = first + part.second;
    for (var x0 = 0; x0 < i32(d.out_w); x0 += 8) {
      let c0 = load(row, x0 - 1);
      let c1 = load(row, x0 + 0);
      let c2 = load(row, x0 + 1);
      let c3 = load(row, x0 + 2);
      let c4 = load(row, x0 + 3);
      let c5 = load(row, x0 + 4);
      let c6 = load(row, x0 + 5);
      let c7 = load(row, x0 + 6);
      let c8 = load(row, x0 + 7);
      let c9 = load(row, x0 + 8);
      let d0 = gradient(first, x0 + 0); let e0 = gradient(second, x0 + 0);
      let d1 = gradient(first, x0 + 1); let e1 = gradient(second, x0 + 1);
      let d2 = gradient(first, x0 + 2); let e2 = gradient(second, x0 + 2);
      let d3 = gradient(first, x0 + 3); let e3 = gradient(second, x0 + 3);
      let d4 = gradient(first, x0 + 4); let e4 = gradient(second, x0 + 4);
      let d5 = gradient(first, x0 + 5); let e5 = gradient(second, x0 + 5);
      let d6 = gradient(first, x0 + 6); let e6 = gradient(second, x0 + 6);
      let d7 = gradient(first, x0 + 7); let e7 = gradient(second, x0 + 7);
      p00 += d0 * c0.x + d1 * c1.x + d2 * c2.x + d3 * c3.x + d4 * c4.x + d5 * c5.x + d6 * c6.x + d7 * c7.x;
      p01 += d0 * c0.y + d1 * c1.y + d2 * c2.y + d3 * c3.y + d4 * c4.y + d5 * c5.y + d6 * c6.y + d7 * c7.y;
      p02 += d0 * c0.z + d1 * c1.z + d2 * c2.z + d3 * c3.z + d4 * c4.z + d5 * c5.z + d6 * c6.z + d7 * c7.z;
      p03 += d0 * c0.w + d1 * c1.w + d2 * c2.w + d3 * c3.w + d4 * c4.w + d5 * c5.w + d6 * c6.w + d7 * c7.w;
      q00 += e0 * c0.x + e1 * c1.x + e2 * c2.x + e3 * c3.x + e4 * c4.x + e5 * c5.x + e6 * c6.x + e7 * c7.x;
      q01 += e0 * c0.y + e1 * c1.y + e2 * c2.y + e3 * c3.y + e4 * c4.y + e5 * c5.y + e6 * c6.y + e7 * c7.y;
      q02 += e0 * c0.z + e1 * c1.z + e2 * c2.z + e3 * c3.z + e4 * c4.z + e5 * c5.z + e6 * c6.z + e7 * c7.z;
      q03 += e0 * c0.w + e1 * c1.w + e2 * c2.w + e3 * c3.w + e4 * c4.w + e5 * c5.w + e6 * c6.w + e7 * c7.w;
      p10 += d0 * c1.x + d1 * c2.x + d2 * c3.x + d3 * c4.x + d4 * c5.x + d5 * c6.x + d6 * c7.x + d7 * c8.x;
      p11 += d0 * c1.y + d1 * c2.y + d2 * c3.y + d3 * c4.y + d4 * c5.y + d5 * c6.y + d6 * c7.y + d7 * c8.y;
      p12 += d0 * c1.z + d1 * c2.z + d2 * c3.z + d3 * c4.z + d4 * c5.z + d5 * c6.z + d6 * c7.z + d7 * c8.z;
      p13 += d0 * c1.w + d1 * c2.w + d2 * c3.w + d3 * c4.w + d4 * c5.w + d5 * c6.w + d6 * c7.w + d7 * c8.w;
      q10 += e0 * c1.x + e1 * c2.x + e2 * c3.x + e3 * c4.x + e4 * c5.x + e5 * c6.x + e6 * c7.x + e7 * c8.x;
      q11 += e0 * c1.y + e1 * c2.y + e2 * c3.y + e3 * c4.y + e4 * c5.y + e5 * c6.y + e6 * c7.y + e7 * c8.y;
      q12 += e0 * c1.z + e1 * c2.z + e2 * c3.z + e3 * c4.z + e4 * c5.z + e5 * c6.z + e6 * c7.z + e7 * c8.z;
      q13 += e0 * c1.w + e1 * c2.w + e2 * c3.w + e3 * c4.w + e4 * c5.w + e5 * c6.w + e6 * c7.w + e7 * c8.w;
      p20 += d0 * c2.x + d1 * c3.x + d2 * c4.x + d3 * c5.x + d4 * c6.x + d5 * c7.x + d6 * c8.x + d7 * c9.x;
      p21 += d0 * c2.y + d1 * c3.y + d2 * c4.y + d3 * c5.y + d4 * c6.y + d5 * c7.y + d6 * c8.y + d7 * c9.y;
      p22 += d0 * c2.z + d1 * c3.z + d2 * c4.z + d3 * c5.z + d4 * c6.z + d5 * c7.z + d6 * c8.z + d7 * c9.z;
      p23 += d0 * c2.w + d1 * c3.w + d2 * c4.w + d3 * c5.w + d4 * c6.w + d5 * c7.w + d6 * c8.w + d7 * c9.w;
      q20 += e0 * c2.x + e1 * c3.x + e2 * c4.x + e3 * c5.x + e4 * c6.x + e5 * c7.x + e6 * c8.x + e7 * c9.x;
      q21 += e0 * c2.y + e1 * c3.y + e2 * c4.y + e3 * c5.y + e4 * c6.y + e5 * c7.y + e6 * c8.y + e7 * c9.y;
      q22 += e0 * c2.z + e1 * c3.z + e2 * c4.z + e3 * c5.z + e4 * c6.z + e5 * c7.z + e6 * c8.z + e7 * c9.z;
      q23 += e0 * c2.w + e1 * c3.w + e2 * c4.w + e3 * c5.w + e4 * c6.w + e5 * c7.w + e6 * c8.w + e7 * c9.w;
    }
  }

  let at = sums_at(part, group.y);
  var sums = array<vec4f, 24>(
    p00, p01, p02, p03, q00, q01, q02, q03,
    p10, p11, p12, p13, q10, q11, q12, q13,
    p20, p21, p22, p23, q20, q21, q22, q23,
  );
  for (var i = 0u; i < 24u; i++) { arena[at + i] = sums[i]; }
}
