// 3×3 convolution, stride 1, padding 1, for GPUs: an implicit matrix product through workgroup memory.
// With weights_transposed.wgsl in front of it, the gradient of its input.
//
// A workgroup of 64 threads makes 8×8 pixels × 32 output channels: 16 blocks of 2×2 pixels times 4
// blocks of 8 channels, one of each a thread. For every 4 input channels it first stages the 10×10
// input pixels (1.6 KB) and the 9 × 32 weights (4.6 KB). With `upsample` the input is read as if
// enlarged 2× by nearest neighbour.
const STAGED_PIXELS: u32 = 100u;
const STAGED_WEIGHTS: u32 = 288u;  // [4 blocks of 8 co][ky][kx][8 vec4]

var<workgroup> pixels: array<vec4f, STAGED_PIXELS>;
var<workgroup> weights: array<vec4f, STAGED_WEIGHTS>;

fn load(n: u32, y: i32, x: i32, ci: u32) -> vec4f {
  if y < 0 || x < 0 || y >= i32(d.out_h) || x >= i32(d.out_w) { return vec4f(); }
  let iy = select(u32(y), u32(y) / 2u, d.upsample == 1u);
  let ix = select(u32(x), u32(x) / 2u, d.upsample == 1u);
  return arena[d.x + ((n * d.in_h + iy) * d.in_w + ix) * d.in_c4 + ci];
}

fn store_pixel(a: vec4f, b: vec4f, n: u32, y: u32, x: u32, c4: u32) {
  if y >= d.out_h || x >= d.out_w { return; }
  let pixel = (n * d.out_h + y) * d.out_w + x;
  store(d.epilogue, a, pixel, n, c4);
  store(d.epilogue, b, pixel, n, c4 + 1u);
}

@compute @workgroup_size(64)
fn conv3x3_tile(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let tiles_y = (d.out_h + 7u) / 8u;
  let n = group.x / (d.tiles_x * tiles_y);
  let top = (group.x / d.tiles_x) % tiles_y * 8u;
  let left = group.x % d.tiles_x * 8u;
  let block = lane / 16u;                  // of 8 output channels
  let py = (lane % 16u) / 4u * 2u;         // of the thread's 2×2 pixels in the tile
  let px = lane % 4u * 2u;
  let blocks = (d.epilogue.out_c4 + 1u) / 2u;

  var a0 = vec4f(); var a1 = vec4f(); var a2 = vec4f(); var a3 = vec4f();
  var b0 = vec4f(); var b1 = vec4f(); var b2 = vec4f(); var b3 = vec4f();
  for (var ci = 0u; ci < d.in_c4; ci++) {
    for (var i = lane; i < STAGED_PIXELS; i += 64u) {
      pixels[i] = load(n, i32(top + i / 10u) - 1, i32(left + i % 10u) - 1, ci);
    }
    for (var i = lane; i < STAGED_WEIGHTS; i += 64u) {
      // A block past the last output channel stages the last one again; its sums are not stored.
      let b = min(group.y * 4u + i / 72u, blocks - 1u);
      let w = weights_at(d.weight, b, i % 72u / 24u, ci, d.in_c4, d.epilogue.out_c4);
      weights[i] = params[w + i % 24u / 8u * TAP + i % 8u / 4u * SECOND + i % 4u];
    }
    workgroupBarrier();
    for (var tap = 0u; tap < 9u; tap++) {
      let w = block * 72u + tap * 8u;
      let p = oriented(mat4x4f(weights[w], weights[w + 1u], weights[w + 2u], weights[w + 3u]));
      let q = oriented(mat4x4f(weights[w + 4u], weights[w + 5u], weights[w + 6u], weights[w + 7u]));
      let at = (py + tap / 3u) * 10u + px + tap % 3u;
      let c0 = pixels[at]; a0 += p * c0; b0 += q * c0;
      let c1 = pixels[at + 1u]; a1 += p * c1; b1 += q * c1;
      let c2 = pixels[at + 10u]; a2 += p * c2; b2 += q * c2;
      let c3 = pixels[at + 11u]; a3 += p * c3; b3 += q * c3;
    }
    workgroupBarrier();
  }

  let c4 = (group.y * 4u + block) * 2u;
  store_pixel(a0, b0, n, top + py, left + px, c4);
  store_pixel(a1, b1, n, top + py, left + px + 1u, c4);
  store_pixel(a2, b2, n, top + py + 1u, left + px, c4);
  store_pixel(a3, b3, n, top + py + 1u, left + px + 1u, c4);
}
