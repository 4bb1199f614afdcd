// Convolutions and linear layers, and the gradients of their inputs, on a GPU: an implicit matrix product through
// workgroup memory. Rows of A and C are the pixels of the whole batch one after another, so that a tile is full
// whatever the size of the pictures; columns of B and C are output channels; nothing of A is ever stored, its rows
// are read where a tap of the kernel finds them (`source_of`, in a fragment of its own).
//
// A workgroup makes ROWS pixels × 4·COLUMNS channels, a thread 4·BLOCKS × 4 of them: its sums are matrices whose
// columns are pixels. Each step stages 8 terms of the sum, two vec4s of A a pixel and 8 × COLUMNS vec4s of B. Threads
// differ in the columns first, so that neighbours read one vec4 of A and vec4s of B that lie together; the gaps
// between slices of A and rows of B keep the writes of 8 neighbours in different banks.
const THREADS: u32 = COLUMNS * ROW_THREADS;
const ROWS: u32 = 4u * BLOCKS * ROW_THREADS;
const THREADS_A_ROW: u32 = max(THREADS / ROWS, 1u);  // that stage it: 1 or 2
const SLICE: u32 = ROWS + 4u;                        // from 4 terms of A to the next 4
const TERM: u32 = 10u;                               // from a row of B to the next

var<workgroup> a_tile: array<vec4f, 2u * SLICE>;
var<workgroup> b_tile: array<vec4f, 8u * TERM>;

fn input(source: u32, c: u32) -> vec4f {
  if source == OUTSIDE || c >= d.in_c4 { return vec4f(); }
  return arena[source + c];
}

// Four terms of four of the thread's rows, which are ROW_THREADS apart.
fn a_at(k: u32, row: u32) -> mat4x4f {
  let at = k * SLICE + row;
  return mat4x4f(a_tile[at], a_tile[at + ROW_THREADS], a_tile[at + 2u * ROW_THREADS], a_tile[at + 3u * ROW_THREADS]);
}

fn b_at(k: u32, column: u32) -> mat4x4f {
  let at = 4u * k * TERM + column;
  return oriented(mat4x4f(b_tile[at], b_tile[at + TERM], b_tile[at + 2u * TERM], b_tile[at + 3u * TERM]));
}

fn finish_row(sums: vec4f, row: u32, c4: u32, z: u32) {
  let phase = z % PHASES;
  if row < rows_of(phase) { finish(sums, place_of(row, phase), c4, z / PHASES); }
}

fn finish_rows(sums: mat4x4f, row: u32, c4: u32, z: u32) {
  finish_row(sums[0], row, c4, z);
  finish_row(sums[1], row + ROW_THREADS, c4, z);
  finish_row(sums[2], row + 2u * ROW_THREADS, c4, z);
  finish_row(sums[3], row + 3u * ROW_THREADS, c4, z);
}

@compute @workgroup_size(THREADS)
fn gemm(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let phase = group.z % PHASES;
  let first = group.x * ROWS;
  let rows = rows_of(phase);
  if first >= rows { return; }

  // What the thread stages of A: half a row, a row, or two. Rows past the end repeat the last.
  let a_row = lane / THREADS_A_ROW;
  let a_k = lane % THREADS_A_ROW;
  let place = place_of(min(first + a_row, rows - 1u), phase);
  let second_place = place_of(min(first + a_row + THREADS, rows - 1u), phase);
  // As many threads as there are vec4s stage B. A block past the last output channel repeats the last one.
  let b_k = lane / (4u * COLUMNS);
  let b_column = lane / 4u % COLUMNS;
  let block = min((group.y * COLUMNS + b_column) / 2u, (d.epilogue.out_c4 + 1u) / 2u - 1u);
  let b_from = b_column % 2u * SECOND + lane % 4u;
  let b_to = (4u * b_k + lane % 4u) * TERM + b_column;

  let column = lane % COLUMNS;
  let row = lane / COLUMNS;
  var sums = mat4x4f();
  var more = mat4x4f();
  let steps_per_tap = (d.in_c4 + 1u) / 2u;
  var step = group.z / PHASES * d.steps_per_split;
  let end = min(step + d.steps_per_split, taps_of(phase) * steps_per_tap);
  while step < end {
    let tap_number = step / steps_per_tap;
    let tap = tap_of(tap_number, phase);
    let source = source_of(place, tap);
    let second_source = source_of(second_place, tap);
    let tap_end = min(end, (tap_number + 1u) * steps_per_tap);
    var c = (step - tap_number * steps_per_tap) * 2u;
    while step < tap_end {
      if a_row < ROWS {
        a_tile[a_k * SLICE + a_row] = input(source, c + a_k);
        if THREADS_A_ROW == 1u { a_tile[SLICE + a_row] = input(source, c + 1u); }
      }
      if THREADS < ROWS && a_row + THREADS < ROWS {
        a_tile[a_row + THREADS] = input(second_source, c);
        a_tile[SLICE + a_row + THREADS] = input(second_source, c + 1u);
      }
      if lane < 8u * COLUMNS {
        let term = min(c + b_k, d.in_c4 - 1u);
        let w = weights_at(d.weight, block, tap.x, term, d.in_c4, d.epilogue.out_c4);
        b_tile[b_to] = params[w + tap.y * TAP + b_from];
      }
      workgroupBarrier();
      let b0 = b_at(0u, column);
      let b1 = b_at(1u, column);
      sums += b0 * a_at(0u, row);
      sums += b1 * a_at(1u, row);
      if BLOCKS == 2u {
        more += b0 * a_at(0u, row + 4u * ROW_THREADS);
        more += b1 * a_at(1u, row + 4u * ROW_THREADS);
      }
      workgroupBarrier();
      c += 2u;
      step += 1u;
    }
  }

  finish_rows(sums, first + row, group.y * COLUMNS + column, group.z);
  if BLOCKS == 2u { finish_rows(more, first + row + 4u * ROW_THREADS, group.y * COLUMNS + column, group.z); }
}
