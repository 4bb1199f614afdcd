// Looks up one row of a table per sample. Labels arrive as f32 (exact below 2²⁴); a label past the
// end reads the last row, though callers refuse such labels with a message.
struct Dims {
  n: u32,
  rows: u32,
  c4: u32,
  labels: u32,  // in arena: one vec4 a sample, its first channel counts
  table: u32,   // in params, [rows][c4]
  y: u32,       // in arena, [n][c4]
}
@group(0) @binding(2) var<uniform> d: Dims;

@compute @workgroup_size(WORKGROUP)
fn embedding(@builtin(global_invocation_id) id: vec3u) {
  let n = id.x / d.c4;
  if n >= d.n { return; }
  let row = min(u32(max(arena[d.labels + n].x, 0.0)), d.rows - 1u);
  arena[d.y + id.x] = params[d.table + row * d.c4 + id.x % d.c4];
}
