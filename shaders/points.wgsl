// Draws particles as soft round dots straight from a chain's buffer: an instance is a particle, four
// vertices its square.
struct Dims {
  first: u32,     // first value of the particles' picture: x, y, x, y, …
  radius: f32,    // in pixels
  low: f32,       // coordinate at the left and bottom edge
  high: f32,      // coordinate at the right and top edge
  width: f32,     // of the canvas, in pixels
  height: f32,
  red: f32,       // colour, premultiplied by alpha
  green: f32,
  blue: f32,
  alpha: f32,
}
@group(0) @binding(0) var<storage, read> frames: array<f32>;
@group(0) @binding(1) var<uniform> d: Dims;

struct Corner {
  @builtin(position) position: vec4f,
  @location(0) from_centre: vec2f,  // in pixels
}

@vertex
fn dot_corner(@builtin(vertex_index) corner: u32, @builtin(instance_index) particle: u32) -> Corner {
  let at = d.first + 2u * particle;
  let place = (vec2f(frames[at], frames[at + 1u]) - d.low) / (d.high - d.low) * 2.0 - 1.0;
  let side = vec2f(f32(corner % 2u), f32(corner / 2u)) * 2.0 - 1.0;
  let from_centre = side * (d.radius + 1.0);
  let position = place + from_centre * 2.0 / vec2f(d.width, d.height);
  return Corner(vec4f(position, 0.0, 1.0), from_centre);
}

// The edge fades over one pixel.
@fragment
fn dot_inside(corner: Corner) -> @location(0) vec4f {
  let cover = clamp(d.radius + 0.5 - length(corner.from_centre), 0.0, 1.0);
  return vec4f(d.red, d.green, d.blue, d.alpha) * cover;
}
