// Looks up one row of a table per sample, and the gradient of the table. Labels arrive as f32 (exact below
// 2²⁴); a label past the end means the last row, though callers refuse such labels with a message.
struct Dims {
  n: u32,
  rows: u32,
  c4: u32,
  labels: u32,  // in arena: one vec4 a sample, its first channel counts
  table: u32,   // in params, [rows][c4]
  dy: u32,      // gradient of the result, in arena, [n][c4]
  y: u32,       // written, in arena: [n][c4], or [rows][c4] for the gradient
}
@group(0) @binding(2) var<uniform> d: Dims;

fn row_of(n: u32) -> u32 { return min(u32(max(arena[d.labels + n].x, 0.0)), d.rows - 1u); }

@compute @workgroup_size(WORKGROUP)
fn embedding(@builtin(global_invocation_id) id: vec3u) {
  let n = id.x / d.c4;
  if n >= d.n { return; }
  arena[d.y + id.x] = params[d.table + row_of(n) * d.c4 + id.x % d.c4];
}

// One thread makes one vec4 of one row: the sum over the samples that have its number.
@compute @workgroup_size(WORKGROUP)
fn embedding_grad(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WORKGROUP;
  let row = i / d.c4;
  if row >= d.rows { return; }
  var sum = vec4f();
  for (var n = 0u; n < d.n; n++) {
    if row_of(n) == row { sum += arena[d.dy + n * d.c4 + i % d.c4]; }
  }
  arena[d.y + i] = sum;
}
