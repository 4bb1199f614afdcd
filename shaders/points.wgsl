// Draws particles as soft round dots straight from a chain's buffer: an instance is a particle, four
// vertices its square. Those outside the canvas may be shown as strokes at its edge, in their direction.
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
  edge: u32,      // 1: particles outside become strokes at the edge
}
@group(0) @binding(0) var<storage, read> frames: array<f32>;
@group(0) @binding(1) var<uniform> d: Dims;

struct Corner {
  @builtin(position) position: vec4f,
  @location(0) from_centre: vec2f,  // in pixels
  @location(1) @interpolate(flat) half_size: vec2f,  // of a stroke, in pixels; 0 of a dot
}

// A stroke stands upright on the edge that the way from the centre to the particle meets.
fn stroke(place: vec2f, side: vec2f) -> Corner {
  let far = clamp(place, vec2f(-1e9), vec2f(1e9));
  let size = abs(far);
  let half_size = d.radius * select(vec2f(0.5, 2.5), vec2f(2.5, 0.5), size.x > size.y);
  let half_canvas = 0.5 * vec2f(d.width, d.height);
  let room = max(half_canvas - half_size, vec2f(0.0));
  let centre = clamp(far / max(size.x, size.y) * half_canvas, -room, room);
  let from_centre = side * (half_size + 1.0);
  return Corner(vec4f((centre + from_centre) / half_canvas, 0.0, 1.0), from_centre, half_size);
}

@vertex
fn dot_corner(@builtin(vertex_index) corner: u32, @builtin(instance_index) particle: u32) -> Corner {
  let at = d.first + 2u * particle;
  let place = (vec2f(frames[at], frames[at + 1u]) - d.low) / (d.high - d.low) * 2.0 - 1.0;
  let side = vec2f(f32(corner % 2u), f32(corner / 2u)) * 2.0 - 1.0;
  if d.edge == 1u && max(abs(place.x), abs(place.y)) > 1.0 {
    return stroke(place, side);
  }
  let from_centre = side * (d.radius + 1.0);
  let position = place + from_centre * 2.0 / vec2f(d.width, d.height);
  return Corner(vec4f(position, 0.0, 1.0), from_centre, vec2f(0.0));
}

// The edge fades over one pixel.
@fragment
fn dot_inside(corner: Corner) -> @location(0) vec4f {
  let of_dot = clamp(d.radius + 0.5 - length(corner.from_centre), 0.0, 1.0);
  let within = clamp(corner.half_size + 0.5 - abs(corner.from_centre), vec2f(0.0), vec2f(1.0));
  let cover = select(of_dot, within.x * within.y, corner.half_size.x > 0.0);
  return vec4f(d.red, d.green, d.blue, d.alpha) * cover;
}
