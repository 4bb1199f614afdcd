// Convolutions and linear layers, and the gradients of their inputs, on a GPU: an implicit matrix product through
// workgroup memory. Rows of A and C are the pixels of the whole batch one after another, so that a tile is full
// whatever the size of the pictures; columns of B and C are output channels; nothing of A is ever stored, its rows
// are read where a tap of the kernel finds them (`source_of`, in a fragment of its own). The sum runs over all taps'
// input channels one after another, four to a vec4.
//
// A workgroup makes ROWS pixels × 4·COLUMNS channels, a thread 4·BLOCKS × 4 of them: its sums are matrices whose
// columns are pixels. Each step stages SLICES vec4s of A a pixel and the rows of B that belong to them. A small product
// has few workgroups, so that nothing hides how long memory takes but the thread itself: it asks for what the next step
// needs before it multiplies what the last has brought.
//
// Threads that stage differ in the slice first, so that neighbours read one pixel's neighbouring channels; threads that
// multiply in the columns first, so that neighbours read one vec4 of A and vec4s of B that lie together. The gaps
// between slices keep what 8 neighbours write in different banks.
const THREADS: u32 = COLUMNS * ROW_THREADS;
const ROWS: u32 = 4u * BLOCKS * ROW_THREADS;
const APART: u32 = THREADS / SLICES;                    // from what a thread stages to what it stages next
const A_SLICE: u32 = ROWS + 8u / SLICES;                // from a slice of A to the next
const TERM: u32 = COLUMNS + 1u;                         // from a row of B to the next
const B_SLICE: u32 = 4u * TERM + (8u / SLICES + 4u) % 8u;

var<workgroup> a_tile: array<vec4f, SLICES * A_SLICE>;
var<workgroup> b_tile: array<vec4f, SLICES * B_SLICE>;

fn input(source: u32, c: u32) -> vec4f {
  if source == OUTSIDE { return vec4f(); }
  return arena[source + c];
}

// Four terms of four of the thread's rows, which are ROW_THREADS apart.
fn a_at(slice: u32, row: u32) -> mat4x4f {
  let at = slice * A_SLICE + row;
  return mat4x4f(a_tile[at], a_tile[at + ROW_THREADS], a_tile[at + 2u * ROW_THREADS], a_tile[at + 3u * ROW_THREADS]);
}

fn b_at(slice: u32, column: u32) -> mat4x4f {
  let at = slice * B_SLICE + column;
  return oriented(mat4x4f(b_tile[at], b_tile[at + TERM], b_tile[at + 2u * TERM], b_tile[at + 3u * TERM]));
}

// The block of eight output channels that a column is a half of; past the last channel the last block again.
fn block_of(column: u32) -> u32 { return min(column / 2u, (d.epilogue.out_c4 + 1u) / 2u - 1u); }

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

  // What the thread stages: the same slice of some rows of A, past the end the last again, and some rows of B.
  let slice = lane % SLICES;
  let staged = lane / SLICES;
#for j 0..A_LOADS
  let place$j = place_of(min(first + staged + $(j)u * APART, rows - 1u), phase);
  var source$j = OUTSIDE;
  var a$j: vec4f;
#end
#for j 0..B_LOADS
  let b_row$j = staged + $(j)u * APART;
  let block$j = block_of(group.y * COLUMNS + b_row$j / 4u);
  let b_from$j = b_row$j / 4u % 2u * SECOND + b_row$j % 4u;
  let b_to$j = slice * B_SLICE + b_row$j % 4u * TERM + b_row$j / 4u;
  var b$j: vec4f;
#end
  let column = lane % COLUMNS;
  let row = lane / COLUMNS;
  var sums = mat4x4f();
  var more = mat4x4f();
  let begin = group.z / PHASES * d.slices_per_split;
  let end = min(begin + d.slices_per_split, taps_of(phase) * d.in_c4);
  var tap_number = (begin + slice) / d.in_c4;
  var c = (begin + slice) % d.in_c4;
  var tap = tap_of(tap_number, phase);
#for j 0..A_LOADS
  source$j = source_of(place$j, tap);
#end

  for (var at = begin; ; at += SLICES) {
    if at < end {
      let inside = at + slice < end;
#for j 0..A_LOADS
      a$j = vec4f();
      if inside { a$j = input(source$j, c); }
#end
#for j 0..B_LOADS
      b$j = vec4f();
      if inside { b$j = params[weights_at(d.weight, block$j, tap.x, c, d.in_c4, d.epilogue.out_c4) + tap.y * TAP + b_from$j]; }
#end
      c += SLICES;
      if c >= d.in_c4 {
        while c >= d.in_c4 { c -= d.in_c4; tap_number++; }
        tap = tap_of(tap_number, phase);
#for j 0..A_LOADS
        source$j = source_of(place$j, tap);
#end
      }
    }
    if at > begin {
      for (var s = 0u; s < SLICES; s++) {
        let b = b_at(s, column);
        sums += b * a_at(s, row);
        if BLOCKS == 2u { more += b * a_at(s, row + 4u * ROW_THREADS); }
      }
    }
    if at >= end { break; }
    workgroupBarrier();
#for j 0..A_LOADS
    if staged + $(j)u * APART < ROWS { a_tile[slice * A_SLICE + staged + $(j)u * APART] = a$j; }
#end
#for j 0..B_LOADS
    if b_row$j < 4u * COLUMNS { b_tile[b_to$j] = b$j; }
#end
    workgroupBarrier();
  }

  finish_rows(sums, first + row, group.y * COLUMNS + column, group.z);
  if BLOCKS == 2u { finish_rows(more, first + row + 4u * ROW_THREADS, group.y * COLUMNS + column, group.z); }
}
