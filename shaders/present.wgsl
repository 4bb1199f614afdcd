// Draws pictures of a chain as a grid of cells straight from its buffer: −1..1 becomes black..white,
// three channels colour, of any other number the first in grey. Nearest neighbour, so that a pixel stays a brick.
struct Dims {
  columns: u32,
  cells: u32,
  height: u32,     // of a picture
  width: u32,
  channels: u32,
  scale: f32,      // values are multiplied by this first (ε̂ reaches beyond ±1)
  canvas_width: f32,
  canvas_height: f32,
}
@group(0) @binding(0) var<storage, read> frames: array<f32>;
@group(0) @binding(1) var<uniform> d: Dims;
@group(0) @binding(2) var<storage, read> cells: array<u32>;  // first value of each picture; NONE: empty

const NONE: u32 = 0xffffffffu;

@vertex
fn corner(@builtin(vertex_index) i: u32) -> @builtin(position) vec4f {
  // One triangle that covers the canvas.
  return vec4f(f32(i / 2u) * 4.0 - 1.0, f32(i % 2u) * 4.0 - 1.0, 0.0, 1.0);
}

fn level(at: u32) -> f32 { return clamp(frames[at] * d.scale * 0.5 + 0.5, 0.0, 1.0); }

@fragment
fn cell(@builtin(position) position: vec4f) -> @location(0) vec4f {
  let rows = (d.cells + d.columns - 1u) / d.columns;
  let grid = position.xy / vec2f(d.canvas_width, d.canvas_height) * vec2f(f32(d.columns), f32(rows));
  let index = u32(grid.y) * d.columns + u32(grid.x);
  if index >= d.cells || cells[index] == NONE { return vec4f(); }
  let inside = fract(grid) * vec2f(f32(d.width), f32(d.height));
  let at = cells[index] + u32(inside.y) * d.width + u32(inside.x);
  let pixels = d.height * d.width;
  if d.channels != 3u { return vec4f(vec3f(level(at)), 1.0); }
  return vec4f(level(at), level(at + pixels), level(at + 2u * pixels), 1.0);
}
