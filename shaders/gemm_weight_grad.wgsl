// Gradient of a convolution's or linear layer's weight on a GPU, a matrix product through workgroup memory:
//   dW[co, tap, ci] = Σ over pixels of dY[pixel, co] · X[pixel under the tap, ci].
//
// Its rows are the input channels of all taps one after another, its columns output channels, and it sums over the
// pixels of a share of the batch, 4·SLICES a step; the shares are summed by partials.wgsl. A workgroup makes
// 4·ROW_THREADS·BLOCKS rows × 4·COLUMNS columns, a thread 4·BLOCKS × 4 of them, which lie in memory as the weight does.
// As in gemm.wgsl a thread asks for what the next step needs before it multiplies, and threads that multiply differ in the
// columns first, so that neighbours read one vec4 of X and vec4s of dY that lie together; threads that stage differ in
// the channels of a pixel first.
const THREADS: u32 = COLUMNS * ROW_THREADS;
const PIXELS: u32 = 4u * SLICES;           // in a step
const A_PIXEL: u32 = THREADS / PIXELS;     // threads that stage one
const X_WIDTH: u32 = ROW_THREADS * BLOCKS;

var<workgroup> x_tile: array<vec4f, PIXELS * X_WIDTH>;
var<workgroup> dy_tile: array<vec4f, PIXELS * COLUMNS>;

// Four input channels of a tap.
struct Row { tap: u32, c: u32 }

fn row_of(i: u32) -> Row { return Row(i / d.in_c4, i % d.in_c4); }

// What a tap reads for output pixel (y, x) of sample n; zero outside the picture, where u32 has wrapped.
fn input(row: Row, n: u32, y: u32, x: u32, pixel: u32) -> vec4f {
  if row.tap >= KERNEL * KERNEL { return vec4f(); }
  if KERNEL == 1u { return arena[d.x + pixel * d.in_c4 + row.c]; }
  let iy = y * STRIDE + row.tap / KERNEL - d.pad;
  let ix = x * STRIDE + row.tap % KERNEL - d.pad;
  if iy >= d.in_h << d.upsample || ix >= d.in_w << d.upsample { return vec4f(); }
  return arena[d.x + ((n * d.in_h + (iy >> d.upsample)) * d.in_w + (ix >> d.upsample)) * d.in_c4 + row.c];
}

// 4 pixels of the thread's input channels, turned round: a column a channel.
fn x_at(k: u32, row: u32) -> mat4x4f {
  let at = 4u * k * X_WIDTH + row;
  return transpose(mat4x4f(x_tile[at], x_tile[at + X_WIDTH], x_tile[at + 2u * X_WIDTH], x_tile[at + 3u * X_WIDTH]));
}

fn dy_at(k: u32, column: u32) -> mat4x4f {
  let at = 4u * k * COLUMNS + column;
  return mat4x4f(dy_tile[at], dy_tile[at + COLUMNS], dy_tile[at + 2u * COLUMNS], dy_tile[at + 3u * COLUMNS]);
}

// The weight lies as [co/8][ky][ci/4][kx][4 ci][8 co], the latter in halves.
fn finish(sums: mat4x4f, row: Row, co: u32, share: u32) {
  if row.tap >= KERNEL * KERNEL || co >= d.out_c4 { return; }
  let matrix = ((co / 2u * KERNEL + row.tap / KERNEL) * d.in_c4 + row.c) * KERNEL + row.tap % KERNEL;
  let at = d.partials + share * d.weight_vec4s + matrix * 8u + co % 2u * 4u;
  arena[at] = sums[0];
  arena[at + 1u] = sums[1];
  arena[at + 2u] = sums[2];
  arena[at + 3u] = sums[3];
}

@compute @workgroup_size(THREADS)
fn gemm_weight_grad(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first_row = group.x * X_WIDTH;
  let first_column = group.y * COLUMNS;
  // What the thread stages: of a pixel of each step some vec4s of X and of dY.
  let p = lane / A_PIXEL;
  let staged = lane % A_PIXEL;
#for j 0..X_LOADS
  let row$j = row_of(first_row + staged + $(j)u * A_PIXEL);
  var x$j: vec4f;
#end
#for j 0..DY_LOADS
  let column$j = staged + $(j)u * A_PIXEL;
  var dy$j: vec4f;
#end
  let end = min((group.z + 1u) * d.rows_per_share, d.rows) * d.out_w;
  let begin = group.z * d.rows_per_share * d.out_w;
  var pixel = begin + p;
  var x = pixel % d.out_w;
  var y = pixel / d.out_w % d.out_h;
  var n = pixel / d.out_w / d.out_h;

  let column = lane % COLUMNS;
  let row = lane / COLUMNS;
  var sums = mat4x4f();
  var more = mat4x4f();
  for (var at = begin; ; at += PIXELS) {
    if at < end {
      let inside = pixel < end;
#for j 0..X_LOADS
      x$j = vec4f();
      if inside { x$j = input(row$j, n, y, x, pixel); }
#end
#for j 0..DY_LOADS
      dy$j = vec4f();
      if inside && first_column + column$j < d.out_c4 { dy$j = arena[d.dy + pixel * d.out_c4 + first_column + column$j]; }
#end
      pixel += PIXELS;
      if KERNEL > 1u {
        x += PIXELS;
        while x >= d.out_w { x -= d.out_w; y += 1u; }
        while y >= d.out_h { y -= d.out_h; n += 1u; }
      }
    }
    if at > begin {
      for (var s = 0u; s < SLICES; s++) {
        let of_dy = dy_at(s, column);
        sums += of_dy * x_at(s, row);
        if BLOCKS == 2u { more += of_dy * x_at(s, ROW_THREADS + row); }
      }
    }
    if at >= end { break; }
    workgroupBarrier();
#for j 0..X_LOADS
    if staged + $(j)u * A_PIXEL < X_WIDTH { x_tile[p * X_WIDTH + staged + $(j)u * A_PIXEL] = x$j; }
#end
#for j 0..DY_LOADS
    if column$j < COLUMNS { dy_tile[p * COLUMNS + column$j] = dy$j; }
#end
    workgroupBarrier();
  }

  finish(sums, row_of(first_row + row), first_column + column, group.z);
  if BLOCKS == 2u { finish(more, row_of(first_row + ROW_THREADS + row), first_column + column, group.z); }
}
