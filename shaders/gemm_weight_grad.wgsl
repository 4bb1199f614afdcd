// Gradient of a convolution's or linear layer's weight on a GPU, a matrix product through workgroup memory:
//   dW[co, tap, ci] = Σ over pixels of dY[pixel, co] · X[pixel under the tap, ci].
//
// Its rows are the input channels of all taps one after another, its columns output channels, and it sums over the
// pixels of a share of the batch, 8 a step; the shares are summed by partials.wgsl. A workgroup makes 4·ROW_THREADS·
// BLOCKS rows × 4·COLUMNS columns, a thread 4·BLOCKS × 4 of them, which lie in memory as the weight does. Threads
// differ in the columns first, so that neighbours read one vec4 of X and vec4s of dY that lie together.
const THREADS: u32 = COLUMNS * ROW_THREADS;
const THREADS_A_PIXEL: u32 = THREADS / 8u;  // that stage it: at least COLUMNS, and half of X_WIDTH
const X_WIDTH: u32 = ROW_THREADS * BLOCKS;

var<workgroup> x_tile: array<vec4f, 8u * X_WIDTH>;
var<workgroup> dy_tile: array<vec4f, 8u * COLUMNS>;

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
  // What the thread stages: of a pixel of each step, a vec4 of dY and two of X.
  let p = lane / THREADS_A_PIXEL;
  let near = lane % THREADS_A_PIXEL;
  let far = near + THREADS_A_PIXEL;
  let near_row = row_of(first_row + near);
  let far_row = row_of(first_row + far);
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
  for (var step = begin; step < end; step += 8u) {
    let inside = pixel < end;
    if near < COLUMNS {
      var v = vec4f();
      if inside && first_column + near < d.out_c4 { v = arena[d.dy + pixel * d.out_c4 + first_column + near]; }
      dy_tile[p * COLUMNS + near] = v;
    }
    if near < X_WIDTH {
      var v = vec4f();
      if inside { v = input(near_row, n, y, x, pixel); }
      x_tile[p * X_WIDTH + near] = v;
    }
    if far < X_WIDTH {
      var v = vec4f();
      if inside { v = input(far_row, n, y, x, pixel); }
      x_tile[p * X_WIDTH + far] = v;
    }
    workgroupBarrier();
    let dy0 = dy_at(0u, column);
    let dy1 = dy_at(1u, column);
    sums += dy0 * x_at(0u, row);
    sums += dy1 * x_at(1u, row);
    if BLOCKS == 2u {
      more += dy0 * x_at(0u, ROW_THREADS + row);
      more += dy1 * x_at(1u, ROW_THREADS + row);
    }
    workgroupBarrier();
    pixel += 8u;
    if KERNEL > 1u {
      x += 8u;
      while x >= d.out_w { x -= d.out_w; y += 1u; }
      while y >= d.out_h { y -= d.out_h; n += 1u; }
    }
  }

  finish(sums, row_of(first_row + row), first_column + column, group.z);
  if BLOCKS == 2u { finish(more, row_of(first_row + ROW_THREADS + row), first_column + column, group.z); }
}
