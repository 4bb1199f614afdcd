// One step of a sampler on the GPU, around the network: `chain_begin` feeds the network, `chain_step`
// turns its output into the next x. Which step it is stands in `state`, so that a step is the same list
// of dispatches every time and many fit into one submit.
//
// `frames` holds E = batch·channels·pixels values per picture, [batch][channels][pixels]:
//   current x | x̂_0 | ε̂ | unguided x̂_0 | kept x [kept+1][E] | kept x̂_0 [kept][E] | kept ε̂ [kept][E]
//   | kept unguided x̂_0 [kept][E] | ring [memory][x, x̂_0, ε̂][E]
// Frame i is x after i steps; x̂_0 and ε̂ of frame i are what the network said of it. Unguided is what it says of the
// class alone, and is not clipped. Evaluation i lies in the ring's
// slot i mod memory, until a step that may not look back that far overwrites it.
struct Dims {
  elements: u32,        // E
  pixels: u32,
  channels: u32,
  batch: u32,
  copies: u32,          // 2 with guidance (class, no class), 1 without, 0 for a walk without network
  keep_every: u32,      // every keep_every-th frame is kept
  kept: u32,
  sample: u32,          // in arena: the network's input
  features: u32,        // in arena: time features
  features_c4: u32,
  timestep: u32,        // in arena: t itself, or NONE
  output: u32,          // in arena: what the network predicts
  in_c4: u32,
  out_c4: u32,
  guidance: f32,
  seed_low: u32,
  seed_high: u32,
  stream: u32,          // of the noise, see rng.wgsl
  uploaded_noise: u32,  // 1: z comes from `noise`, not from the generator
  first_pair: u32,      // of the generator: half the elements before this batch
  memory: u32,          // earlier evaluations that some step uses, at most 2
}

// Coefficients of a step: diffusion/step.rs. `clip` is 3e38 where nothing is clipped; `memory` earlier evaluations count.
struct Step {
  x0_from_x: f32, x0_from_model: f32, eps_from_x: f32, eps_from_model: f32, eps_from_x0: f32, clip: f32,
  prev_from_x0: f32, prev_from_x: f32, prev_from_eps: f32, sigma: f32, timestep: f32,
  memory: u32, prev_from_x0_1: f32, prev_from_x_1: f32, prev_from_eps_1: f32,
  prev_from_x0_2: f32, prev_from_x_2: f32, prev_from_eps_2: f32,
}

struct State {
  next: u32,
  step: u32,           // under way
  fault: atomic<u32>,  // the first step whose x was no number
}

@group(0) @binding(0) var<storage, read_write> arena: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> frames: array<f32>;
@group(0) @binding(2) var<uniform> d: Dims;
@group(0) @binding(3) var<storage, read> table: array<Step>;
@group(0) @binding(4) var<storage, read> time_features: array<vec4f>;  // [steps][features_c4]
@group(0) @binding(5) var<storage, read> noise: array<f32>;            // [E]
@group(0) @binding(6) var<storage, read_write> state: State;

const NONE: u32 = 0xffffffffu;

fn item(id: vec3u, groups: vec3u) -> u32 { return id.x + id.y * groups.x * WORKGROUP; }

// One thread: 4 channels of one pixel of one copy. The first threads also write the features of t.
@compute @workgroup_size(WORKGROUP)
fn chain_begin(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = item(id, groups);
  let step = state.next;
  if i == 0u { state.step = step; }
  let rows = d.copies * d.batch;
  if i < rows * d.features_c4 {
    arena[d.features + i] = time_features[step * d.features_c4 + i % d.features_c4];
  }
  if i < rows && d.timestep != NONE { arena[d.timestep + i] = vec4f(table[step].timestep, 0.0, 0.0, 0.0); }
  if i >= rows * d.pixels * d.in_c4 { return; }
  let c = i % d.in_c4 * 4u;
  let pixel = i / d.in_c4 % d.pixels;
  let n = i / (d.in_c4 * d.pixels) % d.batch;
  var v = vec4f();
  for (var k = 0u; k < 4u; k++) {
    if c + k < d.channels { v[k] = frames[(n * d.channels + c + k) * d.pixels + pixel]; }
  }
  arena[d.sample + i] = v;
}

