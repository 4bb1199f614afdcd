// The batch of a training step, made where it is used: `train_draw` decides on picture, t and label of
// each sample, `train_noise` mixes x_t and the target and feeds the network, `train_statistics` files
// what each t cost. Everything random comes from (seed, step, sample or element): src/train/draw.rs.
struct Dims {
  batch: u32,
  channels: u32,
  pixels: u32,
  c4: u32,
  images: u32,         // in the data set
  sample: u32,         // in arena: x_t
  target_at: u32,      // in arena
  weight: u32,         // in arena: one vec4 a sample
  features: u32,       // in arena: time features
  features_c4: u32,
  timestep: u32,       // in arena: t itself, or NONE
  label: u32,          // in arena, or NONE
  loss: u32,           // in arena: one vec4 a sample
  first_t: u32,
  timesteps: u32,      // number of t, from first_t on
  buckets: u32,
  null_label: f32,
  drop_below: u32,     // a label is withheld when its random word is below
  second_noise: u32,   // whether the objective draws two normals
  seed_low: u32,
  seed_high: u32,
}
@group(0) @binding(2) var<uniform> d: Dims;
// Two rows for each t of a whole schedule (src/train/objective.rs), then the time features of each:
//   (a, b, c, d), (e, f, w, loss of answering zero), …; [T][features_c4]
@group(0) @binding(3) var<storage, read> table: array<vec4f>;
@group(0) @binding(4) var<storage, read> images: array<f32>;  // [images][channels][pixels], then labels [images]

const NONE: u32 = 0xffffffffu;
// Losses that count in a bucket's moving averages.
const WINDOW: f32 = 64.0;

// ⌊word · n / 2³²⌋, in 16-bit halves.
fn below(word: u32, n: u32) -> u32 {
  let low = (word & 0xffffu) * (n & 0xffffu);
  let mid_a = (word >> 16u) * (n & 0xffffu) + (low >> 16u);
  let mid_b = (word & 0xffffu) * (n >> 16u) + (mid_a & 0xffffu);
  return (word >> 16u) * (n >> 16u) + (mid_a >> 16u) + (mid_b >> 16u);
}

// The lowest t of a bucket, above first_t.
fn bucket_start(b: u32) -> u32 { return b * d.timesteps / d.buckets; }

// One thread a sample.
@compute @workgroup_size(WORKGROUP)
fn train_draw(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let n = item(id, groups);
  if n >= d.batch { return; }
  let key = vec2u(d.seed_low, d.seed_high);
  let stream = state.step * 16u + DRAW;
  let words = threefry2x32(key, vec2u(2u * n, stream));
  let more = threefry2x32(key, vec2u(2u * n + 1u, stream));

  // The first bucket whose end lies above the random word.
  let at = words.x >> 1u;
  var low = 0u;
  var high = d.buckets - 1u;
  while low < high {
    let middle = (low + high) / 2u;
    if state.ends[middle] <= at { low = middle + 1u; } else { high = middle; }
  }
  var share = state.ends[low];
  if low > 0u { share -= state.ends[low - 1u]; }
  let start = bucket_start(low);
  let width = bucket_start(low + 1u) - start;
  let t = d.first_t + start + below(words.y, width);
  let factor = f32(width) / f32(d.timesteps) / (f32(share) * 4.656612873077393e-10);
  let image = below(more.x, d.images);
  let row = table[2u * t + 1u];
  state.batch[n] = Draw(image, t, low, factor, factor * row.w);

  arena[d.weight + n] = vec4f(factor * row.z, 0.0, 0.0, 0.0);
  if d.timestep != NONE { arena[d.timestep + n] = vec4f(f32(t), 0.0, 0.0, 0.0); }
  if d.label != NONE {
    let label = images[d.images * d.channels * d.pixels + image];
    arena[d.label + n] = vec4f(select(label, d.null_label, more.y < d.drop_below), 0.0, 0.0, 0.0);
  }
}

fn normal_of(e: u32, stream: u32) -> f32 {
  let pair = normal2(vec2u(d.seed_low, d.seed_high), vec2u(e / 2u, state.step * 16u + stream));
  return select(pair.x, pair.y, (e & 1u) == 1u);
}

// One thread: 4 channels of one pixel of one sample. The first threads also write the features of a sample's t.
@compute @workgroup_size(WORKGROUP)
fn train_noise(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = item(id, groups);
  if i < d.batch {
    let row = 2u * (d.first_t + d.timesteps) + state.batch[i].t * d.features_c4;
    for (var k = 0u; k < d.features_c4; k++) { arena[d.features + i * d.features_c4 + k] = table[row + k]; }
  }
  if i >= d.batch * d.pixels * d.c4 { return; }
  let first = i % d.c4 * 4u;
  let pixel = i / d.c4 % d.pixels;
  let n = i / (d.c4 * d.pixels);
  let draw = state.batch[n];
  let row = table[2u * draw.t];
  let more = table[2u * draw.t + 1u];
  var x = vec4f();
  var goal = vec4f();
  for (var k = 0u; k < min(4u, d.channels - first); k++) {
    let channel = first + k;
    let x0 = images[(draw.image * d.channels + channel) * d.pixels + pixel];
    // An element's number is its place in [batch, channels, height, width].
    let e = (n * d.channels + channel) * d.pixels + pixel;
    let eps = normal_of(e, NOISE);
    var eps2 = 0.0;
    if d.second_noise == 1u { eps2 = normal_of(e, NOISE2); }
    x[k] = row.x * x0 + row.y * eps + row.z * eps2;
    goal[k] = row.w * x0 + more.x * eps + more.y * eps2;
  }
  arena[d.sample + i] = x;
  arena[d.target_at + i] = goal;
}

// One thread a bucket: moving averages of the losses of its samples and of their squares.
@compute @workgroup_size(WORKGROUP)
fn train_statistics(@builtin(global_invocation_id) id: vec3u) {
  let b = id.x;
  if b >= d.buckets || state.go == 0u { return; }
  var seen = state.seen[b];
  var mean = state.mean[b];
  var square = state.square[b];
  for (var n = 0u; n < d.batch; n++) {
    if state.batch[n].bucket != b { continue; }
    let loss = arena[d.loss + n].x / state.batch[n].factor;
    seen += 1u;
    let rate = max(1.0 / f32(seen), 1.0 / WINDOW);
    mean += rate * (loss - mean);
    square += rate * (loss * loss - square);
  }
  state.seen[b] = seen;
  state.mean[b] = mean;
  state.square[b] = square;
}
