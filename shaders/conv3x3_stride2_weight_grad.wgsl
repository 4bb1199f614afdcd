// Gradient of the weight of a 3×3 convolution with stride 2: like conv3x3_weight_grad.wgsl, 4 pixels of
// the output at a time.

@compute @workgroup_size(WORKGROUP)
fn conv3x3_stride2_weight_grad(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
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
    let iy = i32(2u * y + part.ky) - i32(d.pad);
    if iy < 0 || iy >= i32(d.in_h) { continue; }
    let row = d.x + (n * d.in_h + u32(iy)) * d.in_w * d.in_c4 + part.ci;
    let first = d.dy + r * d.out_w * d.out_c4 + 2u * part.block;
    let second = first + part.second;
    for (var x0 = 0; x0 < i32(d.out_w); x0 += 4) {
      let left = 2 * x0 - i32(d.pad);
      let c0 = load(row, left + 0);
      let c1 = load(row, left + 1);
      let c2 = load(row, left + 2);
      let c3 = load(row, left + 3);
      let c4 = load(row, left + 4);
      let c5 = load(row, left + 5);
      let c6 = load(row, left + 6);
      let c7 = load(row, left + 7);
      let c8 = load(row, left + 8);
      let d0 = gradient(first, x0 + 0); let e0 = gradient(second, x0 + 0);
      let d1 = gradient(first, x0 + 1); let e1 = gradient(second, x0 + 1);
      let d2 = gradient(first, x0 + 2); let e2 = gradient(second, x0 + 2);
      let d3 = gradient(first, x0 + 3); let e3 = gradient(second, x0 + 3);
      p00 += d0 * c0.x + d1 * c2.x + d2 * c4.x + d3 * c6.x;
      p01 += d0 * c0.y + d1 * c2.y + d2 * c4.y + d3 * c6.y;
      p02 += d0 * c0.z + d1 * c2.z + d2 * c4.z + d3 * c6.z;
      p03 += d0 * c0.w + d1 * c2.w + d2 * c4.w + d3 * c6.w;
      q00 += e0 * c0.x + e1 * c2.x + e2 * c4.x + e3 * c6.x;
      q01 += e0 * c0.y + e1 * c2.y + e2 * c4.y + e3 * c6.y;
      q02 += e0 * c0.z + e1 * c2.z + e2 * c4.z + e3 * c6.z;
      q03 += e0 * c0.w + e1 * c2.w + e2 * c4.w + e3 * c6.w;
      p10 += d0 * c1.x + d1 * c3.x + d2 * c5.x + d3 * c7.x;
      p11 += d0 * c1.y + d1 * c3.y + d2 * c5.y + d3 * c7.y;
      p12 += d0 * c1.z + d1 * c3.z + d2 * c5.z + d3 * c7.z;
      p13 += d0 * c1.w + d1 * c3.w + d2 * c5.w + d3 * c7.w;
      q10 += e0 * c1.x + e1 * c3.x + e2 * c5.x + e3 * c7.x;
      q11 += e0 * c1.y + e1 * c3.y + e2 * c5.y + e3 * c7.y;
      q12 += e0 * c1.z + e1 * c3.z + e2 * c5.z + e3 * c7.z;
      q13 += e0 * c1.w + e1 * c3.w + e2 * c5.w + e3 * c7.w;
      p20 += d0 * c2.x + d1 * c4.x + d2 * c6.x + d3 * c8.x;
      p21 += d0 * c2.y + d1 * c4.y + d2 * c6.y + d3 * c8.y;
      p22 += d0 * c2.z + d1 * c4.z + d2 * c6.z + d3 * c8.z;
      p23 += d0 * c2.w + d1 * c4.w + d2 * c6.w + d3 * c8.w;
      q20 += e0 * c2.x + e1 * c4.x + e2 * c6.x + e3 * c8.x;
      q21 += e0 * c2.y + e1 * c4.y + e2 * c6.y + e3 * c8.y;
      q22 += e0 * c2.z + e1 * c4.z + e2 * c6.z + e3 * c8.z;
      q23 += e0 * c2.w + e1 * c4.w + e2 * c6.w + e3 * c8.w;
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
