// Gradient of the weight of a linear layer: dW[co, ci] = Σ over rows of dY[row, co] · X[row, ci].
//
// One thread makes 8 output × 8 input channels over its share of the rows, 4 rows at a time: 16 loads feed
// 64 vec4 multiply-adds. The shares are summed by partials.wgsl. A lone one is the gradient, and with BIAS its threads
// make the bias's, too: db[co] = Σ over rows of dY[row, co], one row after another.

// Row `row` of a matrix; zero past the end of the share.
fn load(first: u32, stride: u32, row: u32, end: u32) -> vec4f {
  return select(vec4f(), fetch(first + min(row, end - 1u) * stride), row < end);
}

@compute @workgroup_size(WORKGROUP)
fn linear_weight_grad(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  let ci_pairs = (d.in_c4 + 1u) / 2u;
  let ci = id.x % ci_pairs * 2u;
  let co = id.x / ci_pairs * 2u;
  if co >= d.out_c4 { return; }
  // Past the last channel the last is read again; nobody keeps what comes of it.
  let ci_second = min(ci + 1u, d.in_c4 - 1u);
  let co_second = min(co + 1u, d.out_c4 - 1u);
  var p0 = vec4f(); var p1 = vec4f(); var p2 = vec4f(); var p3 = vec4f();
  var q0 = vec4f(); var q1 = vec4f(); var q2 = vec4f(); var q3 = vec4f();
  var r0 = vec4f(); var r1 = vec4f(); var r2 = vec4f(); var r3 = vec4f();
  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();

  var b0 = vec4f(); var b1 = vec4f();

  let end = bound(min((group.y + 1u) * d.rows_per_share, d.rows), id.x);
  for (var row = group.y * d.rows_per_share; row < end; row += 4u) {
    let x0 = load(d.x + ci, d.in_c4, row + 0u, end); let y0 = load(d.x + ci_second, d.in_c4, row + 0u, end);
    let d0 = load(d.dy + co, d.out_c4, row + 0u, end); let e0 = load(d.dy + co_second, d.out_c4, row + 0u, end);
    let x1 = load(d.x + ci, d.in_c4, row + 1u, end); let y1 = load(d.x + ci_second, d.in_c4, row + 1u, end);
    let d1 = load(d.dy + co, d.out_c4, row + 1u, end); let e1 = load(d.dy + co_second, d.out_c4, row + 1u, end);
    let x2 = load(d.x + ci, d.in_c4, row + 2u, end); let y2 = load(d.x + ci_second, d.in_c4, row + 2u, end);
    let d2 = load(d.dy + co, d.out_c4, row + 2u, end); let e2 = load(d.dy + co_second, d.out_c4, row + 2u, end);
    let x3 = load(d.x + ci, d.in_c4, row + 3u, end); let y3 = load(d.x + ci_second, d.in_c4, row + 3u, end);
    let d3 = load(d.dy + co, d.out_c4, row + 3u, end); let e3 = load(d.dy + co_second, d.out_c4, row + 3u, end);
    p0 += d0 * x0.x + d1 * x1.x + d2 * x2.x + d3 * x3.x;
    p1 += d0 * x0.y + d1 * x1.y + d2 * x2.y + d3 * x3.y;
    p2 += d0 * x0.z + d1 * x1.z + d2 * x2.z + d3 * x3.z;
    p3 += d0 * x0.w + d1 * x1.w + d2 * x2.w + d3 * x3.w;
    q0 += e0 * x0.x + e1 * x1.x + e2 * x2.x + e3 * x3.x;
    q1 += e0 * x0.y + e1 * x1.y + e2 * x2.y + e3 * x3.y;
    q2 += e0 * x0.z + e1 * x1.z + e2 * x2.z + e3 * x3.z;
    q3 += e0 * x0.w + e1 * x1.w + e2 * x2.w + e3 * x3.w;
    r0 += d0 * y0.x + d1 * y1.x + d2 * y2.x + d3 * y3.x;
    r1 += d0 * y0.y + d1 * y1.y + d2 * y2.y + d3 * y3.y;
    r2 += d0 * y0.z + d1 * y1.z + d2 * y2.z + d3 * y3.z;
    r3 += d0 * y0.w + d1 * y1.w + d2 * y2.w + d3 * y3.w;
    s0 += e0 * y0.x + e1 * y1.x + e2 * y2.x + e3 * y3.x;
    s1 += e0 * y0.y + e1 * y1.y + e2 * y2.y + e3 * y3.y;
    s2 += e0 * y0.z + e1 * y1.z + e2 * y2.z + e3 * y3.z;
    s3 += e0 * y0.w + e1 * y1.w + e2 * y2.w + e3 * y3.w;
    if BIAS == 1u {
      b0 = b0 + d0 + d1 + d2 + d3;
      b1 = b1 + e0 + e1 + e2 + e3;
    }
  }

  if BIAS == 1u {
    if ci == 0u {
      arena[d.bias + co] = b0;
      arena[d.bias + co_second] = select(b0, b1, co_second > co);
    }
  }
  // The gaps of the weight's layout become zero, and an optimiser keeps them so.
  let at = d.partials + group.y * d.weight_vec4s + (co / 2u * d.in_c4 + ci) * 8u;
  var sums = array<vec4f, 16>(p0, p1, p2, p3, q0, q1, q2, q3, r0, r1, r2, r3, s0, s1, s2, s3);
  let count = select(8u, 16u, ci + 1u < d.in_c4);
  for (var i = 0u; i < count; i++) {
    let c = 4u * co + (i & 4u) + vec4u(0u, 1u, 2u, 3u);
    let real = (c < vec4u(d.out_c)) & vec4<bool>(4u * ci + i / 8u * 4u + i % 4u < d.in_c);
    arena[at + i] = select(vec4f(), sums[i], real);
  }
}