// What the network says of an element: without guidance, and with it.
fn model_outputs(e: u32) -> vec2f {
  if d.copies == 0u { return vec2f(); }
  let pixel = e % d.pixels;
  let c = e / d.pixels % d.channels;
  let n = e / (d.pixels * d.channels);
  let with_class = arena[d.output + (n * d.pixels + pixel) * d.out_c4 + c / 4u][c % 4u];
  if d.copies == 1u { return vec2f(with_class); }
  // Classifier-free guidance (Ho & Salimans 2022, eq. 6): the second copy knows no class.
  let without = arena[d.output + ((d.batch + n) * d.pixels + pixel) * d.out_c4 + c / 4u][c % 4u];
  return vec2f(with_class, without + d.guidance * (with_class - without));
}

// What lies in the ring of the evaluation `back` steps ago: `what` is 0 for x, 1 for x̂_0, 2 for ε̂.
fn ring(step: u32, back: u32, what: u32) -> u32 {
  let slot = (step + d.memory - back) % d.memory;
  return (5u + 4u * d.kept + 3u * slot + what) * d.elements;
}

// What earlier evaluations add to the next x.
fn past(s: Step, step: u32, e: u32) -> f32 {
  var sum = s.prev_from_x0_1 * frames[ring(step, 1u, 1u) + e] + s.prev_from_x_1 * frames[ring(step, 1u, 0u) + e]
    + s.prev_from_eps_1 * frames[ring(step, 1u, 2u) + e];
  if s.memory == 2u {
    sum += s.prev_from_x0_2 * frames[ring(step, 2u, 1u) + e] + s.prev_from_x_2 * frames[ring(step, 2u, 0u) + e]
      + s.prev_from_eps_2 * frames[ring(step, 2u, 2u) + e];
  }
  return sum;
}

// Bits, because a compiler may assume that no number is infinite or none at all.
fn is_finite(v: f32) -> bool { return (bitcast<u32>(v) & 0x7f800000u) != 0x7f800000u; }

fn advance(e: u32, z: f32, step: u32) {
  if e >= d.elements { return; }
  let s = table[step];
  let x = frames[e];
  let answers = model_outputs(e);
  let m = answers.y;
  let unguided = s.x0_from_x * x + s.x0_from_model * answers.x;
  let x0 = clamp(s.x0_from_x * x + s.x0_from_model * m, -s.clip, s.clip);
  let eps = s.eps_from_x * x + s.eps_from_model * m + s.eps_from_x0 * x0;
  var prev = s.prev_from_x0 * x0 + s.prev_from_x * x + s.prev_from_eps * eps + s.sigma * z;
  // A step without a past keeps away from the ring, whose zeros or infinities would change the bits of its result.
  if s.memory > 0u { prev += past(s, step, e); }
  if d.memory > 0u {
    frames[ring(step, 0u, 0u) + e] = x;
    frames[ring(step, 0u, 1u) + e] = x0;
    frames[ring(step, 0u, 2u) + e] = eps;
  }
  if !is_finite(prev) { atomicMin(&state.fault, step); }
  let E = d.elements;
  frames[e] = prev;
  frames[E + e] = x0;
  frames[2u * E + e] = eps;
  frames[3u * E + e] = unguided;
  let kept = 4u * E;
  if step % d.keep_every == 0u {
    frames[kept + (d.kept + 1u + step / d.keep_every) * E + e] = x0;
    frames[kept + (2u * d.kept + 1u + step / d.keep_every) * E + e] = eps;
    frames[kept + (3u * d.kept + 1u + step / d.keep_every) * E + e] = unguided;
  }
  let frame = step + 1u;
  if frame % d.keep_every == 0u { frames[kept + frame / d.keep_every * E + e] = prev; }
}

// One thread: elements 2i and 2i + 1, which share a draw of the generator.
@compute @workgroup_size(WORKGROUP)
fn chain_step(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = item(id, groups);
  let step = state.step;
  if i == 0u { state.next = step + 1u; }
  let e = 2u * i;
  if e >= d.elements { return; }
  var z = vec2f();
  if table[step].sigma != 0.0 {
    if d.uploaded_noise == 1u {
      z = vec2f(noise[e], noise[min(e + 1u, d.elements - 1u)]);
    } else {
      z = normal2(vec2u(d.seed_low, d.seed_high), vec2u(d.first_pair + i, step * 16u + d.stream));
    }
  }
  advance(e, z.x, step);
  advance(e + 1u, z.y, step);
}

// x_T from the generator, into frame 0.
@compute @workgroup_size(WORKGROUP)
fn chain_start(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = item(id, groups);
  let z = normal2(vec2u(d.seed_low, d.seed_high), vec2u(d.first_pair + i, 0u));
  for (var k = 0u; k < 2u; k++) {
    let e = 2u * i + k;
    if e < d.elements {
      frames[e] = z[k];
      frames[4u * d.elements + e] = z[k];
    }
  }
}
